/// Something a user can ask for; keys, palette, help and settings all name these.
///
/// Screens name their own beside what they do with them.
package struct Action: RawRepresentable, Hashable, CaseIterable, Sendable {
  package let rawValue: String

  init(_ name: String) { rawValue = name }

  /// Nil where there is no action of this name.
  package init?(rawValue: String) {
    self.init(rawValue)
    guard Self.known.contains(self) else { return nil }
  }

  package static var allCases: [Action] { DashboardKeymap.standardTable.map(\.action) + hidden }
  private static let known = Set(allCases)
}

extension Action {
  package static let up = Action("up")
  package static let down = Action("down")
  package static let left = Action("left")
  package static let right = Action("right")
  package static let pageUp = Action("page-up")
  package static let pageDown = Action("page-down")
  package static let halfPageUp = Action("half-page-up")
  package static let halfPageDown = Action("half-page-down")
  package static let first = Action("first")
  package static let last = Action("last")
  package static let open = Action("open")
  package static let back = Action("back")
  package static let nextPane = Action("next-pane")
  package static let previousPane = Action("previous-pane")

  package static let nextAttack = Action("next-attack")
  package static let previousAttack = Action("previous-attack")
  package static let nextRun = Action("next-run")
  package static let previousRun = Action("previous-run")

  package static let chooseRun = Action("choose-run")
  package static let chooseAttack = Action("choose-attack")
  package static let chooseTheme = Action("choose-theme")
  package static let explain = Action("explain")

  /// What opens a line of input.
  static let asking: Set<Action> = [.search, .filter, .editNote, .nameFilter]

  package static let write = Action("write")
  package static let reload = Action("reload")
  package static let copy = Action("copy")
  package static let redact = Action("redact")
  package static let nextTheme = Action("next-theme")
  package static let toggleMouse = Action("toggle-mouse")
  package static let palette = Action("palette")
  package static let help = Action("help")
  package static let redraw = Action("redraw")
  package static let suspend = Action("suspend")
  /// Back one level; quit at the top.
  package static let leave = Action("leave")
  package static let quit = Action("quit")
  #if DEBUG
    /// Traps, so that tests see what a crash leaves behind; only the palette knows it.
    package static let crash = Action("crash")
    private static let hidden = [crash]
  #else
    private static let hidden: [Action] = []
  #endif
}
