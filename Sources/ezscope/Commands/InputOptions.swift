import Analysis
import ArgumentParser
import Basics
import EvidenceIO
import Reports
import ScoringCore

/// Which runs a command works on.
struct InputOptions: ParsableArguments {
  @Argument(help: "Experiment folders, evidence files or score files; - is standard input.")
  var paths: [String] = []

  @OptionGroup var dumps: DumpOptions

  @Option(name: .customLong("run"), help: "Only this run; may be given several times.")
  var runs: [String] = []

  @Flag(help: "Stop with status 1 if any record had to be skipped.") var strict = false

  @OptionGroup var evidence: EvidenceOptions

  /// Reads the paths, says on standard error what was skipped, and picks the runs.
  ///
  /// - Parameter watch: Shown each block of the one file of evidence there is, while it is read.
  func open(
    _ console: Console, watch: BlockWatch? = nil
  ) throws(CommandError) -> [RunInput] {
    let opened = try Self.read(try dumps.someSources(paths), console, evidence, watch: watch)
    try opened.notes.report(to: console, strict: strict)
    return try Self.pick(runs, from: RunInput.all(of: opened.experiment))
  }

  /// Reads paths with progress.
  static func read(
    _ paths: [String], _ console: Console, _ evidence: EvidenceOptions? = nil
  ) throws(CommandError) -> EvidenceIO.OpenedExperiment {
    try read(EvidenceSources(paths), console, evidence)
  }

  /// Reads what was named, with progress.
  static func read(
    _ sources: EvidenceSources, _ console: Console, _ evidence: EvidenceOptions? = nil,
    watch: BlockWatch? = nil
  ) throws(CommandError) -> EvidenceIO.OpenedExperiment {
    var options = IngestOptions()
    options.watchBlock = watch
    options.tokenFrequencies = evidence?.tokenFrequencies
    options.progress = { progress in
      console.report(
        Console.Progress(
          task: "Reading \(progress.file)", done: progress.bytes, total: progress.totalBytes,
          unit: "bytes"))
    }
    defer { console.erase() }
    let opened = try CommandError.translating { () throws(IngestError) in
      try ExperimentReader.open(sources, options: options)
    }
    LeftOut.remember(opened)
    return opened
  }

  /// The runs of these names in the order they were asked for; all if none are named.
  static func pick(
    _ names: [String], from all: [RunInput]
  ) throws(CommandError) -> [RunInput] {
    guard !names.isEmpty else { return all }
    var picked: [RunInput] = []
    for name in names {
      guard let run = all.first(where: { $0.run.name == name }) else {
        throw noRun(name, among: all.map(\.run.name))
      }
      if !picked.contains(where: { $0.run.name == name }) { picked.append(run) }
    }
    return picked
  }

  /// What a command says of a run that does not exist.
  static func noRun(_ name: String, among known: [String]) -> CommandError {
    let hint = nearestWord(to: name, in: known).map { " (did you mean '\($0)'?)" } ?? ""
    return .usage("there is no run '\(name)'\(hint); runs: \(known.joined(separator: ", "))")
  }
}

/// Evidence that no file of sequences holds.
struct EvidenceOptions: ParsableArguments {
  @Option(
    help: "How often tokens occur in a reference corpus: token_id,count a line, or JSON.",
    completion: .file())
  var tokenFrequencies: String?
}

extension Console {
  /// Says which attack was chosen where the output itself does not.
  func noteChoice(_ request: AttackRequest) {
    if let choice = request.choice { note(choice) }
  }
}

extension RunInput {
  /// Scores and evaluates the run with the attacks asked for, with progress.
  func analysis(
    _ request: AttackRequest, population: Population, options: EvaluationOptions,
    texts: TextGuards, console: Console
  ) throws(CommandError) -> RunAnalysis {
    let (name, total) = (run.name, count)
    defer { console.erase() }
    let analysis = analysis(
      request, population: population, options: options, texts: texts,
      progress: {
        console.report(Console.Progress(task: "Scoring \(name)", done: $0, total: total))
      })
    guard let analysis else { throw CommandError(.interrupted, "") }
    console.notePopulation(analysis.populationCount, of: name)
    return analysis
  }
}

extension Console {
  /// Says how many sequences no figure counts because others are measured against them.
  func notePopulation(_ count: Int, of run: String) {
    guard count > 0 else { return }
    note(
      "\(run): \(NumberFormat.counted(count, "sequence")) of the population (meta.population) not tested"
    )
  }
}

extension Population: ExpressibleByArgument {}

extension IngestNotes {
  /// Says what was skipped and what was odd; with `strict`, skipping is a failure.
  func report(to console: Console, strict: Bool) throws(CommandError) {
    for warning in warnings { console.note("warning: \(warning)") }
    guard !defects.isEmpty else { return }
    for defect in defects.listed { console.note("skipped: \(defect)") }
    let total = "\(NumberFormat.counted(defects.total, "record")) skipped"
    guard !strict else {
      throw CommandError(
        .verdict, "\(total) (\(defects.summary)); correct them, or leave out --strict")
    }
    console.note("\(total) (\(defects.summary)); --strict makes this an error")
  }
}
