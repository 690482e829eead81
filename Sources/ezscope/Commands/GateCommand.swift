import Analysis
import ArgumentParser
import Reports
import ScoringCore

/// `gate`: fails when leakage is not shown to be within a budget.
struct GateCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, junit, github }

  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Exit with 1 unless leakage is shown to be within a budget.",
    discussion: """
      Passes only if the upper end of the interval of the TPR is at most --max-tpr, and there are \
      non-members enough for the FPR to mean something. Without --run every run must pass.
      """)

  @OptionGroup var input: InputOptions

  @Option(help: "Attacks, commas between, or all; every one must stay within the budget.")
  var attack = "ez"

  @Option(help: "The false-positive rate: 0.01 or 1%.") var fpr = ShareArgument(0.01)

  @Option(name: .customLong("max-tpr"), help: "The budget: the largest TPR allowed, 0.05 or 5%.")
  var maximumTPR: ShareArgument

  @Option(help: "Sequences the figure is over: primary (those the manifest names) or all.")
  var population = Population.primary

  @Option(help: "Bootstrap replicates.") var replicates = 1000
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1

  @Option(help: "text, json, junit or github.") var format = Format.text

  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"

  func validate() throws {
    try fpr.checkRate("--fpr")
    try maximumTPR.checkRate("--max-tpr")
    guard (1...1_000_000).contains(replicates) else {
      throw ValidationError("--replicates: \(replicates) is out of range; give 1 to 1000000")
    }
  }

  func run() throws {
    let reporter = Reporter()
    let request = AttackRequest(attack)
    let runs = try input.open(reporter)
    try request.check(runs)
    var options = EvaluationOptions()
    options.fprs = [fpr.value]
    options.replicates = replicates
    options.seed = seed
    let texts = TextGuards()
    var verdicts: [GateVerdict] = []
    for run in runs {
      let analysis = try run.analysis(
        request, population: population, options: options, texts: texts, reporter: reporter)
      try requireAll(request, of: analysis, reporter)
      let guards = analysis.guards(texts)
      for attack in analysis.attacks {
        verdicts.append(
          GateVerdict(
            attack.evaluation, run: run.run.name, attack: attack.spelling,
            fpr: fpr.value, budget: maximumTPR.value, guards: guards))
      }
    }
    let report = GateReport(verdicts: verdicts)
    let text =
      switch format {
      case .text: report.text
      case .json: report.json.indented
      case .junit: report.junit
      case .github: report.github
      }
    try ResultOutput.write(text, to: output)
    guard report.isOpen else { throw ExitCode(ExitStatus.verdict.rawValue) }
  }

  /// A gate that silently left out an attack would open for the wrong reason.
  private func requireAll(
    _ request: AttackRequest, of analysis: RunAnalysis, _ reporter: Reporter
  ) throws(CommandFailure) {
    let name = analysis.run.name
    let lacking = request.lacking(analysis.unavailable)
    if !lacking.isEmpty, !analysis.attacks.isEmpty {
      // Whoever asks for all means all that the evidence allows, as everywhere, and is told.
      reporter.note("\(name): \(AttackWords.lacking(lacking))")
      return
    }
    let missing = request.missing(
      from: analysis.attacks.map(\.spelling), unavailable: analysis.unavailable,
      isScoreFile: analysis.table == nil)
    guard let first = missing.first else { return }
    throw CommandFailure(
      .badData,
      "\(name): \(first.attack) cannot be computed: \(first.reason)"
        + (analysis.table == nil ? "; ezscope check lists what it has" : ""))
  }
}
