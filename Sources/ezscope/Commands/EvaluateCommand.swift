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
    discussion: """
      Reads evidence, scored on the way, or score files. Where the sequences' meta.document names \
      the document each was cut from, intervals are over documents.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var evaluation: EvaluationArguments
  @OptionGroup(title: "Further figures") var further: FurtherFigures

  @Option(help: "text, json, markdown or csv.") var format = Format.text

  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"

  func validate() throws {
    guard !further.roc || format == .json || format == .csv else {
      throw ValidationError("--roc: a curve is written as --format json or csv")
    }
    guard !(further.roc && further.fdr != nil && format == .csv) else {
      throw ValidationError("--roc and --fdr are two tables; write one CSV file of each")
    }
  }

  func run() throws {
    let reporter = Reporter()
    let options = try evaluation.options
    let request = AttackRequest(evaluation.attack)
    let runs = try input.open(reporter)
    try request.check(against: runs)
    let settings = EvaluationReport.Settings(
      options: options, population: evaluation.population, wanted: try further.wanted)
    let texts = TextGuards()
    var reports: [RunReport] = []
    for run in runs {
      let analysis = try run.analysis(
        request, population: evaluation.population, options: options, texts: texts,
        reporter: reporter)
      reports.append(RunReport(analysis, request: request, texts: texts, settings: settings))
    }
    let report = EvaluationReport(settings: settings, runs: reports)
    try report.requireSlices()
    let text =
      switch format {
      case .text: report.text
      case .json: report.json.indented
      case .markdown: report.markdown
      case .csv: further.roc ? report.curveCSV : further.fdr != nil ? report.suspectCSV : report.csv
      }
    try ResultOutput.write(text, to: output)
    try report.requireSomeFigures()
  }
}

/// Figures that are computed only when asked for.
struct FurtherFigures: ParsableArguments {
  @Option(
    help: "Every figure for each value of this meta key, or by length (length:8: in eighths).")
  var by: String?

  @Flag(help: "Advantage and balanced accuracy as text too; JSON and CSV always have them.")
  var advantage = false

  @Option(help: "Share of members assumed for the precision of a detection.")
  var prior: Double?

  @Option(help: "Name the suspects that can be named when this share of the names may be wrong.")
  var fdr: Double?

  @Flag(help: "Test whether the sequences of unknown label, as a set, were trained on.")
  var set = false

  @Flag(help: "The curves with a simultaneous band around each, as JSON or CSV.")
  var roc = false

  @Flag(
    help: """
      A lower bound on epsilon; needs a run whose manifest entry says inclusion = "randomized".
      """)
  var epsilon = false

  func validate() throws {
    for (name, share) in [("--prior", prior), ("--fdr", fdr)] {
      if let share, !(share > 0 && share < 1) {
        throw ValidationError("\(name): \(share) is no share; give a number between 0 and 1")
      }
    }
    _ = try wanted
  }

  /// What was asked for.
  var wanted: EvaluationReport.Wanted {
    get throws(ValidationError) {
      var wanted = EvaluationReport.Wanted()
      if let by {
        guard let key = SliceKey(by) else {
          throw ValidationError(
            "--by: '\(by)' is no way to cut; give a meta key, length, or length:N with N from 2 to "
              + "100")
        }
        wanted.slices = key
      }
      wanted.advantage = advantage
      wanted.prior = prior
      wanted.falseDiscoveryRate = fdr
      wanted.set = set
      wanted.curve = roc
      wanted.epsilon = epsilon
      return wanted
    }
  }
}
