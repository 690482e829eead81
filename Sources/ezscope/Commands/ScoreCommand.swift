import Analysis
import ArgumentParser
import Basics
import EvidenceIO
import Reports
import ScoringCore

/// `score`: evidence in, scores out.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score every sequence with any number of attacks.",
    discussion: """
      A score does not depend on other sequences, so scores of parts agree with those of the \
      whole; but rmia's depends on the population (meta.population), which every part must hold, \
      and lira's with a global variance on all shadow models. The population itself is not \
      written. With --keep-tokens the output is a folder that opens as an experiment: figures \
      rest on the scores of all sequences, and the tokens of those that score highest under the \
      first attack are there to be looked at. A single JSONL file, or standard input, is scored \
      while it is read. Score files given as PATH are passed on, which changes their format.
      """)

  @OptionGroup var input: InputOptions
  @Option(
    help: """
      Attacks, commas between, or all that the evidence allows, or auto for one of them; see \
      ezscope attacks.
      """)
  var attack = "all"
  @Option(help: "csv or jsonl; by default what the output's name says, or else csv.")
  var format: ScoreFileWriter.Format?
  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"
  @Option(
    help: """
      Keep the tokens of so many sequences, those with the highest scores under the first attack, \
      beside the scores of all; --output then names a new folder, which opens as an experiment.
      """)
  var keepTokens: Int?

  /// Sequences scored and written at a time.
  private static let stripe = 1 << 14

  func validate() throws {
    guard let keepTokens else { return }
    guard keepTokens > 0 else {
      throw ValidationError("--keep-tokens must be 1 or more; leave it out to keep none")
    }
    guard output != "-", format == nil else {
      throw ValidationError(
        "--keep-tokens writes a folder; name it with --output, and leave --format out")
    }
  }

  func run() throws {
    if keepTokens != nil {
      try scoreAndKeep()
    } else {
      try ResultOutput.protecting(output) { () throws(CommandError) in try score() }
    }
    Console().suggest(
      Suggestion(words: ["evaluate"], why: "to see how well the scores tell members"), of: [output])
  }

  /// Writes an experiment with the scores of all sequences and the tokens of those that lead.
  private func scoreAndKeep() throws(CommandError) {
    let console = Console()
    let runs = try input.open(console)
    let request = try AttackRequest(attack).resolved(for: runs)
    console.noteChoice(request)
    let plans = try runs.map { run throws(CommandError) in try RunPlan(run, request, console) }
    defer { console.erase() }
    try CommandError.translating { () throws(IngestError) in
      var writer = try ExperimentWriter(folder: output)
      for (run, plan) in zip(runs, plans) {
        let all = plan.scores(0..<plan.count) { done in
          console.report(
            Console.Progress(
              task: "Scoring \(plan.run.name)", done: done, total: plan.count))
        }
        guard let all, let first = all.columns.first else { continue }
        guard case .evidence(let table) = run.source else {
          throw IngestError(
            .usage, file: run.run.name, "has scores only, so there are no tokens to keep",
            remedy: "name the evidence, or leave --keep-tokens out")
        }
        let kept = KeptTokens(all, first, run, table, most: keepTokens ?? 0)
        if kept.leftOut > 0 {
          console.note(
            "\(run.run.name): \(NumberFormat.counted(kept.leftOut, "sequence")) outside the "
              + "headline figures left out, as their tokens are not kept")
        }
        try writer.add(kept.scores, tokensOf: kept.rows, in: table)
      }
      try writer.commit(
        name: runs.map(\.run.name).joined(separator: ", "), primary: runs.first?.primary ?? [])
    }
  }

  private func score() throws(CommandError) {
    let console = Console()
    let asked = AttackRequest(attack)
    let format = format ?? (Self.isJSONL(output) ? .jsonl : .csv)
    let stream =
      input.runs.isEmpty && input.evidence.tokenFrequencies == nil
      ? ScoreStream(asked, to: output, as: format) : nil
    let runs = try input.open(console, watch: stream?.watcher)
    let request = try asked.resolved(for: runs)
    console.noteChoice(request)
    var plans: [RunPlan] = []
    for run in runs { plans.append(try RunPlan(run, request, console)) }
    guard plans.contains(where: { !$0.columns.isEmpty }) else {
      throw CommandError(.badData, "no attack can be computed; see ezscope check")
    }
    if let stream, try stream.finish(plans.flatMap(\.columns).map(\.name)) { return }
    try write(plans, format, console)
  }

  private func write(
    _ plans: [RunPlan], _ format: ScoreFileWriter.Format, _ console: Console
  ) throws(CommandError) {
    defer { console.erase() }
    try CommandError.translating { () throws(IngestError) in
      var file = try ScoreFileWriter(
        format, to: output, attacks: ScoreColumns.union(plans.map(\.columns)))
      for plan in plans {
        let (name, total) = (plan.run.name, plan.count)
        for start in stride(from: 0, to: total, by: Self.stripe) {
          let table = plan.scores(start..<min(start + Self.stripe, total)) {
            console.report(
              Console.Progress(task: "Scoring \(name)", done: start + $0, total: total))
          }
          if let table { try file.write(table) }
        }
      }
      try file.commit()
    }
  }

  private static func isJSONL(_ path: String) -> Bool {
    path.hasSuffix(".jsonl") || path.hasSuffix(".jsonl.gz")
  }
}

