import Foundation
import TestSupport
import Testing

/// What a reader gets who has nothing but the report.
@Suite struct ReportTests {
  /// Members lead, non-members do not, and somebody's text comes out.
  private static func evidence(_ folder: TemporaryFolder) throws -> String {
    try folder.write("a.jsonl", Fixture.evidence(400, shift: 1.2).joined(separator: "\n"))
  }

  private static func report(
    _ path: String, _ format: String, _ more: [String] = []
  ) throws -> Program.Outcome {
    try Program.run(
      ["report", path, "--attack", "ez,loss", "--replicates", "50", "--format", format] + more)
  }

  @Test func theVerdictComesFirstAndInWords() throws {
    let folder = try TemporaryFolder()
    let page = try Self.report(try Self.evidence(folder), "html")
    #expect(page.status == 0 && page.errors == "", "\(page.errors)")
    let questions = [
      "Which model leaks?", "How much?", "How sure is that?", "What leaked?", "What to do?",
    ]
    var rest = page.output[...]
    for question in questions {
      let place = try #require(rest.range(of: "<h3>\(question)</h3>"))
      rest = rest[place.upperBound...]
    }
    #expect(rest.contains("<table>") && rest.contains("<svg viewBox=\"0 0 680 400\""))
    #expect(page.output.contains("leaks most. 1 of 1 fine-tuned model leaks."))
    #expect(PageCheck.problems(of: page.output).isEmpty)
  }

