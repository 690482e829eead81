import ArgumentParser
import Dashboard
import ScoringCore

/// `evaluate`: how well each attack tells members from non-members.
struct EvaluateCommand: ParsableCommand {
  /// How figures are written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, markdown, csv
  }

  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Report AUC and TPR at low FPR of each run and attack, with intervals.",
    discussion: "Reads evidence, scored on the way, or score files.")

  @OptionGroup var input: InputOptions
  @OptionGroup var evaluation: EvaluationArguments

  @Option(help: "Share of members assumed for the precision of a detection.")
  var prior: Double?

  @Option(help: "text, json, markdown or csv.") var format = Format.text

  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"

  func validate() throws {
    if let prior, !(prior > 0 && prior < 1) {
      throw ValidationError("--prior: \(prior) is no share; give a number between 0 and 1")
    }
  }

  func run() throws {
    let reporter = Reporter()
    let options = try evaluation.options
    let request = AttackRequest(evaluation.attack)
    let runs = try input.open(reporter)
    try request.check(against: runs)
    let settings = EvaluationReport.Settings(
      options: options, prior: prior, population: evaluation.population)
    let texts = TextGuards()
    var reports: [RunReport] = []
    for run in runs {
      let analysis = try run.analysis(
        request, population: evaluation.population, options: options, texts: texts,
        reporter: reporter)
      reports.append(RunReport(analysis, request: request, texts: texts))
    }
    let report = EvaluationReport(settings: settings, runs: reports)
    let text =
      switch format {
      case .text: report.text
      case .json: report.json.indented
      case .markdown: report.markdown
      case .csv: report.csv
      }
    try ResultOutput.write(text, to: output)
    try report.requireSomeFigures()
  }
}
