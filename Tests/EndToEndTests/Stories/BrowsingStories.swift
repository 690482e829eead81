import Glibc
import Testing

extension Stories {
  /// Somebody looks for what a fine-tuned model has memorized, in the sample data.
  @Suite(.serialized)
  struct Browsing {
    private func start(width: Int = 80, height: Int = 24) throws -> Story {
      try Story(
        dashboard: [Program.sampleData], width: width, height: height,
        environment: ["NO_COLOR": "1"])
    }

    @Test("from the runs down to the tokens that give a leak away, and back")
    func drillingDown() throws {
      let story = try start()
      try story.wait(for: "1 Runs")
      let runs = try story.waitUntilReady()
      #expect(runs.contains("▌full-e3") && runs.contains(" 0.920 "), "\(runs)")
      try story.press("j")
      try story.wait(for: "▌lora-e3")
      try story.press("Enter")
      try story.wait(forTab: "2 Sequences")
      // Beside seven tabs there is no room for the attack.
      try story.wait(for: "lora-e3 ·")
      try story.press("<")
      try story.wait(for: "full-e3 ·")
      try story.wait(for: "─ full-e3 ─╮")
      try story.press("G", "Enter")
      try story.wait(for: "4,064 of 4,064")
      try story.press("q")
      try story.wait(forTab: "2 Sequences")
      // Of most sequences only the score is kept.
      try story.type("ftokens>0")
      try story.press("Enter")
      try story.wait(for: "904 of 4,104 sequences")
      // The first line is that of the edge cases.
      try story.press("g", "j", "j", "Enter")
      try story.wait(forTab: "3 Tokens")
      let second = try story.wait(for: "2 of 864")
      try story.press("J")
      let third = try story.wait(for: "3 of 864")
      let id = try #require(
        third.split(separator: "\n").dropFirst().first?.split(separator: " ").first)
      #expect(!second.contains(id))
      try story.press("q")
      try story.wait("the same sequence in the list") { screen in
        screen.split(separator: "\n").contains { $0.hasPrefix("▌") && $0.contains(id) }
      }
      try story.press("q")
      try story.wait(forTab: "1 Runs")
      try story.press("q")
      #expect(try story.exitStatus() == 0)
    }

    @Test("the error zone and the strongest shifts are a key away")
    func zonesAndExtremes() throws {
      let story = try start()
      try story.waitUntilReady()
      try story.press("2")
      try story.wait(for: "4,104 sequences")
      try story.type("/member-dup-16x-37")
      try story.wait("the match selected") { screen in
        screen.split(separator: "\n").contains {
          $0.hasPrefix("▌") && $0.contains("member-dup-16")
        }
      }
      try story.press("Enter", "3")
      try story.wait(for: "member-dup-16x-37")
      try story.press("]")
      try story.wait(for: "in the zone")
      try story.press("}")
      try story.wait(for: "extreme shift ")
      try story.press("a")
      try story.waitUntilGone("Shift in nats in the error zone")
      try story.press("v")
      try story.wait(for: "loss")
    }

    @Test("searching and filtering narrow the list, say how far, and undo")
    func searchingAndFiltering() throws {
      let story = try start()
      try story.waitUntilReady()
      try story.press("2")
      try story.wait(for: "4,104 sequences")
      try story.type("/August")
      try story.wait(for: "16 found")
      try story.press("Enter")
      try story.wait(for: "/ search")
      try story.press("n")
      try story.wait(for: "2 of 16")
      try story.type("flabel=non-member p<0.01")
      try story.press("Enter")
      // At this width the end of the line is cut.
      let filtered = try story.wait(for: " of 4,104 ")
      #expect(filtered.contains("label=non-member"), "\(filtered)")
      try story.type("Ff")
      try story.type("score>1e300 label=non-member")
      try story.press("Enter")
      try story.wait(for: "score>1e300")
      try story.press("F")
      try story.wait("all of them") {
        $0.contains("4,104 sequences") && !$0.contains(" of 4,104 ")
      }
      try story.press("s")
      try story.wait("another order") { !$0.contains("score ▼") }
    }

