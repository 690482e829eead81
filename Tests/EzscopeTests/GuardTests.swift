import Foundation
import TestSupport
import Testing

/// Guards as every command shows them.
@Suite struct GuardTests {
  private static let kinds: Set<String> = [
    "length_shift", "blind_baseline", "near_duplicates", "truncation", "self_reference",
    "reference_better", "misaligned_tokens", "mixed_precision", "too_few_non_members",
    "edge_cases", "unseen_members", "reversed_sign",
  ]

  private static let withTokens: Set = ["full-e3", "lora-e3", "prefix-e8", "prompt-e8"]

  /// The sample's findings are true of it: non-members are few, and some texts nearly repeat others.
  @Test(arguments: ["primary", "all"]) func theSampleTripsNoneWrongly(population: String) throws {
    let outcome = try Program.run([
      "evaluate", Fixture.sampleData, "--attack", "ez", "--replicates", "0", "--population",
      population, "--format", "json",
    ])
    let document = try Fixture.object(outcome.output)
    let runs = try #require(document["runs"] as? [[String: Any]])
    for run in runs {
      let name = run["name"] as? String ?? ""
      let guards = try #require(run["guards"] as? [[String: Any]])
      #expect(Set(guards.compactMap { $0["name"] as? String }) == Self.kinds, "\(name)")
      let tripped = Set(
        guards.filter { $0["outcome"] as? String == "tripped" }.compactMap {
          $0["name"] as? String
        })
      var expected: Set = ["too_few_non_members"]
      // A third of the records is nearly all standing phrases.
      if Self.withTokens.contains(name) { expected.insert("near_duplicates") }
      // By chance its members score a little lower: the interval ends at 0.498.
      if name == "control-e3" { expected.insert("reversed_sign") }
      #expect(tripped == expected, "\(name)")
      let unchecked = guards.count { $0["outcome"] as? String == "not_checked" }
      #expect((unchecked > 0) == !Self.withTokens.contains(name))
    }
  }

  /// Evidence whose every other non-member repeats a member's text, or whose models are one.
  private static func spoiled(_ how: String) -> String {
    let words = "the order for the garden house by the river was sent in winter and never paid"
    return Fixture.evidence(80).enumerated().map { index, line in
      let twin = how == "repeated" && index % 4 == 1 ? index - 1 : index
      let text =
        "record \(twin) \(twin * 7) \(twin * 13) \(words) \(twin) \(twin) \(twin * 3) by "
        + "\((0..<12).map { "w\(twin * 31 + $0)" }.joined(separator: " "))"
      let parts = line.components(separatedBy: "\"reference\":")
      guard how == "same", let start = line.range(of: "\"target\":{\"logprobs\":["),
        let end = line[start.upperBound...].firstIndex(of: "]")
      else { return line.replacingOccurrences(of: "\"text \(index)\"", with: "\"\(text)\"") }
      return parts[0] + "\"reference\":{\"logprobs\":[" + line[start.upperBound..<end] + "]}}"
    }.joined(separator: "\n")
  }

