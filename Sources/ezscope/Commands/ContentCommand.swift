import Analysis
import ArgumentParser
import EvidenceIO
import ScoringCore

/// `content`: what kind of content a model took up from its training data.
struct ContentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "content",
    abstract: "Report which kinds of tokens fine-tuning moved: digits, names, secrets, ...",
    discussion: """
      A token's shift is its log-probability under the target less that under the reference. \
      What members' tokens moved beyond non-members' is what their own content left behind. \
      Needs tokens, and log-probabilities of target and reference.
      """)

  @OptionGroup var input: InputOptions
  @Option(help: "Sequences figures are over: primary (those the manifest names) or all.")
  var population = Population.primary
  @Option(help: "Coverage of the intervals.") var level = ShareArgument(0.95)
  @Option(help: "Bootstrap replicates for the intervals.") var replicates = 1000
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
  @OptionGroup var reporting: ReportOptions

  func validate() throws { try ResamplingChecks.check(level: level, replicates: replicates) }

  func run() throws {
    let console = Console()
    let runs = try input.open(console)
    let settings = ContentReport.Settings(
      population: population, level: level.value, replicates: replicates, seed: seed)
    var found: [RunContent] = []
    for run in runs {
      console.report(
        Console.Progress(
          task: "Summing shifts", done: found.count, total: runs.count, unit: "runs"))
      found.append(RunContent(run, settings: settings))
    }
    console.erase()
    let report = ContentReport(settings: settings, runs: found)
    try Self.requireSomething(report)
    try reporting.write(report, .texts)
    console.suggest(.dashboard, input, isText: reporting.format == .text)
  }

  /// Fails if no run has figures, with the first reason.
  private static func requireSomething(_ report: ContentReport) throws(CommandError) {
    guard report.runs.allSatisfy({ $0.content == nil }), let first = report.runs.first else {
      return
    }
    throw CommandError(.badData, "\(first.run.name): \(first.missing ?? "there is no run")")
  }
}
