import Foundation
import Testing
import TestSupport

@Suite struct FurtherFiguresTests {
  private static func evaluate(
    _ arguments: [String], input: String
  ) throws -> Program.Outcome {
    try Program.run(["evaluate", "-"] + arguments, input: input)
  }

  private static func attack(_ output: String) throws -> [String: Any] {
    let runs = try Fixture.object(output)["runs"] as? [[String: Any]]
    return try #require((runs?.first?["attacks"] as? [[String: Any]])?.first)
  }

  /// Evidence with `meta` made from each line's number.
  private static func evidence(
    _ count: Int, shift: Double = 0.4, _ meta: (Int) -> String
  ) -> String {
    Fixture.evidence(count, shift: shift).enumerated().map { index, line in
      "{\"meta\":{\(meta(index))}," + line.dropFirst()
    }.joined(separator: "\n")
  }

  @Test func advantageIsInEveryFormat() throws {
    let csv = Scores.csv(members: 100, nonMembers: 100, shift: 1)
    let found = try Self.attack(Self.evaluate(["--format", "json"], input: csv).output)
    let value = try #require(found["advantage"] as? Double)
    let interval = try #require(found["advantage_interval"] as? [Double])
    #expect(interval[0] <= value && value <= interval[1] && interval[0] > 0.1)
    let balanced = try #require(found["balanced_accuracy"] as? Double)
    #expect(abs(balanced - (1 + value) / 2) < 1e-12)
    #expect((found["balanced_accuracy_interval"] as? [Double])?.count == 2)
    let table = try Self.evaluate(["--format", "csv"], input: csv).output
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let place = try #require(table[0].firstIndex(of: "advantage"))
    #expect(Double(table[1][place]) == value)
    let text = try Self.evaluate(["--advantage", "--prior", "0.1"], input: csv).output
    for words in ["advantage [95%]", "balanced accuracy", "precision@1%"] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let point = try #require(
      try Self.attack(
        Self.evaluate(["--prior", "0.1", "--fpr", "0.1", "--format", "json"], input: csv).output)[
          "tpr_at_fpr"] as? [[String: Any]])[0]
    let precision = try #require(point["precision"] as? Double)
    let limits = try #require(point["precision_interval"] as? [Double])
    #expect(limits[0] < precision && precision < limits[1])
  }

  @Test func curvesComeWithABand() throws {
    let csv = Scores.csv(members: 80, nonMembers: 80, shift: 1)
    let json = try Self.evaluate(["--roc", "--format", "json"], input: csv)
    let roc = try #require(try Self.attack(json.output)["roc"] as? [String: Any])
    let vertices = try #require(roc["vertices"] as? [[Any]])
    #expect(vertices.first?[0] as? Double == 0 && vertices.last?[1] as? Double == 1)
    let band = try #require(roc["band"] as? [String: Any])
    let (lower, upper) = (band["lower"] as? [[Double]], band["upper"] as? [[Double]])
    func height(_ steps: [[Double]]?, _ fpr: Double) -> Double {
      steps?.last { $0[0] <= fpr }?[1] ?? .nan
    }
    for vertex in vertices {
      let (fpr, tpr) = (vertex[0] as? Double ?? .nan, vertex[1] as? Double ?? .nan)
      #expect(height(lower, fpr) <= tpr && tpr <= height(upper, fpr))
    }
    let table = try Self.evaluate(["--roc", "--format", "csv"], input: csv).output
    let kinds = Set(table.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[2] })
    #expect(kinds == ["curve", "band_lower", "band_upper"])
  }

  @Test(arguments: [
    (["--roc"], "--roc"), (["--roc", "--fdr", "0.1", "--format", "csv"], "two tables"),
    (["--fdr", "1"], "--fdr"), (["--by", "length:1"], "--by"), (["--by", "topic"], "scores only"),
  ])
  func misuseIsExplained(_ arguments: [String], _ says: String) throws {
    let outcome = try Self.evaluate(
      arguments, input: Scores.csv(members: 9, nonMembers: 9, shift: 0))
    #expect(outcome.status == 64 && outcome.errors.contains(says), "\(outcome.errors)")
  }

  @Test func suspectsAreNamed() throws {
    let csv = Scores.csv(members: 50, nonMembers: 400, unknown: 60, used: 30, shift: 4)
    let json = try Self.evaluate(["--fdr", "0.1", "--format", "json"], input: csv)
    let suspects = try #require(try Self.attack(json.output)["suspects"] as? [String: Any])
    let list = try #require(suspects["list"] as? [[String: Any]])
    let named = Set(list.filter { $0["named"] as? Bool == true }.compactMap { $0["id"] as? String })
    #expect(list.count == 60 && named.count == suspects["named"] as? Int)
    #expect((24...36).contains(named.count))
    let wrong = named.count { Int($0.dropFirst()) ?? 0 >= 30 }
    #expect(Double(wrong) <= 0.2 * Double(named.count))
    let smallest = try #require(suspects["smallest_possible_p"] as? Double)
    #expect(abs(smallest * 401 - 1) < 1e-12)
    let table = try Self.evaluate(["--fdr", "0.1", "--format", "csv"], input: csv).output
    #expect(table.split(separator: "\n").count == 61)
    #expect(table.split(separator: "\n").count { $0.hasSuffix(",yes,") } == named.count)
    let text = try Self.evaluate(["--fdr", "0.1"], input: csv).output
    #expect(text.contains("Suspects that can be named when 10% of the names may be wrong"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let few = try Self.evaluate(
      ["--fdr", "0.01"], input: Scores.csv(members: 9, nonMembers: 20, unknown: 3, shift: 9))
    #expect(few.output.contains("nobody can be named at this rate: bring at least 99"))
  }

  @Test(arguments: [(0, 0.01...1), (60, 0...0.001)])
  func aSetIsTested(_ used: Int, _ expected: ClosedRange<Double>) throws {
    let csv = Scores.csv(members: 30, nonMembers: 200, unknown: 60, used: used, shift: 0.8)
    let json = try Self.evaluate(["--set", "--format", "json"], input: csv)
    let set = try #require(try Self.attack(json.output)["set"] as? [String: Any])
    let test = try #require(set["test"] as? [String: Any])
    #expect(expected.contains(try #require(test["p"] as? Double)))
    #expect(expected.contains(try #require(set["p_holm"] as? Double)))
    #expect(test["set"] as? Int == 60 && test["non_members"] as? Int == 200)
    #expect(set["control_sound"] as? Bool == true && set["control_splits"] as? Int == 200)
    let control = try #require((set["control"] as? [String: Any])?["p"] as? Double)
    #expect(control > 0.001)
    let text = try Self.evaluate(["--set"], input: csv).output
    #expect(text.contains("The 60 suspects as a set, against 200 non-members"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func withoutSuspectsThereIsNothingToTest() throws {
    let csv = Scores.csv(members: 30, nonMembers: 30, shift: 1)
    let outcome = try Self.evaluate(["--set", "--fdr", "0.1"], input: csv)
    #expect(outcome.status == 0 && outcome.output.contains("This run has no suspects"))
  }

  @Test func slicesOfAKeyAndOfLengths() throws {
    let input = Self.evidence(160) { index in
      "\"topic\":\"\(["law", "music"][index / 2 % 2])\",\"odd\":\(index)"
        + (index % 2 == 0 ? ",\"repeats\":\(1 + index / 2 % 3 * 3)" : "")
    }
    func slices(_ key: String) throws -> [String: Any] {
      let outcome = try Self.evaluate(
        ["--attack", "ref-diff,loss", "--by", key, "--replicates", "50", "--format", "json"],
        input: input)
      let runs = try Fixture.object(outcome.output)["runs"] as? [[String: Any]]
      return try #require(runs?.first?["slices"] as? [String: Any], "\(outcome.errors)")
    }
    let topics = try slices("topic")
    #expect(topics["against"] as? String == "non_members_of_the_slice")
    let parts = try #require(topics["slices"] as? [[String: Any]])
    #expect(parts.map { $0["value"] as? String } == ["law", "music"])
    #expect(parts.allSatisfy { $0["members"] as? Int == 40 && $0["non_members"] as? Int == 40 })
    #expect(parts.allSatisfy { $0["small"] as? Bool == false })
    let figures = try #require(parts[0]["attacks"] as? [[String: Any]])
    #expect(figures.map { $0["attack"] as? String } == ["ref-diff", "loss"])
    #expect((figures[0]["auc_interval"] as? [Double])?.count == 2)
    #expect((figures[0]["at_overall_threshold"] as? [[String: Any]])?.count == 2)

    // Only members were repeated, so each slice is compared with all non-members.
    let repeats = try slices("repeats")
    #expect(repeats["against"] as? String == "all_non_members")
    let byRepeats = try #require(repeats["slices"] as? [[String: Any]])
    #expect(byRepeats.map { $0["value"] as? String } == ["1", "4", "7", "without repeats"])
    #expect(byRepeats.allSatisfy { $0["non_members"] as? Int == 80 })
    #expect(byRepeats.map { $0["small"] as? Bool } == [true, true, true, true])

    let lengths = try #require(try slices("length:3")["slices"] as? [[String: Any]])
    #expect(lengths.map { $0["value"] as? String } == ["13 tokens"])
  }

  @Test func slicesInTextAndTable() throws {
    let input = Self.evidence(80) { "\"topic\":\"\(["law", "music"][$0 / 2 % 2])\",\"odd\":\($0)" }
    let text = try Self.evaluate(["--attack", "ez", "--by", "topic"], input: input).output
    for words in ["By topic, against non-members", "music *", "anecdotes", "found at the run's 1%"]
    {
      #expect(text.contains(words), "\(words)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let csv = try Self.evaluate(
      ["--attack", "ez", "--by", "topic", "--format", "csv"], input: input
    ).output.split(separator: "\n")
    #expect(csv.count == 1 + 2 * 3 && csv.count { $0.contains(",topic,law,") } == 2)
    for (key, says) in [("topik", "did you mean 'topic'?"), ("odd", "names sequences")] {
      let outcome = try Self.evaluate(["--attack", "ez", "--by", key], input: input)
      #expect(outcome.status == 64 && outcome.errors.contains(says), "\(outcome.errors)")
    }
  }

  @Test func documentsWidenIntervals() throws {
    // Members and non-members alternate, so ten lines are five of each; a document holds one class.
    let apart = Self.evidence(200, shift: 0.1) { _ in "" }
    let together = Self.evidence(200, shift: 0.1) { "\"document\":\"\($0 % 2)-\($0 / 10)\"" }
    func interval(_ input: String) throws -> (Double, String?, Int?) {
      let outcome = try Self.evaluate(
        ["--attack", "ref-diff", "--replicates", "100", "--format", "json"], input: input)
      let run = try #require(
        (try Fixture.object(outcome.output)["runs"] as? [[String: Any]])?.first)
      let attack = try #require((run["attacks"] as? [[String: Any]])?.first)
      let method = attack["auc_interval_method"] as? String
      let ends = try #require(attack["auc_interval"] as? [Double])
      return (ends[1] - ends[0], method, run["documents"] as? Int)
    }
    let (plain, clustered) = (try interval(apart), try interval(together))
    #expect(plain.1 == "delong_logit" && plain.2 == nil)
    #expect(clustered.1 == "delong_clustered_logit" && clustered.2 == 40)
    #expect(plain.0 != clustered.0)
    let text = try Self.evaluate(["--attack", "ez", "--replicates", "50"], input: together).output
    #expect(text.contains("cut from 40 documents") && text.contains("over documents where"))
  }

  @Test(arguments: [
    (nil, "Nothing says that chance picked the members"),
    ("\"inclusion\":\"randomized\"", "Lower bounds on epsilon"),
    ("\"inclusion\":\"by-date\"", "do not say meta.inclusion"),
  ])
  func epsilonNeedsRandomInclusion(_ meta: String?, _ says: String) throws {
    let input = Self.evidence(200) { _ in meta ?? "" }
    let text = try Self.evaluate(["--attack", "ref-diff", "--epsilon"], input: input)
    #expect(text.status == 0 && text.output.contains(says), "\(text.output)")
    #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let json = try Self.evaluate(
      ["--attack", "ref-diff", "--epsilon", "--format", "json"], input: input)
    let epsilon = try #require(try Self.attack(json.output)["epsilon"] as? [String: Any])
    let isAnswered = says.hasPrefix("Lower")
    #expect((epsilon["refused"] as? String == nil) == isAnswered)
    guard isAnswered else { return }
    let (lower, most) = (epsilon["lower"] as? Double, epsilon["largest_possible"] as? Double)
    #expect(try #require(lower) >= 0 && #require(lower) <= #require(most))
    #expect(epsilon["members"] as? Int == 50 && epsilon["non_members"] as? Int == 50)
  }

  @Test func epsilonIsAnsweredWhereTheManifestSaysSo() throws {
    let folder = try TemporaryFolder()
    try folder.write("run.jsonl", Fixture.evidence(200).joined(separator: "\n"))
    try folder.write("small.jsonl", Fixture.evidence(30).joined(separator: "\n"))
    func epsilon(_ line: String, _ file: String = "run.jsonl") throws -> String {
      try folder.write(
        "experiment.toml", "[[run]]\nname = \"r\"\nfiles = [\"\(file)\"]\n\(line)\n")
      return try Program.run(
        ["evaluate", folder.path, "--attack", "ref-diff", "--epsilon", "--replicates", "10"]
      ).output
    }
    #expect(try epsilon("inclusion = \"randomized\"").contains("Lower bounds on epsilon"))
    #expect(try epsilon("inclusion = \"by-date\"").contains("r says inclusion = \"by-date\""))
    #expect(
      try epsilon("inclusion = \"randomized\"", "small.jsonl").contains("takes at least 20 of each")
    )
  }
}