  @Test func checkListsNearDuplicates() throws {
    let outcome = try Program.run(
      ["check", "-", "--near-duplicates", "--format", "json"], input: Self.spoiled("repeated"))
    let lists = try #require(
      try Fixture.object(outcome.output)["near_duplicates"] as? [[String: Any]])
    #expect(lists.count == 1 && lists[0]["first"] as? String == "members")
    let pairs = try #require(lists[0]["pairs"] as? [[String: Any]])
    #expect(pairs.count == 20 && pairs[0]["first"] as? String == "s0")
    #expect(pairs[0]["second"] as? String == "s1" && pairs[0]["similarity"] as? Double == 1)
    let text = try Program.run(
      ["check", "-", "--near-duplicates"], input: Self.spoiled("repeated"))
    #expect(text.output.contains("Near-duplicates between members and non-members of stdin: 20"))
    let none = try Program.run(["check", "-", "--near-duplicates"], input: Self.spoiled("no"))
    #expect(none.output.contains("of stdin: none"))
  }

  /// Every command says so, in every format people and scripts read.
  @Test(
    arguments: [
      (["evaluate", "-"], "20 of 40 non-members (50%) nearly repeat"),
      (["evaluate", "-", "--format", "markdown"], "- 20 of 40 non-members (50%) nearly repeat"),
      (["evaluate", "-", "--format", "csv"], "near_duplicates too_few_non_members,"),
      (["gate", "-", "--max-tpr", "0.9", "--fpr", "0.1"], "doubtful: 20 of 40 non-members"),
      (
        ["gate", "-", "--max-tpr", "0.9", "--fpr", "0.1", "--format", "json"], "\"doubtful\": true"
      ),
      (
        ["gate", "-", "--max-tpr", "0.9", "--fpr", "0.1", "--format", "junit"],
        "\n20 of 40 non-members (50%) nearly"
      ),
      (
        ["gate", "-", "--max-tpr", "0.9", "--fpr", "0.1", "--format", "github"],
        "::warning title=ezscope gate::stdin: doubtful: 20 of 40"
      ),
    ])
  func everyCommandSaysSo(_ arguments: [String], _ words: String) throws {
    let outcome = try Program.run(
      arguments + ["--attack", "ref-diff", "--replicates", "50"], input: Self.spoiled("repeated"))
    #expect(outcome.output.contains(words), "\(outcome.output)")
  }

  @Test func scoreWarnsOfAModelAgainstItself() throws {
    let same = try Program.run(["score", "-", "--attack", "loss"], input: Self.spoiled("same"))
    #expect(same.status == 0 && same.errors.contains("they are one model"))
    let other = try Program.run(["score", "-", "--attack", "loss"], input: Self.spoiled("no"))
    #expect(other.errors == "")
  }

  @Test(arguments: [("full-e3,lora-e3", false), ("full-e3,prompt-e8", true)])
  func comparedRunsLearnedEquallyMuch(runs: String, isTripped: Bool) throws {
    let outcome = try Program.run([
      "compare", Fixture.sampleData, "--runs", runs, "--attack", "loss", "--replicates", "0",
      "--format", "json",
    ])
    let guards = try #require(try Fixture.object(outcome.output)["guards"] as? [[String: Any]])
    let both = guards.filter { $0["run"] is NSNull }
    let unequal = both.first { $0["name"] as? String == "unequal_validation_loss" }
    #expect(unequal?["tripped"] as? Bool == isTripped)
    #expect(both.contains { $0["name"] as? String == "misaligned_tokens" })
    #expect(guards.contains { $0["run"] as? String == "full-e3" })
  }

  /// What a manifest says of the reference counts, whatever its files are like.
  @Test(arguments: [("bfloat16", true), ("fp32", false)])
  func aManifestNamesPrecisions(reference: String, isTripped: Bool) throws {
    let folder = try TemporaryFolder()
    try folder.write("run.jsonl", Fixture.evidence(40).joined(separator: "\n"))
    try folder.write(
      "experiment.toml",
      """
      name = "Precisions"
      [[reference]]
      name = "base"
      files = []
      precision = "\(reference)"
      [[run]]
      name = "run"
      reference = "base"
      files = ["run.jsonl"]
      precision = "float32"
      """)
    let outcome = try Program.run([
      "evaluate", folder.path, "--attack", "loss", "--replicates", "0", "--format", "json",
    ])
    let document = try Fixture.object(outcome.output)
    let tripped = document["guards"] as? [[String: Any]] ?? []
    let found = tripped.first { $0["name"] as? String == "mixed_precision" }
    #expect((found != nil) == isTripped)
    #expect(isTripped == ((found?["sentence"] as? String)?.contains("by the metadata") ?? false))
  }
}
