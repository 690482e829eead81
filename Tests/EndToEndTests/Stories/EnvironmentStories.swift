import Foundation
import Testing
import TestSupport

extension Stories {
  /// The same program in other terminals, other locales, without colours, without a terminal.
  @Suite(.serialized)
  struct Environments {
    /// A terminal, and what must and must not be in the styles of what it shows.
    struct Surrounding: CustomTestStringConvertible {
      var name: String
      var term = "tmux-256color"
      var variables: [String: String?] = [:]
      var arguments: [String] = []
      var styles: [String] = []
      var notStyles: [String] = []
      var glyph = "─"
      var testDescription: String { name }
    }

    static let surroundings = [
      Surrounding(name: "256 colours", styles: ["[38;5;"], notStyles: ["38;2"]),
      Surrounding(name: "LC_ALL=C", variables: ["LC_ALL": "C"], styles: ["[38;5;"]),
      Surrounding(
        name: "NO_COLOR", variables: ["NO_COLOR": "1"], styles: ["[1m"],
        notStyles: ["38;5", "48;5", "38;2", "[31m", "[33m", "[36m"]),
      Surrounding(
        name: "24 bits", variables: ["COLORTERM": "truecolor"], styles: ["38;2;"]),
      Surrounding(
        name: "--color 16", variables: ["COLORTERM": "truecolor"], arguments: ["--color", "16"],
        notStyles: ["38;5", "38;2", "48;5", "48;2"]),
      Surrounding(name: "xterm", term: "xterm", notStyles: ["38;5", "38;2"]),
      Surrounding(name: "vt100", term: "vt100", notStyles: ["38;5", "[31m", "[33m"]),
      Surrounding(name: "screen", term: "screen", notStyles: ["38;5", "38;2"]),
      Surrounding(name: "ASCII", arguments: ["--theme", "ascii"], glyph: "---"),
    ]

    @Test("it opens, looks at home, shows help and quits", arguments: surroundings)
    func terminals(here: Surrounding) throws {
      let story = try Story(
        dashboard: here.arguments + [Program.sampleData], environment: here.variables,
        term: here.term)
      let screen = try story.wait(for: " 0.920 ")
      #expect(screen.contains(here.glyph), "\(screen)")
      if here.name == "ASCII" { #expect(!screen.contains { !$0.isASCII }, "\(screen)") }
      let styled = try story.screen(colors: true)
      for style in here.styles { #expect(styled.contains(style), "no \(style)") }
      for style in here.notStyles { #expect(!styled.contains(style), "has \(style)") }
      try story.press("?")
      try story.wait(for: "Keys on Runs")
      try story.press("Escape")
      try story.waitUntilGone("Keys on Runs")
      try story.press("q")
      #expect(try story.exitStatus() == 0)
      #expect(try story.modes() == .usual)
    }

    @Test(
      "a terminal it cannot draw on is refused with advice",
      arguments: [("dumb", "cannot be moved"), ("nosuch", "not known"), ("", "not set")])
    func refused(term: String, reason: String) throws {
      let story = try Story(dashboard: [Program.sampleData], width: 200, term: term)
      #expect(try story.exitStatus() == 69)
      let screen = try story.screen()
      #expect(screen.contains(reason) && screen.contains("ezscope snapshot"), "\(screen)")
    }

    @Test(
      "without a terminal there is advice on standard error, and nothing on standard output",
      arguments: [("2>&1 >/dev/null", true), ("2>/dev/null", false)])
    func noTerminal(redirection: String, says: Bool) throws {
      let result = try Subprocess.run(
        ["sh", "-c", "\(Program.path) \(Program.sampleData) \(redirection); echo exit=$?"])
      #expect(result.output.hasSuffix("exit=69\n"))
      #expect(result.output.contains("standard output is not a terminal") == says)
      #expect(!result.output.contains("\u{1B}"))
    }

    @Test("with keys from nowhere it does not start")
    func noKeys() throws {
      // setsid leaves it without a terminal of its own.
      let story = try Story(
        ["sh", "-c", "setsid --wait \(Program.path) \(Program.sampleData) < /dev/null"],
        environment: Program.home)
      #expect(try story.exitStatus() == 69)
      #expect(try story.screen().contains("standard input is not a terminal"))
    }

    @Test("evidence comes through a pipe while keys come from the terminal")
    func pipe() throws {
      let folder = try TemporaryFolder()
      let lines = try (0..<8).map { try HostileEvidence.record($0, shift: 1) }
      let file = try folder.write("piped.jsonl", lines.joined(separator: "\n"))
      let story = try Story(
        ["sh", "-c", "cat \(file) | \(Program.path) -"], environment: Program.home)
      try story.wait(for: "8 sequences")
      try story.press("1")
      try story.wait(forTab: "1 Runs")
      try story.press("C-c")
      #expect(try story.exitStatus() == 130)
      #expect(try story.modes() == .usual)
    }

    @Test(
      "what cannot be opened is said before the screen is taken",
      arguments: [
        (["no/such/path"], 66, "check the spelling"), (["-"], 64, "pipe evidence into ezscope"),
        (["--theme", "nosuch"], 64, "nosuch"), (["--size"], 64, "--size"),
      ] as [([String], Int32, String)])
    func hopeless(arguments: [String], status: Int32, words: String) throws {
      let story = try Story(dashboard: arguments, width: 200)
      #expect(try story.exitStatus() == status)
      let screen = try story.screen()
      #expect(screen.contains(words), "\(screen)")
    }

    @Test("a broken file is explained on the screen, and q quits")
    func brokenFile() throws {
      let folder = try TemporaryFolder()
      let file = try folder.write(
        "a.jsonl", "{\"id\": \"a\", \"target\": {\"logprobs\": [nonsense")
      let story = try Story(dashboard: [file])
      try story.wait(for: "Nothing to show")
      try story.wait(for: "a.jsonl")
      try story.press("2", "j", "Enter", "5")
      try story.wait(forTab: "5 Compare")
      try story.press("q")
      #expect(try story.exitStatus() == 0)
    }

    @Test("in an empty place without sample data it says what to do")
    func startScreen() throws {
      let folder = try TemporaryFolder()
      let copy = folder.path + "/ezscope"
      // By another process: what other tests start meanwhile would inherit the file open for
      // writing, and such a program cannot be started.
      #expect(try Subprocess.run(["cp", Program.path, copy]).status == 0)
      let story = try Story(
        ["sh", "-c", "cd \(folder.path) && ./ezscope"], environment: Program.home)
      try story.wait(for: "Welcome to ezscope")
      try story.press("?")
      try story.wait(for: "Keys on Runs")
      try story.press("Escape")
      try story.waitUntilGone("Keys on Runs")
      try story.press("q")
      #expect(try story.exitStatus() == 0)
    }

    @Test("settings that are wrong are named, and the program starts")
    func settings() throws {
      let folder = try TemporaryFolder()
      let keys = try folder.write("keys.toml", "quitt = \"x\"\n")
      let story = try Story(dashboard: ["--keys", keys, Program.sampleData])
      try story.wait(for: "quitt")
      try story.press("q")
      #expect(try story.exitStatus() == 0)
    }
  }
}
