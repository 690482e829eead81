import Analysis
import ArgumentParser
import EvidenceIO
import Reports
import ScoringCore
import TriageStore

/// `report`: everything an auditor hands in, as one file.
struct ReportCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument { case html, markdown, json }

  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one page for whoever decides: which model leaks, how much, what, how sure.",
    discussion: """
      The page begins with the verdict in plain words and holds every table, curve and convention \
      behind it, what was not tested, and the hashes of all inputs. It needs no other file and no \
      network, and prints. The same inputs give the same bytes. The verdict rests on the first \
      attack, which is chosen before any figure is known; the others stand in an appendix.
      """)

  @OptionGroup var input: InputOptions
  @Option(help: "Attacks, commas between; the verdict rests on the first.")
  var attack = "auto,all"
  @Option(help: "False-positive rates at which the TPR is reported, commas between.")
  var fpr = "0.01,0.001"
  @Option(help: "Sequences figures are over: primary (those the manifest names) or all.")
  var population = Population.primary
  @Option(help: "The share of named suspects and of named leaks that may be wrong.")
  var fdr = ShareArgument(0.05)
  @Option(help: "List only so many leaked spans of each run.") var top = 10
  @Option(help: "Coverage of the intervals.") var level = ShareArgument(0.95)
  @Option(help: "Bootstrap replicates, for tests and for intervals over documents.")
  var replicates = 1000
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
  @Option(help: "html, markdown or json.") var format = Format.html
  @Flag(help: "Write the section of a model's card on Hugging Face, behind its metadata (YAML).")
  var modelCard = false
  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"
  @Option(
    help: """
      Write an archive instead: the report in every format, the scores behind it under hashed ids, \
      verdicts, and the hash of each file; ezscope verify checks it.
      """, completion: .file())
  var bundle: String?
  @Option(
    help: "Stands before each id that is hashed, so that nobody who does not know it can try ids.")
  var salt = ""
  @OptionGroup var redaction: RedactionOptions

  func validate() throws {
    try ResamplingChecks.check(level: level, replicates: replicates)
    try fdr.checkInside("--fdr", "rate")
    guard (0...10_000).contains(top) else {
      throw ValidationError("--top: \(top) is out of range; give 0 to 10000 spans")
    }
    _ = try FalsePositiveRates.read(fpr)
    guard bundle != nil || salt.isEmpty else {
      throw ValidationError("--salt: only ids in a --bundle are hashed")
    }
    guard bundle == nil || !modelCard else {
      throw ValidationError("--bundle and --model-card: give one of both")
    }
    guard bundle == nil || output == "-" else {
      throw ValidationError("--bundle and --output: the archive holds the report; give one of both")
    }
  }

  func run() throws {
    let console = Console()
    let report = try make(console)
    if let bundle {
      try AuditBundle(report: report, salt: salt, options: options(report)).write(to: bundle)
      console.suggest(
        Suggestion(words: ["verify"], why: "what whoever receives it runs"), of: [bundle])
      return
    }
    let text =
      switch format {
      case _ where modelCard: report.modelCard
      case .html: report.html
      case .markdown: report.markdown
      case .json: report.json.indented
      }
    try ResultOutput.write(text, to: output, .texts)
    console.suggest(
      Suggestion(
        words: ["report"], ending: ["--bundle", "audit.zip"],
        why: "to hand it in so that others can check it"), input, isText: output != "-")
  }

  /// Computes the report.
  ///
  /// - Parameter others: Files that were read for something else.
  func make(_ console: Console, except others: Set<String> = []) throws -> RedactedAudit {
    let opened = try InputOptions.read(
      try input.dumps.someSources(input.paths), console, input.evidence)
    try opened.notes.report(to: console, strict: input.strict)
    let runs = try InputOptions.pick(input.runs, from: RunInput.all(of: opened.experiment))
    let request = try AttackRequest(attack).resolved(for: runs)
    let judged = TriageSubject(paths: input.paths, runs: opened.experiment.runs)
    let entries = try CommandError.translating { () throws(VerdictStoreError) in
      try judged.stored()
    }
    let report = AuditReport(
      runs, subject: (opened.experiment.name, opened.experiment.summary), request: request,
      settings: try settings, judgements: entries.values.map(\.change).sorted { $0.id < $1.id },
      provenance: try .ofThisProcess(except: others)
    ) { task, done, total in
      console.report(Console.Progress(task: task, done: done, total: total, unit: "runs"))
    }
    console.erase()
    return RedactedAudit(report, redaction.inExport(of: input.paths))
  }

  private var settings: AuditReport.Settings {
    get throws {
      var settings = AuditReport.Settings()
      settings.options.fprs = try FalsePositiveRates.read(fpr)
      settings.options.level = level.value
      settings.options.replicates = replicates
      settings.options.seed = seed
      settings.population = population
      settings.falseDiscoveryRate = fdr.value
      settings.listedSpans = top
      return settings
    }
  }

  /// The options that the same report needs again, beside its evidence.
  private func options(_ report: RedactedAudit) -> [String] {
    [
      "--attack", attack, "--fpr", fpr, "--population", population.rawValue, "--fdr", fdr.text,
      "--top", "\(top)", "--level", level.text, "--replicates", "\(replicates)", "--seed",
      "\(seed)",
      "--redact", report.redaction.rawValue,
    ] + input.runs.flatMap { ["--run", $0] }
  }

  /// The command that gives a report of evidence again.
  ///
  /// - Parameters:
  ///   - options: names and values, as `options(_:)` lists them; nothing else is taken.
  ///   - evidence: the folder or file.
  static func again(_ options: [String], evidence: String) throws -> ReportCommand {
    let known: Set<String> = [
      "--attack", "--fpr", "--population", "--fdr", "--top", "--level", "--replicates", "--seed",
      "--redact", "--run",
    ]
    var words: [String] = []
    for place in stride(from: 0, to: options.count - 1, by: 2) where known.contains(options[place])
    {
      words.append("\(options[place])=\(options[place + 1])")
    }
    return try parse(words + ["--", evidence])
  }
}
