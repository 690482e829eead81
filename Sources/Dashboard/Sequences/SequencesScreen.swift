import ScoringCore
import TerminalUI

/// What the Sequences screen remembers.
package struct SequencesState: Sendable {
  package init() {}
}

enum SequencesScreen {
  /// Brings cached layout up to date after any event, if this screen is shown.
  static func prepare(_ state: inout AppState) -> [Effect] { [] }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] { [] }

  static func take(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] { [] }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {}
}

extension SequencesScreen {
  static func prompted(
    _ purpose: OpenPrompt.Purpose, _ text: String, isFinal: Bool, _ state: inout AppState
  ) -> [Effect] { [] }

  static func promptNote(_ state: AppState) -> String? { nil }
}

extension SequencesScreen {
  static func take(_ order: RowOrder, generation: Int, _ state: inout AppState) {}
}

package struct RowQuery: Hashable, Sendable {}
package final class RowOrder: Sendable {
  package init?(_ q: RowQuery, _ a: RunAnalysis, isCancelled: @Sendable () -> Bool) {}
}
