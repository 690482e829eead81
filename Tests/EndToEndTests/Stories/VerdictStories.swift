import Foundation
import Glibc
import TestSupport
import Testing

extension Stories {
  /// Verdicts made in a terminal, and what is left of them after the worst has happened.
  @Suite(.serialized)
  struct Verdicts {
    private let folder: TemporaryFolder

    /// Forty sequences, s0 to s39, in a folder of their own.
    init() throws {
      folder = try TemporaryFolder()
      let lines = (0..<40).map { number in
        let losses = (0..<12).map { "-\(1 + (number * 7 + $0 * 3) % 5).\($0 % 10)" }
        let list = losses.joined(separator: ",")
        return "{\"id\":\"s\(number)\",\"label\":\(number % 2),\"text\":\"text \(number)\","
          + "\"target\":{\"logprobs\":[\(list)]},"
          + "\"reference\":{\"logprobs\":[\(list)]}}\n"
      }
      try folder.write("run.jsonl", lines.joined())
    }

    private var evidence: String { folder.path + "/run.jsonl" }

    private func open() throws -> Story {
      let story = try Story(dashboard: [evidence], width: 150, height: 60)
      // The only run is shown as soon as it is read, its sequences as soon as they are scored.
      try story.wait(for: "40 sequences")
      return story
    }

    /// What is stored: the verdict and note of each id.
    private func stored() throws -> [String: String] {
      let result = try Program.run(["verdicts", "export", evidence])
      guard result.status == 0 else { throw StoryError(result.output) }
      let rows = result.output.split(separator: "\n").dropFirst().filter { $0.hasPrefix("s") }
      return Dictionary(
        uniqueKeysWithValues: rows.map { row in
          let cells = row.split(separator: ",", omittingEmptySubsequences: false)
          return (String(cells[0]), "\(cells[1])/\(cells[2])")
        })
    }

    /// What the screen shows as stored for good; marks that are pending are left out.
    private func shown(_ screen: String) -> [String: String] {
      var verdicts: [String: String] = [:]
      for line in screen.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let id = words.first(where: { $0.wholeMatch(of: /s\d+/) != nil }),
          let verdict = words.first(where: {
            $0.wholeMatch(of: /(leaked|benign|unsure|-)\*?…?/) != nil && $0 != "-"
          }), !verdict.hasSuffix("…")
        else { continue }
        verdicts[String(id)] = String(verdict)
      }
      return verdicts
    }

    /// How often killing is tried; `Tests/Scripts/verdicts-survive` asks for more.
    static let attempts = getenv("EZSCOPE_KILLS").flatMap { Int(String(cString: $0)) } ?? 1

    @Test(
      "twenty judged with notes, three taken back, killed: everything stored is there",
      arguments: 0..<attempts)
    func killed(attempt: Int) throws {
      let first = try open()
      let keys = ["l", "b", "u"]
      let judging = (0..<20).map { "mnnote \($0)\rm\(keys[$0 % 3])" }.joined()
      // Each u takes back one thing: the last verdict, its note, the verdict before.
      try first.send(bytes: (judging + "uuu").utf8)
      try first.wait("the last word of the store") { screen in
        screen.contains("18 of 40 judged") && screen.contains("Taken back")
          && shown(screen).count == 19
      }
      let promised = shown(try first.screen())
      #expect(promised.count == 19)
      try first.kill("ezscope", SIGKILL)
      #expect(try first.exitStatus() == 137)

      let notes = try stored()
      #expect(notes.count == 19)
      #expect(notes.values.filter { $0.contains("/note ") }.count == 19)
      let second = try open()
      try second.wait("the same verdicts") { shown($0) == promised }
    }

    @Test(
      "killed in the middle of marking: what was shown as stored is stored",
      arguments: 0..<attempts)
    func killedWhileWriting(attempt: Int) throws {
      let story = try open()
      let processes = try story.processes("ezscope")
      let marks = (0..<30).flatMap { _ in ["m", "l"] }
      // One write to the terminal, so that marks are still under way when the screen is looked at.
      try story.send(bytes: marks.joined().utf8)
      try story.wait("some mark") { !shown($0).isEmpty }
      usleep(UInt32(attempt % 20) * 2_000)
      // Nothing in between: what is promised too early must not have time to become true.
      let screen = try story.screen()
      for process in processes { kill(process, SIGKILL) }
      #expect(try story.exitStatus() == 137)
      let promised = shown(screen)
      let kept = try stored()
      #expect(Set(promised.keys).isSubset(of: kept.keys))
      #expect(kept.values.allSatisfy { $0 == "leaked/" })
    }

    @Test("two dashboards judge the same experiment: nothing is lost, each sees the other's")
    func together() throws {
      let (one, other) = (try open(), try open())
      for _ in 0..<10 {
        try one.press("m", "l")
        try other.press("G")
        try other.press("m", "b", "k")
      }
      try one.wait(for: " leaked")
      try one.press("q")
      #expect(try one.exitStatus() == 0)
      try other.wait("the other's verdicts") { screen in
        if screen.contains("11 of 40 judged · 10 leaked") { return true }
        // A terminal says when it is looked at again; that is when news are asked for.
        try other.send(bytes: "\u{1B}[I".utf8)
        return false
      }
      #expect(try stored().count == 11)
    }

    @Test("a place that cannot be written is told of, and so is what is lost on leaving")
    func unwritable() throws {
      // Not a database, and never to be replaced by one.
      try folder.write(Self.store, String(repeating: "somebody's diary. ", count: 99))
      let story = try Story(dashboard: [evidence], width: 150, height: 60)
      try story.wait(for: "Verdicts: ")
      try story.wait(for: "40 sequences")
      try story.press("m", "l")
      try story.wait(for: "1 not stored")
      try story.wait(for: "leaked…")
      try story.press("C-c")
      try story.wait(for: "verdicts or notes on 1 sequence could not be stored")
      let diary = try String(contentsOfFile: folder.path + "/" + Self.store, encoding: .utf8)
      #expect(diary.hasPrefix("somebody's diary."))
    }

    @Test("looking and leaving leaves no file behind, and evidence is as it was")
    func onlyLooking() throws {
      let before = try Data(contentsOf: URL(fileURLWithPath: evidence))
      let story = try open()
      try story.press("j", "j")
      try story.press("q", "q")
      #expect(try story.exitStatus() == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run.jsonl"])
      let again = try open()
      try again.press("m", "l")
      try again.wait(for: "1 of 40 judged · 1 leaked")
      try again.press("C-c")
      #expect(try again.exitStatus() == 130)
      #expect(try stored().count == 1)
      #expect(try Data(contentsOf: URL(fileURLWithPath: evidence)) == before)
    }

    private static let store = "ezscope-verdicts.sqlite"
  }
}
