import Foundation
import TestSupport
import Testing

@Suite struct LeaksTests {
  private static func report(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try Program.run(
      ["leaks", Fixture.sampleData, "--format", "json"] + arguments)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    let report = try Fixture.object(outcome.output)
    return try #require((report["runs"] as? [[String: Any]])?.first)
  }

  /// What `Tests/Conformance/leaks.py` found in the sample data.
  private static func expected() throws -> [String: [[Double]]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("../Conformance/leaks.json").standardizedFileURL
    let all = try Fixture.object(try String(contentsOf: file, encoding: .utf8))
    return (all["sample"] as? [String: Any])?["spans"] as? [String: [[Double]]] ?? [:]
  }

  @Test func theSpansAreThoseOfTheReference() throws {
    let expected = try Self.expected()
    let run = try Self.report(["--run", "full-e3"])
    let spans = try #require(run["spans"] as? [[String: Any]])
    #expect(!spans.isEmpty && spans.count == expected.values.reduce(0) { $0 + $1.count })
    for span in spans {
      let wanted = try #require(expected[span["sequence"] as? String ?? ""])
      let tokens = try #require(span["tokens"] as? [Double])
      #expect(wanted.contains { Array($0.prefix(2)) == tokens })
      #expect(span["label"] as? String == "member" && span["greedy"] as? Bool == true)
    }
    let groups = try #require(run["groups"] as? [[String: Any]])
    let others = groups.filter { ($0["group"] as? String ?? "").hasPrefix("non-members") }
    #expect(!others.isEmpty && others.allSatisfy { $0["spans"] as? Int == 0 })
    // No non-member has a span, so that p is the smallest that so many allow.
    let calibrating = try #require(run["non_members_calibrated_on"] as? Double)
    #expect(spans.allSatisfy { abs(($0["p"] as? Double ?? 1) - 1 / (calibrating + 1)) < 1e-12 })
  }

  /// The heading counts what there is, also where nothing is listed.
  @Test func theHeadingCountsSpansThatAreNotListed() throws {
    func text(_ top: String) throws -> Substring? {
      let outcome = try Program.run([
        "leaks", Fixture.sampleData, "--run", "full-e3", "--top", top,
      ])
      return outcome.output.split(separator: "\n").first { $0.contains(" spans in ") }
    }
    let (none, all) = (try text("0"), try text("100000"))
    #expect(none == all && none?.contains(" 0 spans") == false)
  }

  @Test(arguments: ["text", "csv", "json", "markdown"])
  func textsAreHiddenUnlessAskedFor(_ format: String) throws {
    let folder = try TemporaryFolder()
    let line =
      #"{"id":"s1","label":1,"token_ids":[1,2,3,4,5],"tokens":["a ","Zyxw ","Vuts ","Rqpo ","x"],"#
      + #""target":{"logprobs":[-3,-0.1,-0.1,-3],"ranks":[2,1,1,2]},"#
      + #""reference":{"logprobs":[-9,-19,-19,-9]}}"#
    let path = try folder.write("a.jsonl", line + "\n")
    let hidden = try Program.run(["leaks", path, "--format", format])
    #expect(hidden.status == 0 && !hidden.output.contains("Vuts"), "\(hidden.errors)")
    #expect(hidden.output.contains("Xxxx"))
    let shown = try Program.run(["leaks", path, "--format", format, "--redact", "off"])
    #expect(shown.output.contains("Vuts"))
  }

  @Test func aLedgerHoldsEveryRecord() throws {
    let outcome = try Program.run([
      "leaks", Fixture.sampleData, "--run", "full-e3", "--level", "split", "--format", "csv",
    ])
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 0 && lines.count == 905)
    #expect(lines[0].hasPrefix("run,split,spans,sequence,label,first_token,end_token,greedy"))
    let text = try Program.run([
      "leaks", Fixture.sampleData, "--run", "full-e3", "--level", "splt",
    ])
    #expect(text.output.contains("No sequence has meta.splt (did you mean 'split'?)."))
  }

  @Test(arguments: [
    (["--budget", "-1"], 64, "--budget"), (["--shared", "99"], 64, "--shared"),
    (["--decoder", "beam"], 64, "beam"), (["--fdr", "2"], 64, "--fdr"),
  ])
  func refusals(_ options: [String], _ status: Int32, _ says: String) throws {
    let outcome = try Program.run(["leaks", Fixture.sampleData] + options)
    #expect(outcome.status == status && outcome.errors.contains(says), "\(outcome.errors)")
  }

  @Test func missingEvidenceIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "a.jsonl", #"{"id":"s1","label":1,"token_ids":[1,2],"target":{"logprobs":[-3]}}"# + "\n")
    let outcome = try Program.run(["leaks", path])
    #expect(outcome.status == 65 && outcome.errors.contains("leaks needs reference.logprobs"))
  }
}
