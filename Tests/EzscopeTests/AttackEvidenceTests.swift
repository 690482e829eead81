import Foundation
import Testing
import TestSupport

/// Attacks that take more than two models' log-probabilities, from file to figure.
@Suite struct AttackEvidenceTests {
  /// An invented experiment with every kind of evidence; 12 of its 36 sequences are a population.
  private static var experiment: String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return folder.appendingPathComponent("../ScoringCoreTests/Fixtures/synthetic")
      .standardizedFileURL.path
  }

  private static func attacks() throws -> [String] {
    let document = try Fixture.object(Program.run(["attacks", "--format", "json"]).output)
    let attacks = try #require(document["attacks"] as? [[String: Any]])
    return attacks.compactMap { $0["spelling"] as? String }
  }

  /// Runs an `evaluate --format json` and gives its only run.
  private static func evaluate(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try Program.run(
      ["evaluate", experiment, "--replicates", "0", "--fpr", "0.1", "--format", "json"] + arguments)
    let document = try Fixture.object(outcome.output)
    return try #require((document["runs"] as? [[String: Any]])?.first, "\(outcome.errors)")
  }

  @Test func everyAttackIsEvaluated() throws {
    let attacks = try Self.attacks()
    let run = try Self.evaluate(["--attack", attacks.joined(separator: ",")])
    let figures = try #require(run["attacks"] as? [[String: Any]])
    #expect(figures.count == attacks.count && attacks.count >= 24)
    #expect(figures.allSatisfy { $0["auc"] is Double })
    #expect((run["unavailable"] as? [Any])?.isEmpty == true)
  }

  /// Whatever the figures are over, the population is not among it.
  @Test(arguments: ["primary", "all"])
  func thePopulationIsNotTested(_ population: String) throws {
    let run = try Self.evaluate(["--attack", "rmia,loss", "--population", population])
    #expect(run["members"] as? Int == 12 && run["non_members"] as? Int == 12)
    #expect(run["unknown"] as? Int == 0)
    let compared = try Program.run([
      "compare", Self.experiment, Self.experiment, "--attack", "loss", "--replicates", "0",
      "--population", population, "--format", "json",
    ])
    #expect(compared.status == 0, "\(compared.errors)")
    let joined = try #require(try Fixture.object(compared.output)["joined"] as? [String: Any])
    #expect(joined["sequences"] as? Int == 24 && joined["members"] as? Int == 12)
    #expect(joined["outside_population"] as? Int == 12)
    let gate = try Program.run([
      "gate", Self.experiment, "--attack", "rmia", "--fpr", "0.5", "--max-tpr", "1",
      "--population", population,
    ])
    #expect(gate.errors.contains("12 sequences of the population"), "\(gate.errors)")
  }

  @Test func scoresLeaveThePopulationOut() throws {
    let outcome = try Program.run(["score", Self.experiment, "--attack", "rmia,spv"])
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 0 && lines.count == 25 && lines[0] == "run,id,label,rmia,spv")
    #expect(!outcome.output.contains("population-"))
    #expect(outcome.errors.contains("12 sequences of the population (meta.population) not tested"))
  }

  @Test func everyAttackConforms() throws {
    let outcome = try Program.run([
      "conformance", Self.experiment, "--scores", Self.experiment, "--format", "json",
    ])
    let document = try Fixture.object(outcome.output)
    #expect(outcome.status == 0 && document["failed"] as? Int == 0, "\(outcome.errors)")
    #expect(document["compared"] as? Int ?? 0 > 65)
    let checks = try #require(document["checks"] as? [[String: Any]])
    let names = Set(checks.compactMap { $0["attack"] as? String })
    #expect(try Self.attacks().allSatisfy(names.contains))
  }

  @Test func tokenFrequenciesMayBeNamedOnTheCommandLine() throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(
      "x.jsonl", #"{"id":"a","token_ids":[1,2,3],"target":{"logprobs":[-1,-2]}}"# + "\n")
    let without = try Program.run(["score", input, "--attack", "dc-pdd"])
    #expect(without.status == 65 && without.errors.contains("--token-frequencies"))
    let counts = try folder.write("counts.csv", "token_id,count\n1,10\n2,5\n3,1\n")
    let arguments = [input, "--token-frequencies", counts]
    let with = try Program.run(["score", "--attack", "dc-pdd:a=10"] + arguments)
    // V is 4: the largest id is 3. f is 6/20 and 2/20.
    let expected = (exp(-1) * log(20.0 / 6) + exp(-2) * log(10.0)) / 2
    let field = with.output.split(separator: "\n").last?.split(separator: ",").last ?? ""
    #expect(abs((Double(field) ?? 0) - expected) < 1e-12, "\(with.output) \(with.errors)")
    #expect(try Program.run(["check"] + arguments).output.contains("dc-pdd"))
  }

  @Test func whatCannotBeComputedIsListed() throws {
    for format in ["text", "markdown", "json"] {
      let output = try Program.run(["attacks", "--format", format]).output
      for name in ["InfoRMIA", "PAC", "SaMIA", "ALoRa", "MoPe", "GradNorm", "LT-MIA", "HT-MIA"] {
        #expect(output.contains(name), "\(name) in \(format)")
      }
      #expect(format == "json" || output.contains("annot be computed offline, because"))
    }
  }
}
