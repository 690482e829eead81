import EvidenceIO
import Foundation
import Testing
import TestSupport

@Suite struct GateTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var scores: String
    var options: [String]
    var status: Int32
    var outcome: String
    var says: String
    var testDescription: String { name }
  }

  private static let none = Scores.csv(members: 1500, nonMembers: 1500, shift: 0)
  private static let strong = Scores.csv(members: 1500, nonMembers: 1500, shift: 3)
  private static let few = Scores.csv(members: 200, nonMembers: 60, shift: 0)

  static let cases = [
    Case(
      name: "no leak", scores: none, options: ["--max-tpr", "0.05"], status: 0, outcome: "passed",
      says: "The upper end is within the budget of 5%."),
    Case(
      name: "leak", scores: strong, options: ["--max-tpr", "0.05"], status: 1, outcome: "failed",
      says: "The whole interval is above the budget of 5%."),
    Case(
      name: "not shown to be within", scores: none, options: ["--max-tpr", "0.01"], status: 1,
      outcome: "failed", says: "leakage within it is not shown"),
    Case(
      name: "too few for the FPR", scores: few, options: ["--max-tpr", "0.5"], status: 1,
      outcome: "undecided", says: "bring at least 100 non-members"),
    Case(
      name: "few, at a higher FPR", scores: few, options: ["--max-tpr", "0.6", "--fpr", "0.1"],
      status: 0, outcome: "passed", says: "Fewer than ten non-members decide it"),
    Case(
      name: "no non-members", scores: Scores.csv(members: 50, nonMembers: 0, shift: 0),
      options: ["--max-tpr", "0.5"], status: 1, outcome: "undecided",
      says: "needs members and non-members and there are 50 and 0"),
    Case(
      name: "FPR of 0", scores: none, options: ["--max-tpr", "0.5", "--fpr", "0"], status: 1,
      outcome: "undecided", says: "choose an FPR above 0"),
  ]

  @Test(arguments: cases)
  func verdictsInEveryFormat(_ example: Case) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("run.csv", example.scores)
    func gate(_ format: String) throws -> Program.Outcome {
      try Program.run(
        ["gate", path, "--attack", "mine", "--replicates", "300", "--format", format]
          + example.options)
    }
    let text = try gate("text")
    #expect(text.status == example.status && text.errors == "", "\(text.errors)")
    #expect(text.output.contains("\n" + example.outcome.uppercased() + "  run: mine"))
    let conclusion = example.status == 0 ? "PASSED: all 1 check" : "FAILED: 1 of 1 check"
    #expect(text.output.contains("\n\(conclusion)"))
    // The report is broken into lines; a script's formats are not.
    let lines = text.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(
      lines.map { $0.drop { $0 == " " } }.joined(separator: " ").contains(example.says),
      "\(text.output)")

    let json = try Fixture.object(try gate("json").output)
    let check = try #require((json["checks"] as? [[String: Any]])?.first)
    #expect(json["passed"] as? Bool == (example.status == 0))
    #expect(check["outcome"] as? String == example.outcome)
    #expect((check["reason"] as? String)?.contains(example.says) == true)

    let junit = try gate("junit").output
    let parser = XMLCounter(junit)
    #expect(parser.isWellFormed && parser.counts["testcase"] == 1)
    #expect(parser.counts["failure", default: 0] == (example.status == 0 ? 0 : 1))

    let github = try gate("github").output
    #expect(github.hasPrefix(example.status == 0 ? "::notice " : "::error "))
    #expect(github.split(separator: "\n").count == 1 && github.contains("%25"))
  }

  /// Pipelines say percent, thousands are grouped, and figures show as many digits as decide.
  @Test(arguments: [
    (["--max-tpr", "5%", "--fpr", "1%"], "at an FPR of 1%, 95% interval"),
    (["--max-tpr", "0.05"], "over 1,500 members and 1,500 non-members"),
    (["--max-tpr", "0.5%"], "budget of 0.5%"),
  ])
  func figuresAreWrittenAsEverywhere(_ options: [String], _ says: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("run.csv", Self.none)
    let outcome = try Program.run(
      ["gate", path, "--attack", "mine", "--replicates", "50", "--format", "json"] + options)
    #expect(outcome.output.contains(says), "\(outcome.output) \(outcome.errors)")
  }

  /// Whoever keeps a verdict can tell what it is of, in every format that has room for it.
  @Test(arguments: ["text", "json", "junit"])
  func verdictsNameTheirInputs(_ format: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("run.csv", Self.none)
    let outcome = try Program.run([
      "gate", path, "--attack", "mine", "--max-tpr", "0.05", "--format", format,
    ])
    let digest = try FileDigest(of: path).sha256
    #expect(outcome.output.contains(digest.prefix(12)) && outcome.output.contains("run.csv"))
    #expect(!outcome.output.contains(folder.path))
  }

  @Test func allIsWhatTheEvidenceAllowsAndTheRestIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("run.jsonl", Fixture.evidence(60).joined(separator: "\n"))
    let outcome = try Program.run(
      ["gate", path, "--attack", "all", "--max-tpr", "1", "--fpr", "0.1", "--replicates", "20"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("run: loss") && outcome.output.contains("run: ez"))
    #expect(outcome.errors.contains("Not computed, for want of evidence: min-k++"))
    let about = outcome.output.split(separator: "\n").filter { $0.contains("Not checked") }
    #expect(!about.isEmpty && Set(about).count == about.count, "\(outcome.output)")
  }

  @Test func everyRunAndAttackMustPass() throws {
    let folder = try TemporaryFolder()
    let calm = try folder.write("calm.csv", Self.none)
    let leak = try folder.write("leak.csv", Self.strong)
    let arguments = ["--attack", "mine", "--max-tpr", "0.05", "--replicates", "100"]
    let both = try Program.run(["gate", calm, leak] + arguments)
    #expect(both.status == 1 && both.output.contains("PASSED  calm"))
    #expect(both.output.contains("FAILED  leak"))
    let one = try Program.run(["gate", calm, leak, "--run", "calm"] + arguments)
    #expect(one.status == 0 && !one.output.contains("  leak"))
  }

  @Test(arguments: [
    (["--attack", "mine"], 64, "max-tpr"),
    (["--max-tpr", "2", "--attack", "mine"], 64, "--max-tpr"),
    (["--max-tpr", "0.1", "--fpr", "-1", "--attack", "mine"], 64, "--fpr"),
    (["--max-tpr", "0.1", "--replicates", "0", "--attack", "mine"], 64, "--replicates"),
    (["--max-tpr", "0.1", "--attack", "mime"], 64, "no attack is named 'mime'"),
    (["--max-tpr", "0.1", "--attack", "loss"], 65, "no column loss"),
  ])
  func refusals(_ options: [String], _ status: Int32, _ says: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("run.csv", Self.few)
    let outcome = try Program.run(["gate", path] + options)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(says) && outcome.output == "")
  }

  @Test func namesCannotBreakOutOfAFormat() throws {
    let csv =
      "run,id,label,mine\n"
      + (0..<200).map {
        "a\"<b>&\u{1B}[31m::x,s\($0),\($0 % 2),\($0)\n"
      }.joined()
    func gate(_ format: String) throws -> String {
      try Program.run(
        ["gate", "-", "--attack", "mine", "--max-tpr", "0.1", "--fpr", "0.1", "--replicates", "50"]
          + ["--format", format], input: csv
      ).output
    }
    #expect(try XMLCounter(gate("junit")).isWellFormed)
    for format in ["text", "junit", "github", "json"] {
      #expect(try !gate(format).contains("\u{1B}"))
    }
  }
}

/// Counts elements of a document with a stack, so that a broken document is seen.
private struct XMLCounter {
  var counts: [String: Int] = [:]
  var isWellFormed = true

  init(_ text: String) {
    var open: [String] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else {
        isWellFormed = false
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") { continue }
      if tag.hasPrefix("/") {
        if open.popLast() != String(tag.dropFirst()) { isWellFormed = false }
        continue
      }
      let name = String(tag.prefix { $0 != " " && $0 != "/" })
      counts[name, default: 0] += 1
      if tag.filter({ $0 == "\"" }).count % 2 != 0 || tag.contains("<") { isWellFormed = false }
      if !tag.hasSuffix("/") { open.append(name) }
    }
    isWellFormed = isWellFormed && open.isEmpty && !counts.isEmpty
  }
}
