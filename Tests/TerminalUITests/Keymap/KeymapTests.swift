import Testing

@testable import TerminalUI

private enum Action: String, CaseIterable, Sendable {
  case next, previous, quit, markLeaked, markBenign, search, redact, help
}
private enum Place: String, CaseIterable, Sendable { case everywhere, list, prompt }

private typealias Keys = Keymap<Action, Place>

private let table: [Keys.Binding] = [
  .init(
    .next, ["j", "down"], in: [.list], short: "move", long: "Next row", group: "Move", isHint: true),
  .init(
    .previous, ["k", "up"], in: [.list], short: "move", long: "Previous row", group: "Move",
    isHint: true),
  .init(.markLeaked, ["m l"], in: [.list], short: "leaked", long: "Mark as leaked", group: "Mark"),
  .init(
    .markBenign, ["m b"], in: [.list], short: "benign", long: "Mark | as benign", group: "Mark"),
  .init(.search, ["/"], in: [.list], short: "search", long: "Search", group: "Find", isHint: true),
  .init(.redact, ["x"], in: [.everywhere], short: "redact", long: "Hide text", group: "Program"),
  .init(.help, ["?", "f1"], in: [.everywhere], short: "help", long: "Help", group: "Program"),
  .init(
    .quit, ["q", "ctrl-c"], in: [.everywhere], short: "quit", long: "Quit", group: "Program",
    isHint: true),
]

private func press(_ text: String) -> [KeyPress] { Chord(text)?.presses ?? [] }

struct ChordTests {
  @Test(arguments: [
    ("j", "j", "j"), ("G", "G", "G"), ("shift-g", "G", "G"), ("ctrl-D", "ctrl-d", "Ctrl-D"),
    ("space", "space", "Space"), ("m l", "m l", "m l"), ("]", "]", "]"), ("-", "-", "-"),
    ("ctrl--", "ctrl--", "Ctrl--"), ("shift-tab", "shift-tab", "Shift-Tab"), ("F5", "f5", "F5"),
    ("alt-x", "alt-x", "Alt-x"), ("ctrl-alt-up", "ctrl-alt-up", "Ctrl-Alt-↑"),
    ("Esc", "esc", "Esc"),
    ("return", "enter", "Enter"), ("ctrl-i", "tab", "Tab"), ("pagedown", "pgdn", "PgDn"),
    ("{ }", "{ }", "{ }"), ("é", "é", "é"),
  ])
  func spellings(text: String, spelling: String, label: String) throws {
    let chord = try #require(Chord(text))
    #expect(chord.description == spelling)
    #expect(chord.label() == label)
    #expect(Chord(spelling) == chord)
  }

  @Test(arguments: ["", "  ", "hyper-x", "ctrl-", "f0", "f21", "jj", "m nope"])
  func notKeys(text: String) { #expect(Chord(text) == nil) }
}

struct KeymapTests {
  private let keys: Keys
  init() throws { keys = try Keys(table) }

  @Test func dispatchesByContextAndChord() {
    let cases: [(String, [Place], Keys.Match)] = [
      ("j", [.list, .everywhere], .action(.next)), ("j", [.everywhere], .unbound),
      ("m", [.list], .pending), ("m l", [.list], .action(.markLeaked)), ("m z", [.list], .unbound),
      ("ctrl-c", [.list, .everywhere], .action(.quit)), ("down", [.list], .action(.next)),
    ]
    for (text, places, match) in cases {
      #expect(keys.match(press(text), in: places) == match, "\(text)")
    }
  }

  @Test func pendingPressesAreKeptAndDropped() {
    var pending: [KeyPress] = []
    func type(_ text: String) -> Keys.Match {
      keys.action(for: press(text)[0], in: [.list, .everywhere], after: &pending)
    }
    #expect(type("m") == .pending)
    #expect(keys.continuations(of: pending, in: [.list]).map(\.keys) == ["l", "b"])
    #expect(type("b") == .action(.markBenign))
    #expect(pending.isEmpty)
    #expect(type("m") == .pending)
    #expect(type("q") == .unbound)
    #expect(pending.isEmpty)
  }