    @Test("curves and comparisons come up with a number, and answer keys")
    func curvesAndComparisons() throws {
      let story = try start(width: 120, height: 40)
      try story.waitUntilReady()
      try story.press("4")
      try story.wait(for: "10⁻³")
      try story.press("o")
      try story.waitUntilGone("10⁻³")
      try story.press("5")
      try story.wait(for: "full-e3 leaks more than lora-e3")
      try story.press("X")
      try story.wait("lora-e3 on the left") { $0.contains("\n│ lora-e3  ez") }
      try story.press("c")
      try story.wait(for: "Compare with")
      try story.type("full-e5")
      try story.press("Enter")
      try story.wait("another partner") { !$0.contains("│ full-e3  ez") }
      try story.press("C-c")
      #expect(try story.exitStatus() == 130)
    }

    @Test("help, palette and themes")
    func helpPaletteThemes() throws {
      let story = try Story(dashboard: [Program.sampleData])
      try story.waitUntilReady()
      try story.press("?")
      try story.wait(for: "Keys on Runs")
      try story.type("sequence by")
      try story.wait("the key of the palette alone") {
        $0.contains("Find a command, run") && !$0.contains("Move down")
      }
      try story.press("Escape")
      try story.waitUntilGone("Keys on Runs")
      try story.type(":compare")
      try story.wait(for: "show-compare")
      try story.press("Enter")
      try story.wait(forTab: "5 Compare")
      let dark = try story.screen(colors: true)
      try story.press("t")
      try story.wait(for: "Theme: ")
      #expect(try story.screen(colors: true) != dark)
    }

    @Test("a window made small, tiny and large again shows what it showed")
    func resizing() throws {
      let story = try start()
      try story.waitUntilReady()
      try story.press("2")
      try story.wait(for: "4,104 sequences")
      try story.type(String(repeating: "j", count: 30))
      let before = try story.wait("later sequences") {
        !$0.contains("edge cases") && $0.firstMatch(of: #/\n▌ +(\S+)/#) != nil
      }
      let id = try #require(before.firstMatch(of: #/\n▌ +(\S+)/#)?.1)
      func isSelected(_ screen: String) -> Bool {
        screen.split(separator: "\n").contains { $0.hasPrefix("▌") && $0.contains(id) }
      }
      try story.resize(width: 40, height: 12)
      try story.wait("the same sequence") { isSelected($0) && !$0.contains("AUC") }
      try story.resize(width: 20, height: 5)
      try story.wait(for: "40×12")
      try story.resize(width: 1, height: 1)
      usleep(50_000)
      try story.resize(width: 200, height: 60)
      try story.wait("the same sequence") { isSelected($0) && $0.contains("AUC") }
      try story.resize(width: 80, height: 24)
      try story.wait("the same sequence") { isSelected($0) && $0.contains("4,104 sequences") }
      for size in 2..<30 { try story.resize(width: 3 * size, height: size) }
      try story.resize(width: 80, height: 24)
      try story.wait("the same sequence") { isSelected($0) && $0.contains("4,104 sequences") }
      try story.press("C-c")
      #expect(try story.exitStatus() == 130)
    }

    @Test("the terminal shows cell for cell what `snapshot` prints")
    func pictures() throws {
      let story = try start(width: 120, height: 40)
      try story.waitUntilReady()
      var keys = ""
      // A key that comes before what it moves in is there moves nothing: each waits for the last.
      for key in ["1", "j", "2", "j", "3", "]", "}", "4", "j", "5"] {
        try story.press(key)
        keys += key + " "
        try story.wait(
          forPicture: try Program.snapshot(
            "runs", of: [Program.sampleData], width: 120, height: 40, keys: keys))
      }
    }
  }
}
