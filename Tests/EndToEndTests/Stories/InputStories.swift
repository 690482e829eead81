import Foundation
import Testing

extension Stories {
  /// Keys, pastes, the mouse, and what terminals send by themselves.
  @Suite(.serialized)
  struct Inputs {
    private let story: Story

    init() throws {
      story = try Story(dashboard: [Program.sampleData])
      try story.waitUntilReady()
    }

    @Test("pasted text runs no keys; in a search it is typed")
    func paste() throws {
      try story.paste("q2q\n:qqq")
      try story.wait(for: "Pasted text goes into a search")
      try story.wait(forTab: "1 Runs")
      try story.press("2")
      try story.wait(forTab: "2 Sequences")
      try story.press("/")
      try story.paste("Patient\n")
      try story.wait(for: "/Patient")
      try story.press("Escape")
      try story.waitUntilGone("/Patient")
      try story.wait(forTab: "2 Sequences")
    }

    @Test("Esc closes with no key after it, and arrows are not taken for it")
    func escape() throws {
      try story.press("?")
      try story.wait(for: "Keys on Runs")
      try story.press("Escape")
      try story.waitUntilGone("Keys on Runs")
      try story.press(":")
      try story.wait(for: "Go to, choose or do")
      // The bytes of an arrow, one by one, as slow lines deliver them.
      for byte in "\u{1B}[B".utf8 { try story.send(bytes: [byte]) }
      try story.wait("the second command") { $0.contains("▌show-sequences") }
    }

    @Test("a click on a tab opens its screen, a click on a hint does what it says")
    func clicks() throws {
      let tabs = try story.screen().prefix { $0 != "\n" }
      let place = try #require(tabs.firstRange(of: "4 ROC"))
      try story.mouse(column: tabs.distance(from: tabs.startIndex, to: place.lowerBound), row: 0)
      try story.wait(forTab: "4 ROC")
      // The last line is drawn last: a screen seen half drawn still has the hints of the one before.
      let screen = try story.wait(for: "log/linear")
      let hints = try #require(screen.split(separator: "\n").last)
      let hint = try #require(hints.firstRange(of: "log/linear"))
      try story.mouse(
        column: hints.distance(from: hints.startIndex, to: hint.lowerBound), row: 23)
      try story.wait("linear axes") { $0.contains("1.0┤") || !$0.contains("10⁻³") }
    }

    @Test("the wheel scrolls what is under it; M leaves the mouse to the terminal")
    func wheel() throws {
      try story.press("2")
      try story.wait("the first sequence") { $0.contains("edge cases") }
      for _ in 0..<3 { try story.mouse(65, column: 20, row: 6) }
      try story.wait("later sequences") { !$0.contains("edge cases") && $0.contains("\n▌") }
      for _ in 0..<3 { try story.mouse(64, column: 20, row: 6) }
      try story.wait("the first sequence") { $0.contains("edge cases") }
      try story.press("M")
      try story.wait("the mouse to be free") { _ in try !story.modes().mouse }
      try story.press("M")
      try story.wait("the mouse to be taken") { _ in try story.modes().sgrMouse }
    }

    @Test("what a terminal answers, and broken bytes, act as no key")
    func noise() throws {
      let noise: [[UInt8]] = [
        Array("\u{1B}[?62;1;4c".utf8), Array("\u{1B}]11;rgb:qqqq/qqqq/qqqq\u{1B}\\".utf8),
        Array("\u{1B}[I\u{1B}[O".utf8), [0xFF, 0xC3, 0x28, 0xE2, 0x82], Array("\u{1B}[<0;5".utf8),
        Array("\u{1B}P>|tmux q\u{1B}\\".utf8),
      ]
      for bytes in noise { try story.send(bytes: bytes) }
      try story.press("2")
      try story.wait(forTab: "2 Sequences")
      try story.press("q", "q")
      #expect(try story.exitStatus() == 0)
    }

    @Test("a flood of keys ends where it should, without delay")
    func flood() throws {
      try story.press("2")
      try story.wait(for: "4,104 sequences")
      try story.type("ftokens>0")
      try story.press("Enter")
      try story.wait(for: "904 of 4,104 sequences")
      try story.type(String(repeating: "j", count: 2_000))
      try story.press("k", "3")
      try story.wait(forTab: "3 Tokens")
      try story.wait(for: "863 of 864")
    }

    @Test("at rest it uses no processor time")
    func idle() throws {
      let process = try #require(try story.processes("ezscope").first)
      // What nobody looks at yet is analysed in the background; only after that is it at rest.
      var (before, quietSeconds) = (try ticks(process), 0)
      for _ in 0..<120 where quietSeconds < 4 {
        usleep(1_000_000)
        let now = try ticks(process)
        quietSeconds = now == before ? quietSeconds + 1 : 0
        before = now
      }
      #expect(quietSeconds == 4, "the program never rests")
    }

    /// Processor time in hundredths of a second, user and system.
    private func ticks(_ process: Int32) throws -> [Substring] {
      let status = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      return Array(
        status.split(separator: ") ").last?.split(separator: " ").dropFirst(11).prefix(2) ?? [])
    }
  }
}