extension ScoreFileWriter.Format: ExpressibleByArgument {}

/// What of a run is written; attacks that were asked for by name must be there.
private struct RunPlan {
  /// Where a run's scores come from.
  private enum Source {
    case evidence(EvidenceTable, Scorer, population: [Int])
    case scores(ScoreTable)
  }

  let run: Run
  let columns: [ScoreColumns.Name]
  private let source: Source

  init(_ input: RunInput, _ request: AttackRequest, _ console: Console) throws(CommandError) {
    run = input.run
    var unavailable: [MissingEvidence] = []
    switch input.source {
    case .scores(let known):
      let table = request.columns(of: known)
      source = .scores(table)
      columns = ScoreColumns.names([table])
    case .evidence(let evidence):
      let availability = Scorer.availability(of: request.attacks, for: evidence)
      unavailable = availability.compactMap(\.problem)
      if let kept = evidence.scores {
        let names = request.isAll ? kept.attacks : request.names
        let table = ScoreTable(
          run: input.run, ids: kept.ids, labels: kept.labels,
          columns: evidence.keptColumns(names)?.columns ?? [])
        source = .scores(table)
        columns = ScoreColumns.names([table])
        break
      }
      let population = evidence.populationRows
      console.notePopulation(population.count, of: input.run.name)
      for finding in RunGuards.evidenceFindings(evidence).tripped {
        console.note("warning: \(input.run.name): \(finding.sentence)")
      }
      let scorer: Scorer
      do throws(MissingEvidence) {
        let possible = availability.filter { $0.problem == nil }.map(\.attack)
        scorer = try Scorer(possible, for: evidence)
      } catch {
        throw CommandError(.badData, error.description)
      }
      source = .evidence(evidence, scorer, population: population)
      columns = scorer.columns.map { .init(name: $0.attack, hasZone: $0.hasZones) }
    }
    let missing = request.missing(
      from: columns.map(\.name), unavailable: unavailable, isScoreFile: input.isScoresOnly)
    let lacking = request.lacking(unavailable)
    if !lacking.isEmpty {
      console.note("\(input.run.name): \(AttackWords.lacking(lacking))")
    } else if let reason = missing.first?.reason {
      throw CommandError(.badData, "\(input.run.name): not computed: \(reason)")
    }
  }

  var count: Int {
    switch source {
    case .evidence(let table, _, _): table.count
    case .scores(let table): table.count
    }
  }

  /// The scores of some sequences; of a score file's, all are given with the first.
  func scores(_ rows: Range<Int>, _ progress: @escaping @Sendable (Int) -> Void) -> ScoreTable? {
    switch source {
    case .scores(let table): return rows.lowerBound == 0 ? table : nil
    case .evidence(let table, let scorer, let population):
      guard let columns = scorer.scores(of: rows, progress: progress) else { return nil }
      return ScoreTable(
        run: run, ids: TextColumn(rows.map { table.id($0) }), labels: rows.map { table.label($0) },
        columns: columns
      ).without(population.filter { rows.contains($0) }.map { $0 - rows.lowerBound })
    }
  }
}

/// The sequences whose tokens are kept, and the scores that stand beside them.
private struct KeptTokens {
  /// Rows of the evidence, ascending.
  let rows: [Int]
  let scores: ScoreTable
  /// Sequences of which neither is kept: only tokens come with the metadata that tells sequences
  /// which headline figures leave out.
  let leftOut: Int

  init(
    _ scores: ScoreTable, _ column: ScoreColumn, _ run: RunInput, _ table: EvidenceTable, most: Int
  ) {
    let index = IDIndex(table.ids)
    let places = (0..<scores.count).map { index.row(of: scores.ids[$0]) }
    let ranking = Ranking(
      values: column.values, statuses: column.statuses, labels: scores.labels)
    rows = ranking.order.lazy.compactMap { places[Int($0)] }.prefix(most).sorted()
    let isKept = Set(rows)
    let isPrimary = run.annotations.metadata.counted(
      run.primary, count: run.count, ofEvidence: table.count)
    let lost = places.indices.filter { row in
      places[row].map { !isPrimary[$0] && !isKept.contains($0) } ?? false
    }
    leftOut = lost.count
    self.scores = scores.without(lost)
  }
}
