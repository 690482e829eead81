import Analysis
import ArgumentParser
import Reports
import ScoringCore

/// `gate`: fails when leakage is not shown to be within budgets.
struct GateCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json, junit, github }

  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Exit with 1 unless leakage is shown to be within the budgets.",
    discussion: """
      Budgets are --max-tpr (for every attack), --max-leaks, --max-discoverable, --max-exposure, \
      --max-epsilon and --baseline; any number of them, and all must be kept. One is kept if the \
      upper end of the 95% interval is within it. Nothing is decided, and the gate stays shut, \
      where there are too few sequences, where a guard voids the figure, or where the sign of an \
      attack looks turned. Without --run every run must pass.
      """)

  @OptionGroup var input: InputOptions

  @Option(help: "Attacks, commas between, all or auto; every one must stay within the budget.")
  var attack = "all"

  @Option(help: "The false-positive rate: 0.01 or 1%.") var fpr = ShareArgument(0.01)

  @Option(name: .customLong("max-tpr"), help: "The largest TPR allowed, 0.05 or 5%.")
  var maximumTPR: ShareArgument?

  @Option(
    name: .customLong("max-leaks"),
    help: "The most leaked spans per 1,000 members above the non-members' rate.")
  var maximumLeaks: Double?

  @Option(
    name: .customLong("max-discoverable"),
    help: "The largest share of members that may come out within --draws.")
  var maximumDiscoverable: ShareArgument?

  @Option(help: "How often an attacker may draw, for --max-discoverable.") var draws = 1_000_000.0
  @Option(help: "Tokens given before the suffix, for --max-discoverable.") var prefix = 50
  @Option(help: "Tokens of the suffix, for --max-discoverable.") var suffix = 50

  @Option(name: .customLong("max-exposure"), help: "The largest mean canary exposure, in bits.")
  var maximumExposure: Double?

  @Option(name: .customLong("max-epsilon"), help: "The largest ε that an attack may show.")
  var maximumEpsilon: Double?

  @Option(
    help: "The last release: a run of the same name there (or its only one) may not be exceeded.",
    completion: .file())
  var baseline: String?

  @Option(help: "How much the AUC may rise above the baseline's.") var tolerance = 0.01

  @Option(help: "Sequences the figures are over: primary (those the manifest names) or all.")
  var population = Population.primary

  @Option(help: "Bootstrap replicates, for intervals over documents.") var replicates = 1000
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1

  @Option(help: "text, json, junit or github.") var format = Format.text

  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"

  func validate() throws {
    try fpr.checkRate("--fpr")
    try maximumTPR?.checkRate("--max-tpr")
    try maximumDiscoverable?.checkRate("--max-discoverable")
    guard (1...1_000_000).contains(replicates) else {
      throw ValidationError("--replicates: \(replicates) is out of range; give 1 to 1000000")
    }
    let budgets: [(String, Double?)] = [
      ("--max-leaks", maximumLeaks), ("--max-exposure", maximumExposure),
      ("--max-epsilon", maximumEpsilon), ("--tolerance", tolerance),
    ]
    for (name, value) in budgets {
      guard let value else { continue }
      guard value.isFinite, value >= 0 else {
        throw ValidationError("\(name): \(value) is no budget; give a number that is not negative")
      }
    }
    guard draws >= 1, draws.isFinite else {
      throw ValidationError("--draws: \(draws) is no number of draws; give 1 or more")
    }
    for (name, value) in [("--prefix", prefix), ("--suffix", suffix)] {
      guard (1...1_000_000).contains(value) else {
        throw ValidationError("\(name): \(value) is out of range; give 1 to 1000000 tokens")
      }
    }
    let isEmpty =
      maximumTPR == nil && maximumDiscoverable == nil && baseline == nil
      && budgets.dropLast().allSatisfy { $0.1 == nil }
    guard !isEmpty else {
      throw ValidationError(
        "there is no budget; give one or more of --max-tpr, --max-leaks, --max-discoverable, "
          + "--max-exposure, --max-epsilon and --baseline")
    }
  }

  func run() throws {
    let console = Console()
    let runs = try input.open(console)
    let old = try baseline.map { try GateChecks.baseline($0, self, console) }
    let request = try AttackRequest(attack).resolved(for: runs + (old ?? []))
    if [.junit, .github].contains(format) { console.noteChoice(request) }
    let checks = GateChecks(command: self, request: request, console: console)
    var verdicts: [GateVerdict] = []
    for run in runs { verdicts += try checks.verdicts(run, baseline: old) }
    let report = GateReport(
      verdicts: verdicts, attackChoice: request.choice, provenance: try .ofThisProcess())
    let text =
      switch format {
      case .text: report.text
      case .json: report.json.indented
      case .junit: report.junit
      case .github: report.github
      }
    try ResultOutput.write(text, to: output)
    console.suggest(.dashboard, input, isText: format == .text)
    guard report.isOpen else { throw ExitCode(ExitStatus.verdict.rawValue) }
  }
}
