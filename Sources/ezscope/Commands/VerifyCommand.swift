import Analysis
import ArgumentParser
import EvidenceIO
import Reports

/// `verify`: whether a bundle is as it was written, and whether its figures come out again.
struct VerifyCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a bundle of ezscope report: every file's hash, every figure from its scores.",
    discussion: """
      Altered files and figures that do not come out again are named, and the status is 1. The \
      scores in the bundle give AUC, TPR and their intervals; with --evidence everything is computed \
      again, leaks and extraction included, and changed inputs are named.
      """)

  @Argument(help: "The archive.", completion: .file()) var bundle: String
  @Option(help: "The evidence that the report is of.", completion: .file()) var evidence: String?
  @Option(help: "text or json.") var format = Format.text
  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"

  func run() throws {
    let console = Console()
    var check = try BundleCheck(bundle)
    if let evidence {
      let known = FileDigest.inputs
      let command = try ReportCommand.again(check.options, evidence: evidence)
      check.compare(with: try command.make(console, except: known))
    }
    let report = VerificationReport(
      bundle: bundle.split(separator: "/").last.map(String.init) ?? bundle,
      digest: try FileDigest(of: bundle), problems: check.problems, checked: check.checked)
    switch format {
    case .text: try ResultOutput.write(report.text, to: output)
    case .json: try ResultOutput.write(report.json.indented, to: output)
    }
    guard check.problems.isEmpty else { throw ExitCode(ExitStatus.verdict.rawValue) }
    console.suggest(
      Suggestion(
        words: ["verify"], ending: ["--evidence", "PATH"],
        why: "where the evidence is at hand: computes the rest again"), of: [bundle],
      isText: format == .text && evidence == nil)
  }
}

/// What came of a check, ready to be written.
private struct VerificationReport {
  let bundle: String
  let digest: FileDigest
  let problems: [String]
  let checked: [String]

  var text: String {
    let lines = ["\(bundle): SHA-256 \(digest.sha256)"] + checked.map { "checked \($0)" }
    let conclusion =
      problems.isEmpty
      ? "VERIFIED: nothing differs" : "DIFFERS in \(problems.count) places, each named above"
    return (lines + problems.map { "differs: \($0)" } + [conclusion])
      .map { FigureText.wrapped($0) }.joined()
  }

  var json: JSON {
    .object([
      ("version", .int(1)), ("bundle", .string(bundle)), ("sha256", .string(digest.sha256)),
      ("verified", .bool(problems.isEmpty)), ("checked", .strings(checked)),
      ("differences", .strings(problems)),
    ])
  }
}
