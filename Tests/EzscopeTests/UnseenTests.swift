import Foundation
import TestSupport
import Testing

/// Runs whose members had not all been trained on, as every command treats them.
@Suite struct UnseenTests {
  private static let large = Fixture.sampleData + "/package-descriptions"

  /// Two runs of the larger sample; the first as a manifest describes it that tells, or not, which
  /// members it had seen.
  private static func experiment(_ folder: TemporaryFolder, tells: Bool) throws -> String {
    let early = """
      [[run]]
      name = "early"
      method = "full"
      epoch = 0.25
      steps = 97
      batch = 32
      validation_loss = 4.1176
      scores = "\(large)/scores/full-e0.25.csv.gz"
      \(tells ? "seen = \"\(large)/seen/full-e0.25.csv.gz\"" : "")

      """
    let whole = """
      [[run]]
      name = "whole"
      method = "lora"
      epoch = 1
      steps = 388
      batch = 32
      validation_loss = 4.121
      scores = "\(large)/scores/lora-e1.csv.gz"
      """
    return try folder.write("experiment.toml", early + whole)
  }

  private static func run(
    _ command: [String], tells: Bool
  ) throws -> (status: Int32, output: String, errors: String) {
    let folder = try TemporaryFolder()
    let path = try experiment(folder, tells: tells)
    let outcome = try Program.run([command[0], path] + command.dropFirst())
    return (outcome.status, outcome.output, outcome.errors)
  }

  @Test(arguments: [false, true]) func theGuardTripsUnlessItIsTold(tells: Bool) throws {
    let found = try Self.run(
      ["evaluate", "--run", "early", "--attack", "ez", "--replicates", "0", "--format", "json"],
      tells: tells)
    let runs = try #require(try Fixture.object(found.output)["runs"] as? [[String: Any]])
    let attack = try #require((runs[0]["attacks"] as? [[String: Any]])?.first)
    let auc = try #require(attack["auc"] as? Double)
    #expect(runs[0]["members"] as? Int == 2485 && abs(auc - 0.98126) < 5e-5, "\(auc)")
    let guards = try #require(runs[0]["guards"] as? [[String: Any]])
    let unseen = guards.first { $0["name"] as? String == "unseen_members" }
    #expect(unseen?["outcome"] as? String == (tells ? "passed" : "tripped"))
  }

  /// Half of the members had been trained on; the others score like non-members.
  @Test(arguments: ["primary", "all"]) func unseenMembersCountOnlyIfAskedFor(
    population: String
  ) throws {
    let folder = try TemporaryFolder()
    var scores = "id,label,ez\n"
    for row in 0..<100 { scores += "m\(row),member,\(row < 50 ? 2 + row : row % 2)\n" }
    for row in 0..<100 { scores += "n\(row),non-member,\(row % 2)\n" }
    try folder.write("early.csv", scores)
    try folder.write("seen.csv", "id\n" + (0..<50).map { "m\($0)\n" }.joined())
    let path = try folder.write(
      "experiment.toml",
      "[[run]]\nname = \"early\"\nepoch = 0.5\nscores = \"early.csv\"\nseen = \"seen.csv\"\n")
    let outcome = try Program.run([
      "evaluate", path, "--replicates", "0", "--population", population, "--format", "json",
    ])
    let runs = try #require(try Fixture.object(outcome.output)["runs"] as? [[String: Any]])
    let attack = try #require((runs[0]["attacks"] as? [[String: Any]])?.first)
    #expect(attack["auc"] as? Double == (population == "all" ? 0.75 : 1))
    #expect(runs[0]["members"] as? Int == (population == "all" ? 100 : 50))
    let guards = try #require(runs[0]["guards"] as? [[String: Any]])
    let unseen = guards.first { $0["name"] as? String == "unseen_members" }
    #expect(unseen?["outcome"] as? String == (population == "all" ? "tripped" : "passed"))
  }

  @Test(arguments: [false, true]) func aComparisonIsRefusedOrDoubted(tells: Bool) throws {
    let found = try Self.run(
      ["compare", "--runs", "early,whole", "--attack", "ez", "--replicates", "0"], tells: tells)
    let text = Fixture.unwrapped(found.output + found.errors)
    if tells {
      #expect(found.status == 0)
      #expect(text.contains("What was seen lately is told best"), "\(text)")
    } else {
      #expect(found.status == 65 && text.contains("early is not compared"), "\(text)")
    }
  }

  @Test(arguments: [["--by", "epoch"], ["--against", "validation_loss"]])
  func trendsLeaveItOut(_ arguments: [String]) throws {
    let found = try Self.run(["trends", "--replicates", "20"] + arguments, tells: false)
    let text = Fixture.unwrapped(found.output)
    #expect(found.status == 0)
    #expect(text.contains("Left out: early: it was saved after 0.25 epochs"), "\(text)")
  }

  @Test func aGateDoesNotOpenForIt() throws {
    let found = try Self.run(
      ["gate", "--run", "early", "--max-tpr", "0.9", "--fpr", "1%"], tells: false)
    #expect(found.status == 1 && found.output.contains("UNDECIDED"), "\(found.output)")
  }

  @Test func theSampleHoldsNoSuchRunUntold() throws {
    for path in [Fixture.sampleData, Self.large] {
      let outcome = try Program.run([
        "evaluate", path, "--attack", "ez", "--replicates", "0", "--format", "json",
      ])
      let runs = try #require(try Fixture.object(outcome.output)["runs"] as? [[String: Any]])
      for run in runs {
        let guards = try #require(run["guards"] as? [[String: Any]])
        let unseen = try #require(guards.first { $0["name"] as? String == "unseen_members" })
        #expect(unseen["outcome"] as? String == "passed", "\(run["name"] ?? "")")
      }
    }
  }

  @Test func theLargerSampleConforms() throws {
    let outcome = try Program.run(["conformance", Self.large])
    #expect(outcome.status == 0 && outcome.output.contains(" 0 failed"), "\(outcome.output)")
  }
}
