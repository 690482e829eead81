import Foundation
import Testing
import TestSupport

@Suite struct SweepTests {
  private static let input = Fixture.evidence(240).joined(separator: "\n")

  private static func sweep(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(["sweep", "-", "--replicates", "100"] + arguments, input: input)
  }

  @Test(arguments: [
    (["--attack", "min-k:k=5..50..5"], 10), (["--attack", "min-k", "--over", "k=5,10,20,50"], 4),
    (["--attack", "min-k", "--over", "k=10..30..10,50"], 4),
    (
      ["--attack", "ez", "--over", "zone=error,rank-gt-2", "--over", "aggregate=ratio,difference"],
      4
    ),
    (["--attack", "ez:zone=error|rank-gt-2,loss"], 3),
    // The default stands among the variants even where it is not asked for.
    (["--attack", "min-k:k=30..31"], 3),
  ])
  func everyVariantIsCounted(_ arguments: [String], _ tried: Int) throws {
    let outcome = try Self.sweep(arguments + ["--format", "json"])
    let run = try #require(
      (try Fixture.object(outcome.output)["runs"] as? [[String: Any]])?.first, "\(outcome.errors)")
    #expect(run["variants_tried"] as? Int == tried)
    let variants = try #require(run["variants"] as? [[String: Any]])
    #expect(variants.count == tried)
    #expect(variants.count { $0["behind_chosen"] as? Double == 0 } >= 1)
    let chosen = try #require(run["chosen"] as? [String: Any])
    #expect(variants.contains { $0["attack"] as? String == chosen["attack"] as? String })
    #expect(chosen["members"] as? Int == 60 && chosen["non_members"] as? Int == 60)
    #expect((chosen["auc_interval"] as? [Double])?.count == 2)
    // No figure of a variant on the half it was chosen by, only differences.
    #expect(variants.allSatisfy { $0["auc"] == nil && $0["tpr_at_fpr"] == nil })
  }

  /// What is reported is what `evaluate` says of the half that was kept back.
  @Test func seedsNameTheHalves() throws {
    func auc(_ seed: String) throws -> Double? {
      let outcome = try Self.sweep(
        ["--attack", "min-k:k=10..30..10", "--seed", seed, "--format", "json"])
      let runs = try Fixture.object(outcome.output)["runs"] as? [[String: Any]]
      return (runs?.first?["chosen"] as? [String: Any])?["auc"] as? Double
    }
    #expect(try auc("1") == auc("1"))
    #expect(try Set(["1", "2", "3"].map(auc)).count > 1)
  }

  @Test func textSaysWhatWasDone() throws {
    let outcome = try Self.sweep(["--attack", "min-k:k=5..50..5", "--choose", "tpr"])
    for words in [
      "stdin: 10 variants tried, over k", "Chosen by TPR@1% on one half (120 sequences, seed 1)",
      "on the other half, of 60 members and 60 non-members", "after Holm's correction over all",
      "The best of many variants flatters itself",
    ] {
      #expect(outcome.output.replacing("\n    ", with: " ").contains(words), "\(words)")
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test(arguments: [
    (["--attack", "min-k"], 64, "one variant only"),
    (["--attack", "min-k:k=50..5"], 64, "no range"),
    (["--attack", "min-k:k=0..5"], 64, "1...100"),
    (["--attack", "min-k", "--over", "kk=1,2"], 64, "no parameter 'kk'"),
    (["--attack", "min-k", "--over", "k"], 64, "--over"),
    (["--attack", "ez:zone=rank-gt-1|rank-gt-2", "--over", "min-errors=1..999"], 64, "1000"),
    (["--attack", "min-k++:k=10..30..10"], 65, "nothing to choose from"),
  ])
  func misuseIsExplained(_ arguments: [String], _ status: Int32, _ says: String) throws {
    let outcome = try Self.sweep(arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
  }

  @Test func tooFewSequencesAreNotHalved() throws {
    let outcome = try Program.run(
      ["sweep", "-", "--attack", "min-k:k=10..20..5"],
      input: Fixture.evidence(30).joined(separator: "\n"))
    #expect(outcome.status == 65 && outcome.output.contains("halves take at least 20 of each"))
  }
}