  @Test func nothingIsSaidToLeakThatDoesNot() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.jsonl", Fixture.evidence(400, shift: 0).joined(separator: "\n"))
    let report = try Fixture.object(try Self.report(path, "json").output)
    let findings = try #require(report["findings"] as? [[String: Any]])
    #expect(findings.map { $0["standing"] as? String } == ["not_shown"])
    let verdict = try #require(report["verdict"] as? [String: [String]])
    #expect(verdict["which_model_leaks"]?.first == "None of 1 fine-tuned model is shown to leak.")
  }

  /// Its figures are those of the commands that give them.
  @Test func figuresAreThoseOfEvaluate() throws {
    let folder = try TemporaryFolder()
    let path = try Self.evidence(folder)
    let report = try Fixture.object(try Self.report(path, "json").output)
    let outcome = try Program.run([
      "evaluate", path, "--attack", "ez,loss", "--replicates", "50", "--format", "json",
    ])
    let evaluation = try Fixture.object(outcome.output)
    let runs = try #require((report["evaluation"] as? [String: Any])?["runs"] as? NSArray)
    #expect(try runs == #require(evaluation["runs"] as? NSArray))
  }

  @Test func sameInputsGiveTheSameBytesWhereverTheyLie() throws {
    let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
    for format in ["html", "markdown", "json"] {
      let first = try Self.report(try Self.evidence(one), format)
      let second = try Self.report(try Self.evidence(other), format)
      #expect(first.output == second.output && !first.output.contains(one.path))
    }
  }

  @Test func inputsAreNamedWithTheirHashes() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.jsonl", Fixture.byHand)
    let report = try Fixture.object(try Self.report(path, "json").output)
    let origin = try #require(report["provenance"] as? [String: Any])
    let inputs = try #require(origin["inputs"] as? [[String: Any]])
    #expect(inputs.map { $0["name"] as? String } == ["a.jsonl"])
    #expect(inputs.first?["bytes"] as? Int == Fixture.byHand.utf8.count)
    // sha256sum of the file.
    #expect(
      inputs.first?["sha256"] as? String
        == "05fc049ec14ac487e99db684418d2c740ad5dadc23a196d393e286069670e112")
    let command = try #require(origin["command"] as? [String])
    #expect(command.prefix(3) == ["ezscope", "report", "a.jsonl"])
  }

  @Test func textsAndNotesAreHiddenUnlessAskedFor() throws {
    let folder = try TemporaryFolder()
    // Two spans of their own over ten non-members: enough to be named.
    let leaks = [("leak-1", "Vuts", 1), ("leak-2", "Ponm", 6)].map { id, word, first in
      #"{"id":"\#(id)","label":1,"token_ids":\#(Array(first..<first + 5)),"#
        + #""tokens":["a ","\#(word)x ","\#(word) ","\#(word)y ","x"],"#
        + #""target":{"logprobs":[-3,-0.1,-0.1,-3],"ranks":[2,1,1,2]},"#
        + #""reference":{"logprobs":[-9,-19,-19,-9]}}"#
    }
    let others = Fixture.evidence(20).filter { $0.contains(#""label":0"#) }
    let path = try folder.write("a.jsonl", (leaks + others).joined(separator: "\n"))
    let notes = try folder.write("v.csv", "id,verdict,note\nleak-1,leaked,Seen by Quentin\n")
    let environment = ["XDG_DATA_HOME": folder.path + "/data"]
    let added = try Program.run(
      ["verdicts", "import", "--from", notes, path], environment: environment)
    #expect(added.status == 0, "\(added.errors)")
    let arguments = ["report", path, "--replicates", "20", "--fdr", "0.99"]
    let hidden = try Program.run(arguments, environment: environment)
    #expect(hidden.status == 0 && hidden.output.contains("Verdicts of people"), "\(hidden.errors)")
    #expect(!hidden.output.contains("Vuts") && !hidden.output.contains("Quentin"))
    let shown = try Program.run(arguments + ["--redact", "off"], environment: environment)
    #expect(shown.output.contains("Vuts") && shown.output.contains("Quentin"))
  }

  @Test func theSampleIsJudged() throws {
    let outcome = try Program.run([
      "report", Fixture.sampleData, "--attack", "ez", "--replicates", "20", "--format", "json",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try Fixture.object(outcome.output)
    let findings = try #require(report["findings"] as? [[String: Any]])
    let standing = Dictionary(
      findings.map { ($0["run"] as? String ?? "", $0["standing"] as? String ?? "") }
    ) { $1 }
    #expect(standing["full-e3"] == "leaks" && standing["lora-e3"] == "leaks")
    #expect(standing["control-e3"] == "clean_control")
    #expect(standing["pretrained"] == "clean_control")
    let comparisons = try #require(report["comparisons"] as? [[String: Any]])
    let pairs = comparisons.compactMap { comparison in
      (comparison["runs"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    }
    // Of those after as many epochs the ones that learned most.
    #expect(pairs.contains(["full-lr5e-5-e3", "lora-lr1e-3-e3"]))
    #expect(!pairs.contains(["full-e3", "lora-e3"]) && pairs.contains(["full-e5", "lora-e5"]))
    #expect(report["frontier"] is [String: Any])
  }

  /// Another learning rate is no other seed; of many pairs some are advised on and the rest counted.
  @Test func theSamplesSeedsAndRatesAreToldApart() throws {
    let outcome = try Program.run([
      "report", Fixture.sampleData, "--attack", "ez", "--replicates", "20", "--format", "markdown",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for words in [
      "3 trainings of full-e3 with other seeds give 24.8% to 32.5%.",
      "3 trainings of lora-e3 with other seeds give 3.4% to 6.3%.",
      "3 more pairs of full fine-tuning and LoRA stand below.",
      "Of the models that learned as much as full-e5 (validation loss 1.115 or lower), prefix-e8 "
        + "leaks least: AUC 0.564 \\[0.547, 0.582\\] against 0.984 \\[0.980, 0.987\\] (95% "
        + "intervals), at a loss of 1.105; 1 other lies within its interval and may leak less.",
    ] {
      #expect(outcome.output.contains(words), "\(words)")
    }
  }

  /// Hubs read the block before the section; JSON's strings are YAML's.
  @Test func aModelCardHasMetadataAndASection() throws {
    let folder = try TemporaryFolder()
    let outcome = try Self.report(try Self.evidence(folder), "html", ["--model-card"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let parts = outcome.output.components(separatedBy: "---\n")
    #expect(parts.first == "" && parts.count >= 3)
    #expect(parts[1].hasPrefix("model-index:\n- name: \"a\"\n  results:\n"))
    #expect(parts[1].contains("    - type: membership_inference_auc\n"))
    #expect(parts[2].hasPrefix("\n## What the model gives away of its training data\n"))
    #expect(parts[2].contains("**Which model leaks?** a leaks most."))
  }
}
