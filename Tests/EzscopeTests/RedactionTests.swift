import Foundation
import TestSupport
import Testing

@Suite struct RedactionTests {
  private static let secret = "wildebeest"

  private static func evidence() -> String {
    Fixture.evidence(40).joined(separator: "\n")
      .replacingOccurrences(of: "\"text\":\"text", with: "\"text\":\"\(secret)")
  }

  /// What is asked for, and whether the text is shown.
  @Test(
    arguments: [([], false), (["--redact", "off"], true), (["--redact", "all"], false)]
      as [([String], Bool)])
  func picturesHideTextsUnlessAskedNotTo(options: [String], isShown: Bool) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("own.jsonl", Self.evidence())
    for format in ["text", "svg", "ansi"] {
      let outcome = try Program.run(
        ["snapshot", file, "--screen", "sequences", "--format", format] + options)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains(Self.secret) == isShown)
      #expect(outcome.output.contains("REDACTED") != isShown)
    }
    let tour = try Program.run(["demo", file, "--record", "-"] + options)
    #expect(tour.output.contains(Self.secret) == isShown)
  }

  /// The sample's records are invented: pictures of it show them.
  @Test(arguments: [[], [Fixture.sampleData], [Fixture.sampleData + "/full-e3.safetensors"]])
  func theSampleIsShown(paths: [String]) throws {
    let outcome = try Program.run(["snapshot", "--screen", "sequences"] + paths)
    #expect(outcome.status == 0 && !outcome.output.contains("REDACTED"))
    let asked = try Program.run(["snapshot", "--redact", "patterns"] + paths)
    #expect(asked.output.contains("redacted: patterns"))
  }

  @Test func guardsAreReported() throws {
    let outcome = try Program.run(["evaluate", "-", "--format", "json"], input: Self.evidence())
    let run = try #require(
      (try Fixture.object(outcome.output)["runs"] as? [[String: Any]])?.first)
    let guards = try #require(run["guards"] as? [[String: Any]])
    let text = guards.filter {
      ["length_shift", "blind_baseline", "near_duplicates"].contains($0["name"] as? String)
    }
    #expect(text.map { $0["outcome"] as? String } == ["passed", "passed", "passed"])
    #expect(text.allSatisfy { $0["tripped"] as? Bool == false })
    #expect(text[1]["sentence"] as? String != nil && text[1]["auc_interval"] as? [Double] != nil)
    let words = try Program.run(["evaluate", "-"], input: Self.evidence())
    #expect(words.output.contains("Checked, with nothing found: lengths, text alone, near-dup"))
  }
}
