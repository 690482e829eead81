import Analysis
import ArgumentParser
import EvidenceIO
import Glibc
import Reports
import ScoringCore
import TerminalUI

/// `extraction`: what a model gives away word for word when it is asked to go on.
struct ExtractionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extraction",
    abstract: "Report how much of the true texts each model's continuations reproduce.",
    discussion: """
      Continuations in the evidence say what the model writes after the beginning of a text; ranks \
      and log-probabilities alone say what it would take (leaks lists the spans). Canaries (meta.canary) are ranked among control canaries, for which log-probabilities are \
      enough. Membership and extraction are different questions: most members are never \
      reproduced. csv holds the rates, json everything.
      """)

  @OptionGroup var input: InputOptions
  @Option(help: "The meta keys that get rows of their own, commas between; duplicates and family.")
  var by: String?
  @Option(help: "Show this many continuations beside the true text, the longest copies first.")
  var show = 0
  @Option(help: "Tokens given before the suffix, for figures that need no continuations.")
  var prefix = 50
  @Option(help: "Tokens of that suffix.") var suffix = 50
  @Option(help: "Tokens of the windows whose cost is looked at.") var window = 50
  @Option(help: "The last rank an adversary goes through who ranks.") var rankLimit = 20
  @Option(help: "Coverage of the intervals.") var level = ShareArgument(0.95)
  @Option(help: "Bootstrap replicates for the intervals of means.") var replicates = 1000
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
  @OptionGroup var reporting: ReportOptions
  @OptionGroup var redaction: RedactionOptions

  func validate() throws {
    guard show >= 0 else { throw ValidationError("--show: \(show) is no number of continuations") }
    for (name, value) in [
      ("--prefix", prefix), ("--suffix", suffix), ("--window", window), ("--rank-limit", rankLimit),
    ] where !(1...1_000_000).contains(value) {
      throw ValidationError("\(name): \(value) is out of range; give 1 to 1000000")
    }
    try ResamplingChecks.check(level: level, replicates: replicates)
  }

  func run() throws {
    let console = Console()
    let runs = try input.open(console)
    var settings = ExtractionReport.Settings()
    if let by {
      settings.keys = by.split(separator: ",").map { String($0.filter { $0 != " " }) }
      settings.keysAreAskedFor = true
    }
    settings.level = level.value
    settings.replicates = replicates
    settings.seed = seed
    settings.shown = show
    settings.windows.prefix = prefix
    settings.windows.suffix = suffix
    settings.windows.window = window
    settings.windows.rankLimit = rankLimit
    let isOnScreen = reporting.output == "-" && isatty(STDOUT_FILENO) == 1
    let redacted = isOnScreen ? redaction.onScreen : redaction.inExport(of: input.paths)
    var found: [RunExtraction] = []
    for run in runs {
      console.report(
        Console.Progress(
          task: "Comparing continuations", done: found.count, total: runs.count, unit: "runs"))
      found.append(RunExtraction(run, settings: settings))
    }
    console.erase()
    let report = ExtractionReport(settings: settings, runs: found)
    try Self.requireSomething(report)
    try reporting.write(RedactedExtraction(report, redacted), .texts)
    console.suggest(
      Suggestion(words: ["content"], why: "to see what kind of text it is"), input,
      isText: reporting.format == .text)
  }

  /// Fails if no run has anything to report, with why and what to do about it.
  private static func requireSomething(_ report: ExtractionReport) throws(CommandError) {
    let isEmpty = report.runs.allSatisfy {
      $0.decodings.isEmpty && $0.exposures.isEmpty && $0.teacherForced == nil
    }
    guard isEmpty,
      let run = report.runs.first
    else { return }
    throw CommandError(.badData, "\(run.run.name): \(run.remarks.joined(separator: " "))")
  }
}

/// What options of commands that resample must satisfy.
enum ResamplingChecks {
  static func check(level: ShareArgument, replicates: Int) throws {
    try level.checkInside("--level", "coverage")
    guard (0...1_000_000).contains(replicates) else {
      throw ValidationError("--replicates: \(replicates) is out of range; give 0 to 1000000")
    }
  }
}
