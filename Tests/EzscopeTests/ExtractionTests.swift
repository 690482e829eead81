import Foundation
import TestSupport
import Testing

@Suite struct ExtractionTests {
  /// What `Tests/Conformance/extraction.py` computed of the sample data.
  private static func reference(_ run: String) throws -> [String: Any] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("../Conformance/extraction.json")
    let all = try Fixture.object(try String(contentsOf: file.standardizedFileURL, encoding: .utf8))
    return all[run] as? [String: Any] ?? [:]
  }

  private static func report(_ command: String, _ arguments: [String]) throws -> [String: Any] {
    let outcome = try Program.run(
      [command, Fixture.sampleData, "--format", "json"] + arguments)
    #expect(outcome.status == 0 && outcome.errors == "")
    return try Fixture.object(outcome.output)
  }

  private static func run(_ report: [String: Any]) throws -> [String: Any] {
    try #require((report["runs"] as? [[String: Any]])?.first)
  }

  @Test(arguments: ["full-e3", "lora-e3"])
  func everyContinuationAgrees(_ name: String) throws {
    let expected = try #require(
      try Self.reference(name)["continuations"] as? [String: [String: Any]])
    let run = try Self.run(
      try Self.report("extraction", ["--run", name, "--show", "1000", "--replicates", "10"]))
    let examples = try #require(run["examples"] as? [[String: Any]])
    #expect(examples.count == expected.count && expected.count > 200)
    let wrong = examples.filter { example in
      guard let id = example["id"] as? String, let own = expected[id] else { return true }
      return example["verbatim"] as? Bool != own["verbatim"] as? Bool
        || example["near_verbatim"] as? Bool != own["near"] as? Bool
        || example["edit_distance"] as? Int != own["edits"] as? Int
        || example["longest_run"] as? Int != own["run"] as? Int
        || !Self.agree(example["rouge_l"], own["rouge_l"])
        || !Self.agree(example["lexical_similarity"], own["wording"])
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test(arguments: ["full-e3", "lora-e3"])
  func repeatedRecords(_ name: String) throws {
    let expected = try #require(try Self.reference(name)["repeated_16"] as? [String: Int])
    let count = try #require(expected["verbatim"])
    let share = Double(count) / 40
    let run = try Self.run(try Self.report("extraction", ["--run", name]))
    let decoding = try #require((run["decodings"] as? [[String: Any]])?.first)
    let groups = try #require(decoding["groups"] as? [[String: Any]])
    let group = try #require(
      groups.first {
        $0["group"] as? String == "members" && $0["key"] as? String == "duplicates"
          && $0["value"] as? String == "16"
      })
    let verbatim = try #require(group["verbatim"] as? [String: Any])
    #expect(verbatim["count"] as? Int == count && verbatim["of"] as? Int == expected["of"])
    #expect(verbatim["share"] as? Double == share)
    let interval = try #require(verbatim["interval"] as? [Double])
    #expect(interval[0] <= share && share <= interval[1] && interval[1] - interval[0] < 0.25)
    let others = groups.filter { $0["group"] as? String == "non-members" }
    // Standing phrases to the end of a text are continued rightly by anybody.
    #expect(others.allSatisfy { ($0["verbatim"] as? [String: Any])?["count"] as? Int ?? 9 <= 3 })
  }

  @Test func aKeyThatNobodyHasIsNamed() throws {
    let words = [
      "extraction", Fixture.sampleData, "--run", "full-e3", "--replicates", "10", "--by",
    ]
    let asked = try Program.run(words + ["famly,duplicates"])
    #expect(asked.output.contains("No sequence has meta.famly (did you mean 'family'?)"))
    #expect(!(try Program.run(words + ["family"]).output.contains("No sequence has")))
  }

  @Test(arguments: ["full-e3", "lora-e3"])
  func exposuresAgree(_ name: String) throws {
    let expected = try #require(
      try Self.reference(name)["exposure"] as? [String: [String: Double]])
    let run = try Self.run(try Self.report("extraction", ["--run", name, "--replicates", "50"]))
    let measures = try #require(run["canary_exposure"] as? [[String: Any]])
    #expect(measures.count == 2)
    for measure in measures {
      let own = try #require(expected[measure["ranked_by"] as? String ?? ""])
      let summaries = try #require(measure["summaries"] as? [[String: Any]])
      for summary in summaries {
        guard let repeats = summary["duplicates"] as? Int else { continue }
        #expect(Self.agree(summary["mean_bits"], own[String(repeats)]))
        #expect(summary["canaries"] as? Int == 8)
      }
      #expect(summaries.count == 4 && measure["candidates"] as? Int == 25)
    }
  }

  @Test(arguments: ["full-e3", "lora-e3"])
  func leakedContentAgrees(_ name: String) throws {
    let expected = try #require(
      try Self.reference(name)["content"] as? [String: [String: Double]])
    let run = try Self.run(try Self.report("content", ["--run", name, "--replicates", "50"]))
    let classes = try #require(run["token_classes"] as? [[String: Any]])
    #expect(classes.count == 7 && expected.count == 6)
    for entry in classes where entry["token_class"] as? String != "unknown" {
      let own = try #require(expected[entry["token_class"] as? String ?? ""])
      for (key, value) in own {
        let figure = (entry[key] as? [String: Any])?["value"] ?? entry[key]
        #expect(Self.agree(figure, value), "\(entry["token_class"] ?? "") \(key)")
      }
    }
  }

  @Test func trendAgreesAndIsAStatement() throws {
    let expected = try Self.reference("epochs")
    let runs = ["full-e1", "full-e3", "full-e5", "lora-e3"].flatMap { ["--run", $0] }
    let report = try Self.report("trends", ["--by", "epoch", "--replicates", "200"] + runs)
    #expect(report["shared_sequences"] as? Int == expected["shared"] as? Int)
    let areas = try #require(expected["auc"] as? [String: Double])
    let levels = try #require(report["levels"] as? [[String: Any]])
    for (run, area) in areas {
      #expect(levels.contains { $0["run"] as? String == run && Self.agree($0["figure"], area) })
    }
    let slopes = try #require(report["slopes"] as? [[String: Any]])
    // One, three and five epochs of full fine-tuning bend: they lie farther off a straight line than
    // twice their own uncertainty, so none is drawn, and the report says how far.
    let full = try #require(slopes.first { $0["group"] as? String == "full on base-main" })
    #expect(full["slope"] is NSNull && full["p"] is NSNull && full["levels"] as? Int == 3)
    #expect(full["scatter"] as? Double ?? 0 > 2)
    let comparisons = try #require(report["comparisons"] as? [[String: Any]])
    let lora = try #require(
      comparisons.first { $0["subject"] as? String == "lora on base-main" })
    #expect(lora["kind"] as? String == "same_level" && lora["level"] as? Double == 3)
    #expect(Self.agree(lora["difference"], expected["lora_off_full"]))
    #expect(lora["p_holm"] as? Double ?? 1 < 0.05)
  }

  @Test func repeatsLeadToCopiesUnderFullFineTuningAboveAll() throws {
    let report = try Self.report(
      "trends", ["--by", "duplicates", "--figure", "verbatim", "--replicates", "1000"])
    let slopes = try #require(report["slopes"] as? [[String: Any]])
    // Nearly nothing but what was repeated 16 times is copied: no straight line, so levels are compared.
    let full = try #require(slopes.first { $0["group"] as? String == "full-e3" })
    #expect(full["slope"] is NSNull && full["scatter"] as? Double ?? 0 > 2)
    let prompt = try #require(slopes.first { $0["group"] as? String == "prompt-e8" })
    #expect(prompt["p"] as? Double == 1)
    let comparisons = try #require(report["comparisons"] as? [[String: Any]])
    let lora = try #require(
      comparisons.first {
        $0["subject"] as? String == "lora-e3" && $0["level"] as? Double == 16
      })
    #expect(lora["difference"] as? Double ?? 0 < 0 && lora["p_holm"] as? Double ?? 1 < 0.05)
    let left = try #require(report["left_out"] as? [[String: String]])
    let scored = try FileManager.default.contentsOfDirectory(atPath: Fixture.sampleData + "/scores")
    #expect(left.count + slopes.count == scored.count)
    #expect(left.allSatisfy { $0["reason"]?.contains("scores") == true })
  }

  /// What cannot be shown by so few replicates must not read like a result.
  @Test func trendsSayWhatTheyLeaveOutAndCannotTell() throws {
    let few = try Program.run([
      "trends", Fixture.sampleData, "--by", "duplicates", "--figure", "verbatim", "--replicates",
      "20",
    ]).output
    #expect(few.contains("raise --replicates."))
    let flat = Fixture.unwrapped(few)
    let said = try #require(flat.firstRange(of: "Left out: "))
    #expect(flat[said.upperBound...].contains(": only scores are known, no continuations."))
    let enough = try Program.run([
      "trends", Fixture.sampleData, "--by", "epoch", "--replicates", "500", "--run", "full-e1",
      "--run", "full-e3",
    ]).output
    #expect(enough.contains("  AUC  ") && !enough.contains("raise --replicates"))
    let folder = try TemporaryFolder()
    try folder.write("a.csv", Scores.csv(members: 60, nonMembers: 60, shift: 1))
    try folder.write("b.csv", Scores.csv(members: 60, nonMembers: 60, shift: 2))
    let manifest = [("one", 3, "a"), ("same", 3, "a"), ("later", 5, "b")].map { name, epoch, file in
      "[[run]]\nname = \"\(name)\"\nmethod = \"lora\"\nepoch = \(epoch)\n"
        + "scores = \"\(file).csv\"\n"
    }
    let path = try folder.write("experiment.toml", manifest.joined())
    let twins = try Program.run(
      ["trends", path, "--by", "epoch", "--attack", "mine", "--replicates", "100"])
    #expect(
      twins.output.contains("same: it gives every sequence the score that one does"),
      "\(twins.output) \(twins.errors)")
  }

  @Test(arguments: [
    ["extraction", "--show", "2"], ["extraction", "--show", "1", "--format", "markdown"],
    ["content"], ["trends", "--by", "epoch"], ["trends", "--by", "model_parameters"],
    ["trends", "--by", "duplicates", "--figure", "tpr"], ["trends", "--by", "method"],
    ["trends", "--by", "method_family"], ["trends", "--by", "family", "--figure", "rouge-l"],
  ])
  func textFits(_ arguments: [String]) throws {
    let outcome = try Program.run(arguments + [Fixture.sampleData, "--replicates", "50"])
    #expect(outcome.status == 0 && outcome.output.count > 500)
    guard !arguments.contains("markdown") else { return }
    let wide = outcome.output.split(separator: "\n").filter { $0.count > 100 }
    #expect(wide.isEmpty, "\(wide)")
  }

  @Test(arguments: ["extraction", "content"])
  func csvHasOneWidth(_ command: String) throws {
    let outcome = try Program.run(
      [command, Fixture.sampleData, "--format", "csv", "--replicates", "10"])
    let widths = Set(outcome.output.split(separator: "\n").map { $0.count { $0 == "," } })
    #expect(outcome.status == 0 && widths.count == 1)
  }

  /// `continuations` of evidence by hand.
  private static func evidence(_ continuations: String) -> String {
    "{\"id\":\"a\",\"label\":1,\"target\":{\"logprobs\":[-1]},\"reference\":{\"logprobs\":[-1]}"
      + continuations + "}\n"
  }

  @Test(arguments: [
    (["extraction"], "", "run: There are no continuations: let the model continue"),
    (["content"], "", "token classes need token_ids; export them for every token"),
    (["trends", "--by", "epoch"], "", "run: experiment.toml does not give its epoch"),
    (
      ["trends", "--by", "duplicates", "--figure", "verbatim"], "",
      "run: it has no continuations; let the model continue"
    ),
    (
      ["extraction"], #","continuations":[{"text":1}]"#,
      "run: Sequences whose continuations cannot be read and are left out: 1 (1 wrong type)"
    ),
  ])
  func missingEvidenceHasARemedy(
    _ command: [String], _ continuations: String, _ words: String
  ) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("run.jsonl", Self.evidence(continuations))
    let outcome = try Program.run(command + [path])
    #expect(outcome.status == 65 && outcome.output == "" && outcome.errors.contains(words))
  }

  /// A column that only a score file has is followed there, and evidence is left out.
  @Test func foreignColumnsHaveTrends() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<20).map { "s\($0),\($0 % 2),\(($0 * 7) % 11)\n" }.joined()
    try folder.write("a.csv", "id,label,mine\n" + rows)
    try folder.write("b.jsonl", Fixture.evidence(20).joined(separator: "\n"))
    try folder.write(
      "experiment.toml",
      """
      name = "x"
      [[run]]
      name = "a"
      scores = "a.csv"
      epoch = 1
      [[run]]
      name = "b"
      files = ["b.jsonl"]
      epoch = 2
      """)
    let outcome = try Program.run([
      "trends", folder.path, "--by", "epoch", "--attack", "mine", "--format", "json",
    ])
    let report = try Fixture.object(outcome.output)
    #expect((report["levels"] as? [[String: Any]])?.count == 1, "\(outcome.errors)")
    let left = try #require(report["left_out"] as? [[String: String]])
    #expect(left == [["run": "b", "reason": "mine is no attack; only score files have it"]])
  }

  @Test(arguments: [
    ["trends", "--by", "size"], ["trends", "--by", "epoch", "--fpr", "2"],
    ["trends", "--by", "epoch", "--attack", "ez,loss"], ["extraction", "--show", "-1"],
    ["content", "--level", "1"], ["trends", "--by", "epoch", "--replicates", "0"],
  ])
  func wrongOptionsAreRefused(_ arguments: [String]) throws {
    let outcome = try Program.run(arguments + [Fixture.sampleData])
    #expect(outcome.status == 64 && outcome.output == "")
  }

  /// Texts that would act on a terminal, or tell a secret, come out as neither.
  @Test func shownTextsAreSafeAndRedacted() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "run.jsonl",
      Self.evidence(
        #","continuations":[{"decoding":"greedy","text":" key \u001b[31mab12cd","#
          + #""suffix_text":" key \u001b[31mab12cd"}]"#))
    let open = try Program.run(["extraction", path, "--show", "1", "--redact", "off"])
    #expect(open.status == 0 && open.output.contains("key") && open.output.contains("⟨1B⟩"))
    #expect(!open.output.unicodeScalars.contains("\u{1B}"))
    #expect(open.output.contains("verbatim"))
    // What does not go to a terminal is hidden unless told otherwise.
    let hidden = try Program.run(["extraction", path, "--show", "1"])
    #expect(hidden.output.contains("--redact off") && !open.output.contains("--redact off"))
    #expect(!hidden.output.contains("key") && hidden.output.contains("xxx"))
    let json = try Program.run(["extraction", path, "--show", "1", "--format", "json"])
    #expect(json.output.contains(" xxx ") && !json.output.contains("12cd"))
  }

  private static func agree(_ left: Any?, _ right: Any?) -> Bool {
    guard let a = left as? Double, let b = right as? Double else { return false }
    return abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
  }
}
