import ScoringCore
import TerminalUI

/// What the Compare screen remembers.
package struct CompareState: Sendable {
  package var left = 0
  package var right = 0

  package init() {}
}

enum CompareScreen {
  /// Brings cached layout up to date after any event, if this screen is shown.
  static func prepare(_ state: inout AppState) -> [Effect] { [] }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] { [] }

  static func take(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] { [] }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {}
}

extension CompareScreen {
  static func take(_ comparison: RunComparison, generation: Int, _ state: inout AppState) {}
}
