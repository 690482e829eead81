import Analysis
import ArgumentParser
import EvidenceIO
import Reports
import ScoringCore

/// `score`: evidence in, scores out.
struct ScoreCommand: ParsableCommand {
  /// How scores are written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv, jsonl
  }

  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score every sequence with any number of attacks.",
    discussion: """
      A score does not depend on other sequences, so scores of parts agree with those of the \
      whole; but rmia's depends on the population (meta.population), which every part must hold, \
      and lira's with a global variance on all shadow models. The population itself is not \
      written. Score files given as PATH are passed on, which changes their format.
      """)

  @OptionGroup var input: InputOptions
  @Option(help: "Attacks, commas between, or all that the evidence allows; see ezscope attacks.")
  var attack = "all"
  @Option(help: "csv or jsonl; by default what the output's name says, or else csv.")
  var format: Format?
  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"

  func run() throws {
    let reporter = Reporter()
    let request = AttackRequest(attack)
    let runs = try input.open(reporter)
    try request.check(runs)
    var tables: [ScoreTable] = []
    for run in runs { tables.append(try Self.scores(run, request, reporter)) }
    guard tables.contains(where: { !$0.columns.isEmpty }) else {
      throw CommandFailure(.badData, "no attack can be computed; see ezscope check")
    }
    try ResultOutput.guarded(output) { () throws(IngestError) in
      switch format ?? (Self.isJSONL(output) ? .jsonl : .csv) {
      case .csv: try ScoresCSVWriter.write(tables, to: output)
      case .jsonl: try ScoresJSONLWriter.write(tables, to: output)
      }
    }
  }

  private static func isJSONL(_ path: String) -> Bool {
    path.hasSuffix(".jsonl") || path.hasSuffix(".jsonl.gz")
  }

  /// A run's scores; attacks that were asked for by name must be there.
  private static func scores(
    _ run: RunInput, _ request: AttackRequest, _ reporter: Reporter
  ) throws(CommandFailure) -> ScoreTable {
    let table: ScoreTable
    var unavailable: [Unavailable] = []
    switch run.source {
    case .scores(let known): table = request.columns(of: known)
    case .evidence(let evidence):
      let availability = Scorer.availability(of: request.attacks, for: evidence)
      unavailable = availability.compactMap(\.problem)
      let possible = availability.filter { $0.problem == nil }.map(\.attack)
      let population = evidence.populationRows
      reporter.notePopulation(population.count, of: run.run.name)
      for finding in RunGuards.evidenceFindings(evidence).tripped {
        reporter.note("warning: \(run.run.name): \(finding.sentence)")
      }
      table = ScoreTable(
        run: evidence.run, ids: evidence.ids, labels: evidence.labels,
        columns: try columns(possible, evidence, reporter)
      ).without(population)
    }
    let missing = request.missing(
      from: table.columns.map(\.attack), unavailable: unavailable,
      isScoreFile: run.isScoresOnly)
    let lacking = request.lacking(unavailable)
    if !lacking.isEmpty {
      reporter.note("\(run.run.name): \(AttackWords.lacking(lacking))")
    } else if let reason = missing.first?.reason {
      throw CommandFailure(.badData, "\(run.run.name): not computed: \(reason)")
    }
    return table
  }

  private static func columns(
    _ attacks: [any Attack], _ table: EvidenceTable, _ reporter: Reporter
  ) throws(CommandFailure) -> [ScoreColumn] {
    defer { reporter.erase() }
    let (name, total) = (table.run.name, table.count)
    let columns: [ScoreColumn]?
    do throws(Unavailable) {
      columns = try Scorer(attacks, for: table).scores(progress: {
        reporter.report(Reporter.Progress(task: "Scoring \(name)", done: $0, total: total))
      })
    } catch {
      throw CommandFailure(.badData, error.description)
    }
    guard let columns else { throw CommandFailure(.interrupted, "") }
    return columns
  }
}
