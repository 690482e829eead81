import Analysis
import ArgumentParser
import EvidenceIO
import Glibc
import Reports
import ScoringCore

/// `trends`: how leakage changes with an experiment's settings.
struct TrendsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trends",
    abstract:
      "Report leakage by epoch, size, repeats, method, family or validation loss, with tests.",
    discussion: """
      All figures are over the sequences that every run holds, which are resampled together, so \
      differences and slopes are paired. Runs that lack what is asked for are left out and named.
      """)

  @OptionGroup var input: InputOptions
  @Option(
    help: "epoch, model_parameters, duplicates, method, method_family, or family (of documents).")
  var by: TrendAxis?
  @Option(
    help: ArgumentHelp(
      "validation_loss: a curve of leakage beside it for each method, and which leaks less where."))
  var against: TrendUtility?
  @Option(
    name: [.customLong("measure"), .customLong("figure")],
    help: ArgumentHelp(
      "auc, tpr, leaks (spans per 1,000 members), discoverable (within --draws), verbatim, "
        + "near-verbatim or rouge-l."))
  var figure = TrendFigure.auc
  @Option(help: "The attack that auc and tpr are of, or auto; see ezscope attacks.")
  var attack = "ez"
  @Option(help: "The false-positive rate of tpr: 0.01 or 1%.") var fpr = ShareArgument(0.01)
  @Option(help: "How often an attacker may draw, for discoverable.") var draws = 1_000_000.0
  @Option(help: "Tokens given before the suffix, for discoverable.") var prefix = 50
  @Option(help: "Tokens of the suffix, for discoverable.") var suffix = 50
  @Option(help: "Sequences figures are over: primary (those the manifest names) or all.")
  var population = Population.primary
  @Option(help: "Coverage of the intervals.") var level = ShareArgument(0.95)
  @Option(help: "Bootstrap replicates for intervals and tests.") var replicates = 2000
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
  @OptionGroup var reporting: ReportOptions

  func validate() throws {
    try ResamplingChecks.check(level: level, replicates: replicates)
    guard replicates > 0 else { throw ValidationError("--replicates: tests need at least one") }
    try fpr.checkRate("--fpr")
    guard (by == nil) != (against == nil) else {
      throw ValidationError("give either --by, such as --by epoch, or --against validation_loss")
    }
    guard against == nil || !figure.needsContinuations else {
      throw ValidationError(
        "--measure: against the validation loss it is auc, tpr, leaks or discoverable")
    }
    guard draws >= 1, draws.isFinite else {
      throw ValidationError("--draws: \(draws) is no number of draws; give 1 or more")
    }
    for (name, value) in [("--prefix", prefix), ("--suffix", suffix)]
    where !(1...1_000_000).contains(value) {
      throw ValidationError("\(name): \(value) is out of range; give 1 to 1000000")
    }
    guard !attack.contains(",") else { throw ValidationError("--attack: give one attack") }
  }

  func run() throws {
    let console = Console()
    let runs = try input.open(console)
    var request = AttackRequest(attack)
    if figure.needsScores {
      request = try request.resolved(for: runs)
      console.noteChoice(request)
    }
    var settings = TrendsReport.Settings(
      axis: by ?? .method, figure: figure, attack: request.names.first ?? attack, fpr: fpr.value,
      population: population, level: level.value, replicates: replicates, seed: seed,
      isAgainstLoss: against != nil)
    settings.log2Draws = log2(draws)
    settings.windows.prefix = prefix
    settings.windows.suffix = suffix
    let shared = try CommandError.translating { () throws(AnalysisError) in
      try SharedRuns(runs, request: request, settings: settings) { done, total in
        console.report(Console.Progress(task: "Scoring", done: done, total: total, unit: "runs"))
      }
    }
    console.report(Console.Progress(task: "Resampling", done: 0, total: nil))
    let report = try CommandError.translating {
      () throws(AnalysisError) -> any TabularReport in
      if against == nil { return try TrendsReport(shared, settings: settings) }
      return try FrontierReport(shared, settings: settings)
    }
    console.erase()
    try reporting.write(report)
    console.suggest(.dashboard, input, isText: reporting.format == .text)
  }
}

/// What leakage is set beside.
enum TrendUtility: String, CaseIterable, ExpressibleByArgument {
  case validationLoss = "validation_loss"
}

extension TrendAxis: ExpressibleByArgument {}
extension TrendFigure: ExpressibleByArgument {}
