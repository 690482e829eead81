import Foundation
import TestSupport
import Testing

extension Stories {
  /// What each kind of user comes for, from the first key to the last; no key goes unanswered.
  @Suite(.serialized)
  struct Tours {
    /// Presses a key that the screen must answer.
    @discardableResult
    private func press(_ key: String, _ story: Story) throws -> String {
      let before = try story.screen()
      try story.press(key)
      return try story.wait("an answer to \(key)") { $0 != before }
    }

    /// Non-members, members, and suspects of whom the first half was trained on.
    private func suspects(_ folder: TemporaryFolder) throws -> String {
      func line(_ number: Int, label: String, _ isSeen: Bool, _ id: String) -> String {
        var numbers = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        func next() -> Double {
          numbers = numbers &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Double(numbers >> 40) / Double(1 << 24)
        }
        let reference = (0..<24).map { _ in -1 - 4 * next() }
        let target = reference.map { $0 + (isSeen ? 1.1 * next() - 0.25 : next() - 0.5) }
        func list(_ values: [Double]) -> String {
          values.map { String(format: "%.4f", $0) }.joined(separator: ",")
        }
        let ranks = Array(repeating: "2", count: 24).joined(separator: ",")
        let room = number * 37 % 50
        return #"{"id":"\#(id)","label":\#(label),"text":"the printer of room \#(room) is mended","#
          + #""target":{"logprobs":[\#(list(target))],"ranks":[\#(ranks)]},"#
          + #""reference":{"logprobs":[\#(list(reference))]}}"#
      }
      let known = (0..<120).map {
        line($0, label: $0 < 60 ? "1" : "0", $0 < 60, $0 < 60 ? "member-\($0)" : "other-\($0)")
      }
      let asked = (0..<40).map { line(1000 + $0, label: "null", $0 < 20, "case-\($0)") }
      return try folder.write("leak.jsonl", (known + asked).joined(separator: "\n") + "\n")
    }

    @Test("twenty suspects are named, judged with notes, listed in a file and handed in")
    func triage() throws {
      let folder = try TemporaryFolder()
      let evidence = try suspects(folder)
      let story = try Story(
        ["sh", "-c", "cd \(folder.path) && exec \(Program.path) leak.jsonl"], width: 150,
        height: 50, environment: ["NO_COLOR": "1"].merging(Program.home) { mine, _ in mine })
      try story.wait(for: "160 sequences")
      try press("2", story)
      try story.type("flabel=unknown")
      try story.press("Enter")
      try story.wait(for: "40 of 160 sequences")
      try press("d", story)
      let named = try story.wait(for: "FDR 5%")
      try press("g", story)
      #expect(named.contains("of 40 suspects named"), "\(named)")
      for number in 0..<20 {
        try story.type("mnlooked at \(number)")
        try story.press("Enter")
        // The verdict goes on to the next by itself.
        try story.type(number % 4 == 3 ? "mb" : "ml")
        try story.wait(for: "\(number + 1) of 160 judged")
      }
      try press("w", story)
      try story.press("C-u")
      try story.type("named.csv")
      try story.press("Enter")
      try story.wait(for: "named.csv")
      try story.press("q")
      #expect(try story.exitStatus() == 0)
      #expect(folder.names.contains("named.csv"))
      let exported = try Program.run([
        "verdicts", "export", evidence, "--with", "score,p,attack,run",
      ])
      let rows = exported.output.split(separator: "\n").filter { $0.hasPrefix("case-") }
      #expect(exported.status == 0 && rows.count == 20, "\(exported.output)")
      #expect(rows.allSatisfy { $0.contains("looked at ") && $0.contains(",ez,") })
      #expect(rows.count { $0.contains(",benign,") } == 5)
    }

    @Test("which method leaks least for what it learned is seen and read")
    func methods() throws {
      let story = try Story(
        dashboard: [Program.sampleData], width: 200, height: 60,
        environment: ["NO_COLOR": "1"])
      try story.waitUntilReady()
      let runs = try story.screen()
      #expect(runs.contains("Frontier: lora-lr5e-4-e3 learned as much"), "\(runs)")
      // Sorted by what was learned, with the columns that matter here.
      try press("c", story)
      try story.type("tpr@1%")
      try press("Enter", story)
      try press("Escape", story)
      let columns = try story.wait("the list without a TPR") { !$0.contains("TPR@1%") }
      #expect(columns.contains("AUC"))
      try press("7", story)
      try story.wait("points against the loss") { $0.contains("validation loss (left: better)") }
      try press("j", story)
      try press("i", story)
      try press("Escape", story)
      try press("Enter", story)
      try press("5", story)
      try story.wait("a comparison") { $0.contains(" leaks more than ") || $0.contains("caught") }
      try press("q", story)
    }

    @Test(
      "five minutes are enough for the demo, and any key takes over",
      arguments: [(80, 24), (120, 40)])
    func demo(width: Int, height: Int) throws {
      let story = try Story(
        dashboard: ["demo"], width: width, height: height, environment: ["NO_COLOR": "1"])
      let first = try story.wait("a caption") { $0.contains("38 runs") || $0.contains("full-e3") }
      let second = try story.wait("the next scene") { $0 != first }
      #expect(!second.isEmpty)
      try story.press("j")
      try story.press("?")
      try story.wait(for: "Esc closes")
      try story.press("Escape")
      try story.waitUntilGone("Esc closes")
      for _ in 0..<4 { try story.press("q") }
      #expect(try story.exitStatus() == 0)
    }

    @Test("every command says at a terminal what to run next, and that runs")
    func nextCommands() throws {
      let folder = try TemporaryFolder()
      _ = try suspects(folder)
      let story = try Story(environment: Program.home)
      try story.wait(for: "$")
      func run(_ line: String) throws -> String {
        try story.type("clear; \(line); echo done=$?.")
        try story.press("Enter")
        let screen = try story.wait("the end of \(line)") {
          $0.contains("done=") && !$0.contains("echo")
        }
        #expect(screen.contains("done=0."), "\(screen)")
        return screen
      }
      func next(_ screen: String) throws -> String {
        let lines = screen.split(separator: "\n").map(String.init)
        let start = try #require(lines.lastIndex { $0.contains("next: ezscope") }, "\(screen)")
        let text = lines[start...].joined().prefix { $0 != "(" }
        let words = try #require(text.split(separator: "next: ezscope").last)
        return words.trimmingCharacters(in: .whitespaces)
      }
      try story.type("cd \(folder.path); ez() { \(Program.path) \"$@\"; }")
      try story.press("Enter")
      let scored = try next(try run("ez score leak.jsonl --attack loss,ez -o scores.csv"))
      #expect(scored == "evaluate scores.csv")
      _ = try run("ez \(scored) --replicates 0 | tail -3")
      let converted = try next(try run("ez convert leak.jsonl new.safetensors"))
      #expect(converted == "check new.safetensors")
      _ = try run("ez \(converted) | tail -3")
      let bundled = try next(try run("ez report leak.jsonl --replicates 0 --bundle a.zip"))
      #expect(bundled == "verify a.zip")
      let verified = try next(try run("ez \(bundled)"))
      #expect(verified == "verify a.zip --evidence PATH")
      _ = try run("ez verify a.zip --evidence leak.jsonl | tail -3")
    }
  }
}
