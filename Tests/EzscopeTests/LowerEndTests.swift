import Foundation
import Testing
import TestSupport

/// Where non-members are too few for a lower end of the TPR: a bound, and what is known all the same.
@Suite struct LowerEndTests {
  @Test func theReportSaysWhatTheThresholdDoes() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "run.csv", Scores.csv(members: 400, nonMembers: 400, shift: 1.5))
    let text = Fixture.unwrapped(try Program.run(["evaluate", path, "--attack", "mine"]).output)
    // ln(0.025)/ln(0.999) = 3687.06; 1 − 0.025^(1/400) = 0.92 %.
    #expect(text.contains("TPR@0.1% has no lower end with 400 non-members: it takes 3,688."))
    #expect(text.contains("TPR with an FPR of 0.0% [0.0, 0.9] (0 of 400): mine "))
    #expect(!text.contains("TPR@1% has no lower end"))

    let report = try Fixture.object(
      Program.run(["evaluate", path, "--attack", "mine", "--format", "json"]).output)
    let run = try #require((report["runs"] as? [[String: Any]])?.first)
    let attack = try #require((run["attacks"] as? [[String: Any]])?.first)
    let points = try #require(attack["tpr_at_fpr"] as? [[String: Any]])
    #expect(
      points.map { $0["interval_method"] as? String }
        == ["order_statistics_mid_p", "order_statistics_one_sided"])
    let point = points[1]
    let interval = try #require(point["interval"] as? [Double])
    let exact = try #require(point["tpr_at_threshold_interval"] as? [Double])
    let alarms = try #require(point["fpr_achieved_interval"] as? [Double])
    let tpr = try #require(point["tpr"] as? Double)
    #expect(interval[0] == 0 && exact[0] > 0 && exact[0] < tpr && tpr < exact[1])
    #expect(alarms[0] == 0 && abs(alarms[1] - (1 - pow(0.025, 1.0 / 400))) < 1e-9)

    let csv = try Program.run(["evaluate", path, "--attack", "mine", "--format", "csv"]).output
    let lines = csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let column = try #require(lines[0].firstIndex(of: "fpr_achieved_upper"))
    #expect(Double(lines[2][column]) == alarms[1])
    #expect(lines.allSatisfy { $0.count == lines[0].count })
  }

  /// Exact limits are of independent sequences.
  @Test func overDocumentsThereAreNone() throws {
    let folder = try TemporaryFolder()
    let lines = Fixture.evidence(80).enumerated().map { index, line in
      line.dropLast() + ",\"meta\":{\"document\":\"d\(index / 4 * 2 + index % 2)\"}}"
    }
    let path = try folder.write("run.jsonl", lines.joined(separator: "\n"))
    let report = try Fixture.object(
      Program.run([
        "evaluate", path, "--attack", "ref-diff", "--fpr", "20%", "--prior", "10%", "--format",
        "json", "--replicates", "50",
      ]).output)
    let run = try #require((report["runs"] as? [[String: Any]])?.first)
    #expect(run["intervals_over"] as? String == "documents")
    let attack = try #require((run["attacks"] as? [[String: Any]])?.first)
    let point = try #require((attack["tpr_at_fpr"] as? [[String: Any]])?.first)
    for key in ["tpr_at_threshold_interval", "fpr_achieved_interval", "precision_interval"] {
      #expect(point[key] is NSNull, "\(key)")
    }
    #expect(point["interval"] is [Double] && point["precision"] is Double)
  }

  @Test func theGatesTableSaysAtMost() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("run.csv", Scores.csv(members: 200, nonMembers: 200, shift: 0))
    let gate = ["gate", path, "--attack", "mine", "--max-tpr", "50%"]
    let text = try Program.run(gate)
    let row = text.output.split(separator: "\n").first { $0.hasPrefix("run  TPR of") }
    #expect(row?.contains(#/ at most \d+\.\d%  /#) == true, "\(text.output)")
    let report = try Fixture.object(Program.run(gate + ["--format", "json"]).output)
    let check = try #require((report["checks"] as? [[String: Any]])?.first)
    #expect(check["interval_method"] as? String == "order_statistics_one_sided")
    #expect((check["interval"] as? [Double])?.first == 0)
  }
}
