import ScoringCore
import TerminalUI

/// What the Tokens screen remembers.
package struct TokensState: Sendable {
  package init() {}
}

enum TokensScreen {
  /// Brings cached layout up to date after any event, if this screen is shown.
  static func prepare(_ state: inout AppState) -> [Effect] { [] }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] { [] }

  static func take(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] { [] }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {}
}

extension TokensScreen {
  static func prompted(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, _ state: inout AppState
  ) -> [Effect] { [] }

  static func promptNote(_ state: AppState) -> String? { nil }
}