  @Test func innerContextShadowsOuter() throws {
    let keys = try Keys([
      .init(
        .quit, ["x", "q"], in: [.everywhere], short: "quit", long: "Quit", group: "A", isHint: true),
      .init(.redact, ["x"], in: [.list], short: "redact", long: "Redact", group: "A"),
    ])
    #expect(keys.match(press("x"), in: [.list, .everywhere]) == .action(.redact))
    // The hint names the key that still works.
    #expect(keys.hints(in: [.list, .everywhere]).map(\.keys) == ["q"])
  }

  @Test func conflictsNameBothActions() {
    let cases: [([String], [String])] = [(["j"], ["k", "j"]), (["m"], ["m l"]), (["m l"], ["m"])]
    for (first, second) in cases {
      #expect {
        try Keys([
          .init(.next, first, in: [.list], short: "", long: "", group: ""),
          .init(.quit, second, in: [.everywhere, .list], short: "", long: "", group: ""),
        ])
      } throws: { error in
        let text = "\(error)"
        return text.contains("next") && text.contains("quit") && text.contains("list")
      }
    }
    #expect(throws: KeymapError.boundTwice(action: "next")) { try Keys([table[0], table[0]]) }
    #expect(
      throws: KeymapError.unreadableChord(text: "ctrl-entr", action: "next", nearest: "enter")
    ) {
      try Keys([.init(.next, ["ctrl-entr"], in: [.list], short: "", long: "", group: "")])
    }
  }

  @Test func hintsPairUp() {
    let hints = keys.hints(in: [.list, .everywhere])
    #expect(hints.map { "\($0.keys) \($0.text)" } == ["j/k move", "/ search", "q quit"])
    #expect(hints[0].actions == [.next, .previous])
  }

  @Test func helpIsGrouped() {
    let help = keys.help(arrows: false)
    #expect(help.map(\.title) == ["Move", "Mark", "Find", "Program"])
    #expect(help[0].rows[0].keys == ["j", "Down"])
    #expect(keys.help(in: [.everywhere]).flatMap(\.rows).map(\.action) == [.redact, .help, .quit])
  }

  @Test func markdownEscapesItsTable() {
    let text = keys.markdown()
    #expect(text.contains("| `m b` | Mark \\| as benign | list | `markBenign` |"))
    #expect(text.hasPrefix("### Move\n\n| Keys |"))
  }
}

struct KeymapSettingsTests {
  private let keys: Keys
  init() throws { keys = try Keys(table) }

  @Test func overridesReplaceAndUnbind() {
    let (keys, warnings) = keys.applying(
      toml: "# mine\nquit = [\"ctrl-q\", \"Q\"]\nredact = []\nnext = \"n\"\n", file: "keys.toml")
    #expect(warnings.isEmpty)
    #expect(keys.match(press("q"), in: [.everywhere]) == .unbound)
    #expect(keys.match(press("ctrl-q"), in: [.everywhere]) == .action(.quit))
    #expect(keys.match(press("n"), in: [.list]) == .action(.next))
    #expect(keys.chords(for: .redact).isEmpty)
  }

  @Test func keysCanBeSwapped() {
    let (keys, warnings) = keys.applying(
      toml: "quit = \"x\"\nredact = \"q\"", file: "keys.toml")
    #expect(warnings.isEmpty)
    #expect(keys.match(press("x"), in: [.everywhere]) == .action(.quit))
  }

  @Test(arguments: [
    ("\nqit = \"q\"", ["keys.toml:2:", "qit", "did you mean quit?"]),
    ("help = \"h\"\nquit = \"ctrl-spce\"", ["keys.toml:2:", "quit", "did you mean \"space\"?"]),
    ("quit = \"x\"", ["keys.toml:1:", "\"x\"", "redact", "quit", "everywhere"]),
    ("quit = 3", ["keys.toml:1:", "quit"]), ("quit = [\"q\", 3]", ["keys.toml:1:", "quit"]),
    ("[quit]\nx = 1", ["keys.toml:1:", "quit"]), ("a = \n", ["keys.toml:1:"]),
  ])
  func badSettingsKeepTheDefaults(toml: String, words: [String]) {
    let (changed, warnings) = keys.applying(toml: toml, file: "keys.toml")
    #expect(warnings.count == 1)
    for word in words { #expect(warnings.first?.description.contains(word) == true, "\(warnings)") }
    #expect(changed.match(press("q"), in: [.everywhere]) == .action(.quit))
  }
}
