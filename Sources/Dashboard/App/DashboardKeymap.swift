import TerminalUI

package typealias DashboardKeymap = Keymap<Action, KeyContext>

extension Keymap where Action == Dashboard.Action, Context == KeyContext {
  /// The keys the program is delivered with.
  package static func standard() throws(KeymapError) -> DashboardKeymap {
    try DashboardKeymap(standardTable)
  }

  /// Every action with its keys: those that mean the same everywhere around the screens' own.
  static var standardTable: [Binding] {
    screenKeys + moveKeys + dataKeys + ScreenCatalog.all.flatMap { $0.bindings } + programKeys
  }

  /// A number key for each screen, then what opens and leaves things.
  private static var screenKeys: [Binding] {
    let shown = ScreenCatalog.all.enumerated().map { place, screen in
      Binding(
        screen.card.id.showAction, [String(place + 1)], in: [.global], short: screen.card.short,
        long: screen.card.long, group: "Screens")
    }
    return shown + [
      Binding(
        .open, ["enter"], in: [.global], short: "open", long: "Open what is selected",
        group: "Screens", isHint: true),
      Binding(
        .back, ["esc", "backspace"], in: [.global], short: "back",
        long: "Go back one level, or close what covers the screen", group: "Screens"),
    ]
  }

  private static var moveKeys: [Binding] {
    [
      Binding(
        .down, ["j", "down"], in: [.global], short: "move", long: "Move down", group: "Moving",
        isHint: true),
      Binding(
        .up, ["k", "up"], in: [.global], short: "move", long: "Move up", group: "Moving",
        isHint: true),
      Binding(
        .left, ["h", "left"], in: [.global], short: "left", long: "Move left", group: "Moving"),
      Binding(
        .right, ["l", "right"], in: [.global], short: "right", long: "Move right", group: "Moving"),
      Binding(
        .pageDown, ["pagedown", "ctrl-f"], in: [.global], short: "page", long: "A page down",
        group: "Moving"),
      Binding(
        .pageUp, ["pageup", "ctrl-b"], in: [.global], short: "page", long: "A page up",
        group: "Moving"),
      Binding(
        .halfPageDown, ["ctrl-d"], in: [.global], short: "half page", long: "Half a page down",
        group: "Moving"),
      Binding(
        .halfPageUp, ["ctrl-u"], in: [.global], short: "half page", long: "Half a page up",
        group: "Moving"),
      Binding(
        .first, ["g", "home"], in: [.global], short: "ends", long: "To the first", group: "Moving"),
      Binding(
        .last, ["G", "end"], in: [.global], short: "ends", long: "To the last", group: "Moving"),
      Binding(
        .nextPane, ["tab"], in: [.global], short: "pane", long: "To the next pane",
        group: "Moving"),
      Binding(
        .previousPane, ["shift-tab"], in: [.global], short: "pane", long: "To the previous pane",
        group: "Moving"),
    ]
  }

  private static var dataKeys: [Binding] {
    func binding(
      _ action: Action, _ key: String, _ short: String, _ long: String, isHint: Bool = false
    ) -> Binding {
      Binding(
        action, [key], in: [.global], short: short, long: long, group: "What is shown",
        isHint: isHint)
    }
    return [
      binding(.chooseAttack, "e", "attack", "Choose the attack to score by", isHint: true),
      binding(.nextAttack, ")", "next attack", "Score by the next attack"),
      binding(.previousAttack, "(", "previous attack", "Score by the previous attack"),
      binding(.chooseRun, "r", "run", "Choose the run to look at", isHint: true),
      binding(.nextRun, ">", "next run", "To the next run"),
      binding(.previousRun, "<", "previous run", "To the previous run"),
      binding(
        .explain, "i", "explain", "What the attack and the figures on this screen are",
        isHint: true),
    ]
  }

  private static var programKeys: [Binding] {
    [
      Binding(
        .copy, ["y"], in: [.global], short: "copy", long: "Copy what is selected",
        group: "Program"),
      Binding(
        .write, ["w"], in: [.global], short: "write",
        long: "Write the list (.csv, .jsonl) or the picture (.svg, .txt) to a file",
        group: "Program"),
      Binding(
        .reload, ["R"], in: [.global], short: "reload", long: "Read the evidence again",
        group: "Program"),
      Binding(
        .redact, ["x"], in: [.global], short: "redact",
        long: "Redact: hide what patterns find, then every letter, then all shapes, then nothing",
        group: "Program"),
      Binding(
        .nextTheme, ["t"], in: [.global], short: "theme", long: "To the next theme",
        group: "Program"),
      Binding(
        .chooseTheme, ["T"], in: [.global], short: "themes",
        long: "Choose a theme, seen before it is chosen", group: "Program"),
      Binding(
        .toggleMouse, ["M"], in: [.global], short: "mouse",
        long: "Give the mouse to the terminal, or take it back", group: "Program"),
      Binding(
        .palette, [":"], in: [.global], short: "palette",
        long: "Find a command, run, attack, theme or sequence by name",
        group: "Program"),
      Binding(
        .help, ["?", "f1"], in: [.global], short: "help", long: "Every key", group: "Program",
        isHint: true),
      Binding(
        .redraw, ["ctrl-l"], in: [.global], short: "redraw", long: "Draw the screen afresh",
        group: "Program"),
      Binding(
        .suspend, ["ctrl-z"], in: [.global], short: "suspend", long: "Suspend the program",
        group: "Program"),
      Binding(
        .leave, ["q"], in: [.global], short: "quit", long: "Go back one level; quit at the top",
        group: "Program", isHint: true),
      Binding(
        .quit, ["ctrl-c"], in: [.global], short: "quit", long: "Quit at once", group: "Program"),
    ]
  }
}

extension Keymap.Binding where Action == Dashboard.Action, Context == KeyContext {
  /// Keys of some screens.
  init(
    _ action: Dashboard.Action, _ chords: [String], on screens: [ScreenID], short: String,
    long: String, group: String, isHint: Bool = false
  ) {
    self.init(
      action, chords, in: screens.map(\.context), short: short, long: long, group: group,
      isHint: isHint)
  }
}
