import Foundation
import Testing
import TestSupport

/// `--attack auto`: the evidence decides, the same way in every command, and it is said.
@Suite struct AutomaticAttackTests {
  private static let whole = Fixture.evidence(60)
  private static let withoutRanks = whole.map { cut($0, from: ",\"ranks\":", through: "]") }
  private static let targetOnly = withoutRanks.map {
    cut($0, from: ",\"reference\":", through: "}")
  }

  private static func cut(_ line: String, from start: String, through end: Character) -> String {
    guard let first = line.range(of: start),
      let last = line[first.upperBound...].firstIndex(of: end)
    else { return line }
    return String(line[..<first.lowerBound] + line[line.index(after: last)...])
  }

  private static let because = [
    (whole, "ez", "ez, the named default"),
    (withoutRanks, "soft-ez", "soft-ez, because ez lacks target.ranks"),
    (targetOnly, "min-k:k=20", "min-k:k=20, because ez lacks "),
  ]

  @Test(arguments: 0..<3)
  func evidenceDecides(_ index: Int) throws {
    let (lines, attack, words) = Self.because[index]
    let folder = try TemporaryFolder()
    let path = try folder.write("run.jsonl", lines.joined(separator: "\n"))
    let auto = ["--attack", "auto", "--format", "json"]
    let evaluated = try Fixture.object(
      Program.run(["evaluate", path, "--replicates", "0"] + auto).output)
    let run = try #require((evaluated["runs"] as? [[String: Any]])?.first)
    let attacks = try #require(run["attacks"] as? [[String: Any]])
    #expect(attacks.map { $0["attack"] as? String } == [attack])
    let choice = try #require(evaluated["attack_choice"] as? String)
    #expect(choice.hasPrefix("Attack chosen by auto: " + words), "\(choice)")

    let gated = try Fixture.object(
      Program.run(["gate", path, "--max-tpr", "5%", "--fpr", "10%"] + auto).output)
    let checks = try #require(gated["checks"] as? [[String: Any]])
    #expect(checks.map { $0["attack"] as? String } == [attack])
    #expect(gated["attack_choice"] as? String == choice)

    let text = try Program.run(["evaluate", path, "--attack", "auto", "--replicates", "0"])
    let printed = Fixture.unwrapped(text.output)
    #expect(printed.contains(choice) && text.errors == "")
    // What cannot hold the sentence has it beside it.
    let csv = try Program.run(["evaluate", path, "--attack", "auto", "--format", "csv"])
    #expect(csv.errors.contains(choice) && csv.output.contains(attack))
  }

  @Test(arguments: 0..<3)
  func aStreamIsScoredByWhatItsFirstRecordsAllow(_ index: Int) throws {
    let (lines, attack, words) = Self.because[index]
    let input = lines.joined(separator: "\n") + "\n"
    let scored = try Program.run(["score", "-", "--attack", "auto"], input: input)
    let named = try Program.run(["score", "-", "--attack", attack], input: input)
    #expect(scored.status == 0 && scored.output == named.output)
    #expect(scored.errors.contains(words))
  }

  /// One attack for all runs: figures of different attacks could not be compared.
  @Test func runsAreComparedByWhatBothCanFeed() throws {
    let folder = try TemporaryFolder()
    let a = try folder.write("a.jsonl", Self.whole.joined(separator: "\n"))
    let b = try folder.write("b.jsonl", Self.withoutRanks.joined(separator: "\n"))
    let outcome = try Program.run(
      ["compare", a, b, "--attack", "auto", "--replicates", "0", "--format", "json"])
    let report = try Fixture.object(outcome.output)
    let attacks = try #require(report["attacks"] as? [[String: Any]])
    #expect(attacks.map { $0["attack"] as? String } == ["soft-ez"])
    let choice = try #require(report["attack_choice"] as? String)
    #expect(choice.contains("ez lacks target.ranks") && choice.hasSuffix(" in b."), "\(choice)")
  }

  @Test func scoreFilesGiveAColumn() throws {
    let folder = try TemporaryFolder()
    let scores = try folder.write(
      "run.csv", Scores.csv(members: 30, nonMembers: 30, shift: 1))
    let gate = try Program.run([
      "gate", scores, "--attack", "auto", "--max-tpr", "90%", "--fpr", "20%", "--format", "junit",
    ])
    #expect(gate.output.contains("mine"))
    #expect(gate.errors.contains("Attack chosen by auto: mine, the score file's only column"))
    let evidence = try folder.write("other.jsonl", Self.whole.joined(separator: "\n"))
    let none = try Program.run(["evaluate", scores, evidence, "--attack", "auto"])
    #expect(none.status == 64 && none.errors.contains("no attack in common"))
  }

  @Test func trendsAndPicturesTakeItToo() throws {
    let trends = try Program.run([
      "trends", Fixture.sampleData, "--by", "method", "--attack", "auto", "--replicates", "20",
    ])
    #expect(trends.status == 0 && trends.output.hasPrefix("AUC of ez by "))
    #expect(trends.errors.contains("Attack chosen by auto: ez"))
    let refused = try Program.run(["sweep", Fixture.sampleData, "--attack", "auto"])
    #expect(refused.status == 64)
  }
}
