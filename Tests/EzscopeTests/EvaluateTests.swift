import Foundation
import Testing
import TestSupport

@testable import ezscope

@Suite struct EvaluateTests {
  @Test func jsonHasEveryMemberOfTheContract() throws {
    let input = Fixture.evidence(200).joined(separator: "\n")
    let outcome = try Program.run(["evaluate", "-", "--format", "json"], input: input)
    let document = try Fixture.object(outcome.output)
    #expect(document["version"] as? Int == 1)
    // A hundred non-members are few, and texts of twelve tokens often have no error.
    let tripped = try #require(document["guards"] as? [[String: Any]])
    #expect(
      tripped.map { $0["name"] as? String }
        == ["too_few_non_members", "too_few_non_members", "edge_cases"])
    let run = try #require((document["runs"] as? [[String: Any]])?.first)
    for key in ["name", "method", "method_family", "members", "non_members", "unknown"] {
      #expect(run[key] != nil, "\(key)")
    }
    #expect(run["members"] as? Int == 100 && run["validation_loss"] is NSNull)
    let attack = try #require((run["attacks"] as? [[String: Any]])?.first)
    #expect(
      attack["parameters"] as? [String: String]
        == [
          "zone": "error", "aggregate": "ratio", "policy": "paper", "first": "skip",
          "min-errors": "2", "smoothing": "0.3",
        ])
    let counts = try #require(attack["counts"] as? [String: Int])
    #expect(
      Set(counts.keys) == [
        "scored", "forced_no_errors", "forced_n0", "insufficient", "zeroed", "no_movement",
        "undefined", "non_finite",
      ])
    let point = try #require((attack["tpr_at_fpr"] as? [[String: Any]])?.first)
    for key in ["fpr", "tpr", "interval", "threshold", "fpr_achieved", "convention", "resolution"] {
      #expect(point[key] != nil, "\(key)")
    }
    #expect(point["expected_false_positives"] as? Double == 1)
    #expect(point["resolution"] as? String == "weak")
    let interval = try #require(attack["auc_interval"] as? [Double])
    let auc = try #require(attack["auc"] as? Double)
    #expect(interval[0] < auc && auc < interval[1])
    let missing = try #require(run["unavailable"] as? [[String: String]])
    #expect(missing.first?["attack"] == "min-k++:k=20")
    #expect(missing.allSatisfy { $0["reason"]?.contains(" needs ") == true })
  }

  @Test(arguments: ["achievable", "interpolated", "strict"])
  func sampleFiguresAreThoseOfTheReference(_ convention: String) throws {
    let sample = Fixture.sampleData
    for population in ["primary", "all"] {
      let expected = try Fixture.sampleFigures(population)
      let outcome = try Program.run([
        "evaluate", sample, "--replicates", "0", "--fpr", "0.001,0.01,0.05", "--attack",
        "ez,ez:policy=released,soft-ez,loss,ref-diff,ref-ratio,zlib,min-k,min-k++,wbc,ref-min-k,ht-style,"
          + "gap-k,entropy,max-renyi,surp",
        "--convention", convention, "--population", population, "--format", "json",
      ])
      let runs = try #require(try Fixture.object(outcome.output)["runs"] as? [[String: Any]])
      #expect(runs.count == expected.count)
      var compared = 0
      for run in runs {
        let name = run["name"] as? String ?? ""
        let figures = try #require(expected[name])
        #expect(run["members"] as? Int == figures["members"] as? Int)
        let members = try #require(run["members"] as? Double)
        for attack in run["attacks"] as? [[String: Any]] ?? [] {
          let spelling = attack["attack"] as? String ?? ""
          let figure = try #require(figures[spelling] as? [String: Any], "\(name) \(spelling)")
          let auc = try #require(figure["auc"] as? Double)
          var worst = abs((attack["auc"] as? Double ?? .nan) - auc) / 1e-6
          for point in attack["tpr_at_fpr"] as? [[String: Any]] ?? [] {
            let rates = try #require(
              figure["tpr_at_\(point["fpr"] as? Double ?? 0)"] as? [String: Double])
            let off = (point["tpr"] as? Double ?? .nan) - (rates[convention] ?? .nan)
            worst = max(worst, abs(off) * members / (1 + 1e-9))
          }
          #expect(worst <= 1, "\(name) \(spelling)")
          compared += 1
        }
      }
      #expect(compared == Fixture.attackCount(expected) && compared > 100)
    }
  }

  @Test func textFitsAndSaysWhatIntervalsMean() throws {
    let outcome = try Program.run([
      "evaluate", Fixture.sampleData, "--fpr", "5%,1%,0.1%", "--prior", "0.1", "--replicates", "50",
    ])
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
    for words in [
      "TPR@0.1%", "over sequences, for this one trained model", "false positives are expected",
      "for want of evidence: dc-pdd (", "104 more outside the primary population",
    ] {
      #expect(Fixture.unwrapped(outcome.output).contains(words), "\(words)")
    }
    #expect(outcome.errors == "")
  }

  /// One table of all runs comes first, and what is true of several is said once.
  @Test func manyRunsAreOneTable() throws {
    let names = ["full-e3", "lora-e3", "prompt-e8", "full-e1", "head-e5"]
    let evaluate =
      ["evaluate", Fixture.sampleData, "--attack", "ez,loss", "--replicates", "0"]
      + names.flatMap { ["--run", $0] }
    let text = try Program.run(evaluate).output
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasPrefix("run ") && lines[0].contains("attack") && lines[0].contains("AUC"))
    // Columns that do not fit beside the first ones follow in tables of their own.
    let first = lines.prefix { !$0.isEmpty }
    for run in names {
      #expect(first.count { $0.hasPrefix(run + " ") && $0.contains(" ez ") } == 1, "\(run)")
    }
    #expect(lines.count { $0.contains("All ") && $0.contains("members, ") } <= 1)
    #expect(text.contains("--details has a table of every run"))
    #expect(!text.contains("no lower end"), "what an interval lacks is a detail")
    let sentences = lines.filter { $0.contains(": ") && !$0.hasPrefix("  ") }
    #expect(Set(sentences).count == sentences.count)
    let details = try Program.run(evaluate + ["--details"]).output
    #expect(details.hasPrefix(String(lines[0])))
    #expect(details.contains("no lower end"))
    #expect(
      details.split(separator: "\n").count > lines.count * 2, "and it is what a screen can hold")
    let json = try Self.figures(evaluate)
    #expect(try Self.figures(evaluate + ["--details"]) == json)
    #expect(json["version"] as? Int == 1)
  }

  /// The document of a command, without which command gave it.
  private static func figures(_ command: [String]) throws -> NSDictionary {
    var document = try Fixture.object(try Program.run(command + ["--format", "json"]).output)
    document["provenance"] = nil
    return document as NSDictionary
  }

  @Test func ofManyAttacksEachRunShowsTheFirst() throws {
    let text = try Program.run(
      ["evaluate", Fixture.sampleData, "--attack", "all", "--replicates", "0"]
    ).output
    let lines = text.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("full-e3 ") } == 1)
    #expect(lines.count < 100)
    #expect(text.contains("Each run stands here by the first attack"))
  }

  @Test(arguments: [
    (["trends"], ["a b", "c"], "ezscope trends 'a b' c   (why)"),
    ([], ["x'y"], "ezscope 'x'\\''y'   (why)"),
  ])
  func whatToRunNextCanBeTyped(words: [String], paths: [String], line: String) {
    #expect(Suggestion(words: words, why: "why").line(paths) == line)
  }

  @Test func scoresGiveTheFiguresOfTheirEvidence() throws {
    let folder = try TemporaryFolder()
    let input = Fixture.evidence(120).joined(separator: "\n")
    let scores = folder.path + "/stdin.csv"
    #expect(try Program.run(["score", "-", "-o", scores], input: input).status == 0)
    func attacks(_ arguments: [String]) throws -> NSArray {
      let outcome = try Program.run(["evaluate", "--format", "json"] + arguments, input: input)
      let runs = try Fixture.object(outcome.output)["runs"] as? [[String: Any]]
      return try #require(runs?.first?["attacks"] as? NSArray)
    }
    #expect(try attacks(["-"]) == attacks([scores]))
  }

  @Test func foreignColumnsAreEvaluatedUnderTheirOwnName() throws {
    let csv = "id,label,mine,other\na,1,3,0\nb,0,1,0\nc,1,2,0\nd,0,0,0\n"
    let outcome = try Program.run(
      ["evaluate", "-", "--attack", "mine", "--format", "csv"], input: csv)
    let rows = outcome.output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.count == 3 && rows[1].contains("mine"))
    #expect(rows.allSatisfy { !$0.contains("other") })
    #expect(outcome.output.contains(",1.0,"))
  }

  @Test func undefinedRowsStayOrAreDropped() throws {
    let csv = "id,label,mine\na,1,3\nb,0,1\nc,1,\nd,0,0\n"
    func members(_ policy: String) throws -> Double? {
      let outcome = try Program.run(
        ["evaluate", "-", "--undefined", policy, "--format", "json"], input: csv)
      let runs = try Fixture.object(outcome.output)["runs"] as? [[String: Any]]
      return (runs?.first?["attacks"] as? [[String: Any]])?.first?["auc"] as? Double
    }
    #expect(try members("keep") == 0.5 && members("drop") == 1)
  }
}
