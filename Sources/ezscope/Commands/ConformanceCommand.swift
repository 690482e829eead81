import Analysis
import ArgumentParser
import EvidenceIO
import Reports
import ScoringCore

/// `conformance`: whether scores and figures are those of a reference implementation.
struct ConformanceCommand: ParsableCommand {
  /// How the result is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Compare scores and figures with those of a reference implementation.",
    discussion: """
      Reference scores are score files named after the runs. Reference figures are a JSON \
      object {"runs": {RUN: {"primary": {ATTACK: {"auc": 0.9, "tpr_at_0.01": {"achievable": \
      0.4, "interpolated": 0.4, "strict": 0.4}}}, "all": {...}}}}; anything else in it is \
      ignored, and "runs" may be left out.

      Scores must agree to 1e-5, classes exactly. Figures from the reference's own scores must \
      agree to 1e-9 (AUC) and exactly (TPR), figures from ours to 1e-6 and one sequence. \
      Any failure gives status 1.
      """)

  @Argument(help: "The experiment folder.") var experiment: String
  @Option(help: "The folder of reference scores; by default scores in the experiment.")
  var scores: String?
  @Option(help: "The file of reference figures; by default figures.json in the experiment.")
  var figures: String?
  @Option(name: .customLong("run"), help: "Only this run; may be given several times.")
  var runs: [String] = []
  @Option(help: "text or json.") var format = Format.text

  func run() throws {
    let console = Console()
    let opened = try InputOptions.read([experiment], console)
    try opened.notes.report(to: console, strict: false)
    let all = RunInput.all(of: opened.experiment)
    let reference = try ReferenceFigures.load(
      figures ?? experiment + "/figures.json", isRequired: figures != nil)
    let folder = scores ?? experiment + "/scores"
    var checks: [ConformanceCheck] = []
    for run in try InputOptions.pick(runs, from: all) {
      console.report(
        Console.Progress(task: "Checking \(run.run.name)", done: checks.count, total: nil))
      checks += try ConformanceCheck.all(of: run, folder: folder, figures: reference)
    }
    console.erase()
    let report = ConformanceReport(checks: checks)
    try ResultOutput.write(format == .text ? report.text : report.json.traced().indented)
    guard report.failures == 0 else {
      throw CommandError(
        .verdict, "\(report.failures) of \(checks.count) comparisons failed; see the table")
    }
    guard checks.contains(where: \.isChecked) else {
      throw CommandError(
        .noInput, "\(folder): holds no scores of these runs; name their folder with --scores")
    }
  }
}
