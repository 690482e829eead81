import Foundation
import TestSupport
import Testing

/// Budgets other than for a TPR, on the sample data.
@Suite struct GateBudgetTests {
  private static func checks(_ arguments: [String]) throws -> (status: Int32, [[String: Any]]) {
    let outcome = try Program.run(
      ["gate", Fixture.sampleData, "--format", "json", "--replicates", "100"] + arguments)
    let report = try Fixture.object(outcome.output)
    return (outcome.status, try #require(report["checks"] as? [[String: Any]], "\(outcome.errors)"))
  }

  @Test(arguments: [
    ("full-e3", "--max-leaks", "100", "passed"), ("full-e3", "--max-leaks", "20", "failed"),
    ("prompt-e8", "--max-leaks", "20", "passed"), ("prompt-e8", "--max-leaks", "1", "undecided"),
    ("prompt-e8", "--max-exposure", "3", "passed"), ("full-e3", "--max-exposure", "2", "failed"),
    ("full-e3", "--max-exposure", "5", "undecided"),
    ("full-e3", "--max-epsilon", "0.5", "failed"), ("full-e3", "--max-epsilon", "9", "undecided"),
  ])
  func eachBudgetDecides(
    _ run: String, _ budget: String, _ value: String, _ outcome: String
  ) throws {
    let (status, checks) = try Self.checks(
      ["--run", run, budget, value, "--attack", "ez"])
    let check = try #require(checks.first)
    #expect(check["outcome"] as? String == outcome, "\(check["reason"] ?? "")")
    #expect(status == (outcome == "passed" ? 0 : 1))
    #expect((check["meaning"] as? String)?.isEmpty == false)
    #expect(check["budget"] as? Double == Double(value))
  }

  @Test func shortSuffixesAreDiscoverable() throws {
    let words = ["--run", "full-e3", "--max-discoverable", "1%", "--prefix", "25", "--suffix", "5"]
    let (status, checks) = try Self.checks(words + ["--draws", "1e6"])
    #expect(status == 1 && checks.first?["measure"] as? String == "discoverable")
    let (open, long) = try Self.checks(
      ["--run", "prompt-e8", "--max-discoverable", "5%", "--draws", "1", "--prefix", "25"])
    #expect(open == 0 && long.first?["outcome"] as? String == "passed")
    let (_, none) = try Self.checks([
      "--run", "full-e3", "--max-discoverable", "5%", "--prefix", "900",
    ])
    #expect(none.first?["outcome"] as? String == "undecided")
  }

  @Test func aRunIsNoWorseThanItself() throws {
    let words = ["--run", "full-e3", "--baseline", Fixture.sampleData, "--attack", "ez,loss"]
    let (status, checks) = try Self.checks(words)
    #expect(status == 0 && checks.count == 2)
    #expect(checks.allSatisfy { $0["figure"] as? Double == 0 })
  }

  @Test func aRunThatLeaksMoreIsWorse() throws {
    let folder = try TemporaryFolder()
    let old = try folder.write("old.csv", Scores.csv(members: 500, nonMembers: 500, shift: 0.2))
    let new = try folder.write("new.csv", Scores.csv(members: 500, nonMembers: 500, shift: 2))
    let outcome = try Program.run(["gate", new, "--attack", "mine", "--baseline", old])
    #expect(
      outcome.status == 1 && outcome.output.contains("It rose by more than the 0.01 allowed."))
    #expect(outcome.output.contains("FAILED: 1 of 1 check did not pass"))
  }

  @Test func everyDefaultAttackIsChecked() throws {
    let (status, checks) = try Self.checks(["--run", "full-e3", "--max-tpr", "5%"])
    #expect(status == 1 && checks.count > 10)
    #expect(checks.contains { $0["attack"] as? String == "ref-diff" })
  }

  @Test func turnedScoresOpenNoGate() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "turned.csv", Scores.csv(members: 500, nonMembers: 500, shift: -1))
    let outcome = try Program.run(["gate", path, "--attack", "mine", "--max-tpr", "50%"])
    #expect(outcome.status == 1 && outcome.output.contains("UNDECIDED"))
    let words = Fixture.unwrapped(outcome.output)
    #expect(words.contains("is the score's sign turned?"))
  }

  @Test(arguments: [
    ([], "there is no budget"), (["--max-leaks", "-1"], "--max-leaks"),
    (["--max-discoverable", "1%", "--draws", "0"], "--draws"),
    (["--max-discoverable", "1%", "--prefix", "0"], "--prefix"),
  ])
  func refusals(_ options: [String], _ says: String) throws {
    let outcome = try Program.run(["gate", Fixture.sampleData] + options)
    #expect(outcome.status == 64 && outcome.errors.contains(says), "\(outcome.errors)")
  }
}
