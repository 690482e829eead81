import ScoringCore
import TerminalUI

/// What the Runs screen remembers.
package struct RunsState: Sendable {
  package init() {}
}

enum RunsScreen {
  /// Brings cached layout up to date after any event, if this screen is shown.
  static func prepare(_ state: inout AppState) -> [Effect] { [] }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] { [] }

  static func take(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] { [] }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {}
}
