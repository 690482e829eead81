import Analysis
import ArgumentParser
import Reports
import ScoringCore

/// `evaluate`: how well each attack tells members from non-members.
struct EvaluateCommand: ParsableCommand {
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

  @Flag(help: "Every run with all attacks and edge cases; text of several runs is one table else.")
  var details = false

  @OptionGroup var reporting: ReportOptions

  func validate() throws {
    guard !further.roc || [.json, .csv].contains(reporting.format) else {
      throw ValidationError("--roc: a curve is written as --format json or csv")
    }
    if reporting.format == .csv { try further.requireOneTable() }
  }

  func run() throws {
    let console = Console()
    var options = try evaluation.options
    options.rateIntervals = further.intervals
    let runs = try input.open(console)
    let request = try AttackRequest(evaluation.attack).resolved(for: runs)
    if reporting.format == .csv { console.noteChoice(request) }
    var settings = EvaluationReport.Settings(
      options: options, population: evaluation.population,
      wanted: try further.wanted(groupKey: evaluation.groupKey))
    settings.attackChoice = request.choice
    settings.isDetailed = details || runs.count == 1
    let texts = TextGuards()
    var reports: [RunReport] = []
    for run in runs {
      var analysis = try run.analysis(
        request, population: evaluation.population, options: options, texts: texts,
        console: console)
      if let groups = settings.wanted.groups {
        let single = analysis
        analysis = try CommandError.translating { () throws(AnalysisError) in
          try single.joined(groups, options: options, texts: texts)
        }
      }
      reports.append(RunReport(analysis, request: request, texts: texts, settings: settings))
    }
    let report = EvaluationReport(settings: settings, runs: reports)
    try Self.requireSlices(report)
    try reporting.write(
      report, csv: further.roc ? report.curveCSV : further.fdr != nil ? report.suspectCSV : nil)
    try Self.requireSomeFigures(report)
    console.suggest(
      runs.count > 1
        ? Suggestion(words: ["trends"], why: "to see what leaks least for what was learned")
        : Suggestion(words: ["leaks"], why: "to see what can be got out, and at what cost"),
      input, isText: reporting.format == .text)
  }

  /// Fails if not a single attack could be evaluated, with the first reason.
  private static func requireSomeFigures(_ report: EvaluationReport) throws(CommandError) {
    guard report.runs.allSatisfy(\.attacks.isEmpty) else { return }
    let reason = report.runs.lazy.compactMap(\.missing.first?.reason).first ?? "there are no scores"
    throw CommandError(.badData, "nothing to evaluate: \(reason); see ezscope check")
  }

  /// Fails if slices were asked for and no run can be cut so, with the reason.
  private static func requireSlices(_ report: EvaluationReport) throws(CommandError) {
    guard report.settings.wanted.slices != nil else { return }
    var reasons: [String] = []
    for run in report.runs {
      guard case .failure(let problem) = run.slices else { return }
      if !reasons.contains(problem.description) { reasons.append(problem.description) }
    }
    throw .usage("--by: " + reasons.joined(separator: "; "))
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
  var prior: ShareArgument?

  @Option(help: "Name the suspects that can be named when this share of the names may be wrong.")
  var fdr: ShareArgument?

  @Flag(help: "Test whether the sequences of unknown label, as a set, were trained on.")
  var set = false

  @Flag(help: "The curves with a simultaneous band around each, as JSON or CSV.")
  var roc = false

  @Flag(
    help: """
      A lower bound on epsilon; needs a run whose manifest entry says inclusion = "randomized".
      """)
  var epsilon = false

  @Option(help: "The delta at which the two-sided bound on epsilon holds.") var delta = 1e-5

  @Option(help: "How the scores of a group become one, with --level KEY: harmonic-p, mean or max.")
  var join = GroupAggregation.harmonicP

  @Option(
    help: """
      Intervals of TPRs where sequences are independent: order-statistics or bootstrap. Documents \
      are always resampled.
      """)
  var intervals = RateIntervals.orderStatistics

  /// CSV is one table: what it would have to leave out is refused.
  func requireOneTable() throws(ValidationError) {
    let tables = [("--by", by != nil), ("--roc", roc), ("--fdr", fdr != nil)].filter(\.1)
    guard tables.count < 2 else {
      throw ValidationError(
        "\(tables[0].0) and \(tables[1].0) are two tables; write one CSV file of each")
    }
    for (name, isWanted) in [("--set", set), ("--epsilon", epsilon)] where isWanted {
      throw ValidationError("\(name): CSV has no column for it; write text, json or markdown")
    }
  }

  func validate() throws {
    try prior?.checkInside("--prior", "share")
    try fdr?.checkInside("--fdr", "share")
    _ = try wanted(groupKey: nil)
    guard delta >= 0, delta < 1 else {
      throw ValidationError("--delta: '\(delta)' is no delta; give a number from 0 to below 1")
    }
  }

  /// What was asked for.
  func wanted(groupKey: String?) throws(ValidationError) -> EvaluationReport.Wanted {
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
    wanted.prior = prior?.value
    wanted.falseDiscoveryRate = fdr?.value
    wanted.set = set
    wanted.curve = roc
    wanted.epsilon = epsilon
    wanted.delta = delta
    wanted.groups = groupKey.map { GroupRequest(key: $0, aggregation: join) }
    if groupKey != nil, by != nil {
      throw ValidationError("--level and --by: groups have no keys of their own; give one of both")
    }
    return wanted
  }
}
