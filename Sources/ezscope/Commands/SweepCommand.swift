import Analysis
import ArgumentParser
import Reports
import ScoringCore

/// `sweep`: many variants of an attack, the best chosen on one half and reported on the other.
struct SweepCommand: ParsableCommand {
  /// How the sweep is written.
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Try many variants of an attack without being fooled by the luckiest one.",
    discussion: """
      The best variant is chosen on one half of the sequences and reported on the other half, \
      which the choice never saw. A parameter takes several values as a range or with | between \
      them, or in --over: 'min-k:k=5..50..5', 'ez:zone=error|rank-gt-5', --over k=5,10,20,50. \
      Several parameters are tried in every combination.
      """)

  @OptionGroup var input: InputOptions

  @Option(help: "Attacks, commas between; ranges and | in their parameters are tried in turn.")
  var attack: String

  @Option(help: "A parameter and the values to try: k=5,10,20,50; may be given several times.")
  var over: [String] = []

  @Option(help: "What the best variant is best in: auc, or tpr (at the first FPR).")
  var choose = SweepReport.Criterion.auc

  @Option(help: "False-positive rates at which the TPR is reported, commas between.")
  var fpr = "0.01,0.001"

  @Option(help: "Sequences without a score: keep (below all others) or drop.")
  var undefined = UndefinedPolicy.keep

  @Option(help: "Coverage of the intervals.") var level = ShareArgument(0.95)
  @Option(help: "Bootstrap replicates, for intervals over documents; 0 leaves them out.")
  var replicates = 1000
  @Option(help: "Seed of the halves and of the bootstrap.") var seed: UInt64 = 1

  @Option(help: "Sequences figures are over: primary (those the manifest names) or all.")
  var population = Population.primary

  @Option(help: "text or json.") var format = Format.text

  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"

  func validate() throws {
    _ = try options
  }

  private var options: EvaluationOptions {
    get throws {
      var arguments = EvaluationArguments()
      arguments.attack = attack
      arguments.fpr = fpr
      arguments.convention = .achievable
      arguments.undefined = undefined
      arguments.level = [level]
      arguments.replicates = replicates
      arguments.seed = seed
      arguments.population = population
      try arguments.validate()
      return try arguments.options
    }
  }

  func run() throws {
    let console = Console()
    let options = try options
    let grid = try VariantGrid(attack, over: over)
    let runs = try input.open(console)
    let request = try AttackRequest(grid.variants.joined(separator: ",")).resolved(for: runs)
    // Scores are all that is needed of each variant: its figures would be those of both halves.
    var quick = options
    quick.fprs = []
    quick.replicates = 0
    var sweeps: [RunSweep] = []
    let texts = TextGuards()
    for run in runs {
      let analysis = try run.analysis(
        request, population: population, options: quick, texts: texts, console: console)
      sweeps.append(
        RunSweep(
          analysis, request: request, baseline: grid.baseline, criterion: choose,
          options: options))
    }
    let report = SweepReport(
      parameters: grid.parameters, criterion: choose, options: options, population: population,
      sweeps: sweeps)
    switch format {
    case .text: try ResultOutput.write(report.text, to: output)
    case .json: try ResultOutput.write(report.json.traced().indented, to: output)
    }
    console.suggest(
      Suggestion(words: ["evaluate"], why: "to see all runs"), input, isText: format == .text)
    guard sweeps.contains(where: { $0.selection != nil }) else {
      throw CommandError(
        .badData,
        "nothing to choose from: " + (sweeps.lazy.compactMap(\.problem).first ?? "no runs"))
    }
  }
}

extension SweepReport.Criterion: ExpressibleByArgument {}
