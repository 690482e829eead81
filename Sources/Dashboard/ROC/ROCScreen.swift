import ScoringCore
import TerminalUI

/// What the ROC screen remembers.
package struct ROCState: Sendable {
  package init() {}
}

enum ROCScreen {
  /// Brings cached layout up to date after any event, if this screen is shown.
  static func prepare(_ state: inout AppState) -> [Effect] { [] }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] { [] }

  static func take(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] { [] }

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {}
}
