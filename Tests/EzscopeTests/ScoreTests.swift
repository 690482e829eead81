import Foundation
import Testing
import TestSupport

@Suite struct ScoreTests {
  @Test func csvIsWhatTheContractSays() throws {
    let outcome = try Program.run(["score", "-", "--attack", "ez,ref-diff"], input: Fixture.byHand)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(
      outcome.output == """
        run,id,label,ez,ez_class,ez_up,ez_down,ez_errors,ref-diff
        stdin,m,member,3.0,ordinary,1.5,0.5,3,-1.75
        stdin,n,non-member,inf,forced_n0,0.75,0.0,2,-1.8125

        """)
  }

  @Test func jsonlHasTheSameKeys() throws {
    let outcome = try Program.run(
      ["score", "-", "--attack", "ez", "--format", "jsonl"], input: Fixture.byHand)
    let lines = try outcome.output.split(separator: "\n").map { try Fixture.object(String($0)) }
    #expect(lines.map { $0["ez_class"] as? String } == ["ordinary", "forced_n0"])
    #expect(lines[0]["ez"] as? Double == 3 && lines[1]["ez"] as? String == "inf")
  }

  @Test func shardsAgreeWithTheWhole() throws {
    let lines = Fixture.evidence(300)
    func rows(_ part: ArraySlice<String>) throws -> [Substring] {
      let input = part.joined(separator: "\n") + "\n"
      return try Program.run(["score", "-"], input: input).output.split(separator: "\n")
    }
    let whole = try rows(lines[...])
    let shards = try [lines[..<7], lines[7..<200], lines[200...]].map(rows)
    #expect(shards.flatMap { $0.dropFirst() } == Array(whole.dropFirst()))
    #expect(shards.allSatisfy { $0.first == whole.first } && whole.count == 301)
  }

  @Test func outputNameDecidesTheFormatAndScoresPassThrough() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("run.jsonl", Fixture.evidence(30).joined(separator: "\n"))
    let (first, second) = (folder.path + "/a.csv", folder.path + "/b.jsonl")
    #expect(try Program.run(["score", input, "-o", first]).status == 0)
    #expect(try Program.run(["score", first, "-o", second]).status == 0)
    let again = try Program.run(["score", second])
    #expect(try again.output == String(contentsOfFile: first, encoding: .utf8))
    #expect(try String(contentsOfFile: second, encoding: .utf8).hasPrefix("{\"run\":\"run\""))
  }

  @Test func convertedEvidenceIsTheSame() throws {
    let folder = try TemporaryFolder()
    let first = folder.path + "/a.jsonl"
    let (middle, last) = (folder.path + "/b.safetensors", folder.path + "/c.jsonl")
    let sample = Fixture.sampleData
    #expect(try Program.run(["convert", sample, first, "--run", "lora-e3"]).status == 0)
    #expect(try Program.run(["convert", first, middle]).status == 0)
    #expect(try Program.run(["convert", middle, last]).status == 0)
    let text = try String(contentsOfFile: first, encoding: .utf8)
    #expect(try text == String(contentsOfFile: last, encoding: .utf8))
    let scores = try ["a.jsonl", "b.safetensors"].map { name in
      try Program.run(["score", "-o", "-", folder.path + "/" + name]).output
        .split(separator: "\n").map { $0.drop { $0 != "," } }
    }
    #expect(scores[0] == scores[1] && scores[0].count == 905)
  }

  @Test func keptTokensStandBesideTheScoresOfAll() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("run.jsonl", Fixture.evidence(300).joined(separator: "\n"))
    let output = folder.path + "/kept"
    let arguments = ["score", input, "--attack", "ez,loss", "--keep-tokens", "20", "-o", output]
    #expect(try Program.run(arguments).status == 0)
    let (whole, kept) = (
      try Program.run(["score", input, "--attack", "ez,loss"]).output,
      try Program.run(["score", output, "--attack", "ez,loss"]).output
    )
    func rows(_ text: String) -> [Substring] { text.split(separator: "\n").sorted() }
    #expect(rows(whole) == rows(kept))
    let check = try Fixture.object(
      try Program.run(["check", output, "--format", "json"]).output)
    let run = try #require((check["runs"] as? [[String: Any]])?.first)
    #expect(run["sequences"] as? Int == 300 && run["sequences_with_tokens"] as? Int == 20)
    #expect(run["scored_attacks"] as? [String] == ["ez", "loss"])
    // The sequences kept are those that lead.
    let tokens = try Program.run(["score", output + "/tokens/run.safetensors", "--attack", "ez"])
    let best = try Program.run(["score", input, "--attack", "ez"]).output
      .split(separator: "\n").dropFirst().compactMap { line -> (Substring, Double)? in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        return Double(cells[3]).map { (cells[1], $0) }
      }.sorted { $0.1 > $1.1 }
    let threshold = best[19].1
    let led = Set(best.filter { $0.1 >= threshold }.map(\.0))
    let ids = tokens.output.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",")[1]
    }
    #expect(ids.count == 20 && ids.allSatisfy(led.contains))
    // What is there is not overwritten.
    #expect(try Program.run(arguments).status == 64)
  }

  @Test func aRunMayHaveAnyNameAndItsTokensStillHaveAFile() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(
      "..odd \u{202E}name.jsonl", Fixture.evidence(30).joined(separator: "\n"))
    let output = folder.path + "/kept"
    #expect(
      try Program.run(["score", input, "--attack", "ez", "--keep-tokens", "5", "-o", output]).status
        == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: output + "/tokens")
    #expect(names.count == 1 && names[0].allSatisfy { $0.isASCII })
    #expect(try Program.run(["evaluate", output, "--attack", "ez"]).status == 0)
  }
}
