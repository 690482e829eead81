import Analysis
import Basics
import EvidenceIO
import Glibc
import ScoringCore

/// One attack of one run against the reference.
struct ConformanceCheck {
  let run: String
  let attack: String
  /// Whether the run has no evidence to compute scores from.
  var isScoresOnly = false
  /// Why nothing was computed, if nothing was.
  var note = ""
  /// Our scores against the reference's; nil where the run has scores only.
  var scores: ScoreAgreement?
  /// Sequences that the reference has and we lack.
  var missing = 0
  /// Figures from the reference's scores against the reference's figures.
  var given = FigureAgreement()
  /// Figures from our scores against the reference's figures, or those its scores give.
  var own = FigureAgreement()

  static let scoreTolerance = 1e-5
  static let givenTolerance = 1e-9
  static let ownTolerance = 1e-6

  /// Whether anything was compared.
  var isChecked: Bool { scores != nil || given.compared > 0 || own.compared > 0 }

  /// Whether everything compared agrees.
  var passes: Bool {
    (scores.map { $0.largestDeviation <= Self.scoreTolerance && $0.otherClass == 0 } ?? true)
      && missing == 0 && given.auc <= Self.givenTolerance && given.members < 1e-6
      && own.auc <= Self.ownTolerance && own.members < 1 + 1e-6
  }

  /// Checks every column of a run's reference scores.
  static func all(
    of input: RunInput, folder: String, figures: ReferenceFigures?
  ) throws(CommandError) -> [ConformanceCheck] {
    let name = input.run.name
    let table: EvidenceTable
    switch input.source {
    case .scores(let scores):
      return scores.columns.map { column in
        var check = ConformanceCheck(run: name, attack: column.attack, isScoresOnly: true)
        check.compareFigures(Populations(scores.labels), column, nil, figures)
        return check
      }
    case .evidence(let evidence): table = evidence
    }
    guard let reference = try referenceScores(name, folder) else {
      let attacks = figures?.attacks(of: name) ?? []
      guard !attacks.isEmpty else {
        return [ConformanceCheck(run: name, attack: "-", note: "no reference")]
      }
      let context = RunContext(input, table, ids: input.ids)
      return attacks.map { context.check($0, nil, name, figures) }
    }
    let context = RunContext(input, table, ids: reference.ids)
    return reference.columns.map { context.check($0.attack, $0, name, figures) }
  }

  private static func referenceScores(
    _ run: String, _ folder: String
  ) throws(CommandError) -> ScoreTable? {
    let paths = [".csv.gz", ".csv", ".jsonl.gz", ".jsonl"].map { "\(folder)/\(run)\($0)" }
    guard let path = paths.first(where: { access($0, F_OK) == 0 }) else { return nil }
    let file = try CommandError.translating { () throws(IngestError) in
      path.contains(".csv") ? try ScoresCSVReader.read(path) : try ScoresJSONLReader.read(path)
    }
    return file.tables.first
  }

  /// Compares figures over each population, from the reference's scores and from ours.
  fileprivate mutating func compareFigures(
    _ populations: Populations, _ reference: ScoreColumn?, _ ours: ScoreColumn?,
    _ figures: ReferenceFigures?
  ) {
    for population in Population.allCases {
      func ranking(_ column: ScoreColumn) -> Ranking {
        Ranking(
          values: column.values, statuses: column.statuses,
          labels: populations.labels(population))
      }
      let known = figures?.entry(run, population, attack)
      if let reference, let known { given.add(ranking(reference), known) }
      let expected = known ?? reference.map { Self.figures(of: ranking($0)) }
      if let ours, let expected { own.add(ranking(ours), expected) }
    }
  }

  /// What the reference's scores give, where it states no figures.
  private static func figures(of ranking: Ranking) -> ReferenceFigures.Entry {
    var entry = ReferenceFigures.Entry(auc: ranking.auc())
    guard let roc = ROC(ranking) else { return entry }
    for convention in FPRConvention.allCases {
      for fpr in [0.001, 0.01, 0.05] {
        guard let point = roc.operatingPoint(fpr: fpr, convention: convention) else { continue }
        entry.rates.append((RateTarget(fpr: fpr, convention: convention), point.tpr))
      }
    }
    return entry
  }
}

/// The labels of a run as each population counts them.
private struct Populations {
  private let all: [Label]
  private let primary: [Label]

  init(_ labels: [Label], isPrimary: [Bool]? = nil) {
    all = labels
    primary = isPrimary.map { zip(labels, $0).map { $1 ? $0 : .unknown } } ?? labels
  }

  func labels(_ population: Population) -> [Label] { population == .all ? all : primary }
}

/// A run with evidence, joined with a reference's sequences.
private struct RunContext {
  let table: EvidenceTable
  let join: IDJoin
  let populations: Populations

  init(_ input: RunInput, _ table: EvidenceTable, ids: TextColumn) {
    self.table = table
    join = IDJoin(table.ids, ids)
    let metadata = input.annotations.metadata
    var isPrimary = metadata.counted(input.primary, count: input.count, ofEvidence: table.count)
    for row in table.populationRows { isPrimary[row] = false }
    let labels = input.labels
    isPrimary = table.run.withoutUnseen(
      isPrimary, ids: input.ids, labels: labels, metadata: metadata)
    guard table.scores == nil else {
      populations = Populations(labels, isPrimary: isPrimary)
      return
    }
    populations = Populations(
      join.left.map { labels[Int($0)] }, isPrimary: join.left.map { isPrimary[Int($0)] })
  }

  /// Scores kept of all sequences: those that the tokens give against the file's, figures over all.
  private func checkKept(
    _ check: ConformanceCheck, _ ours: ScoreColumn?, _ reference: ScoreColumn?,
    _ figures: ReferenceFigures?
  ) -> ConformanceCheck {
    var check = check
    if let ours, let reference { check.scores = ScoreAgreement(ours, reference, join) }
    let column = table.keptColumns([check.attack])?.columns.first
    check.compareFigures(populations, nil, column, figures)
    return check
  }

  func check(
    _ spelling: String, _ reference: ScoreColumn?, _ run: String, _ figures: ReferenceFigures?
  ) -> ConformanceCheck {
    var check = ConformanceCheck(run: run, attack: spelling)
    var ours: ScoreColumn?
    do {
      let attack = try AttackCatalog.attack(spelling)
      ours = try Scorer([attack], for: table).scores()?.first
      if let reference, reference.zones == nil { ours = ours?.asPrinted }
    } catch {
      check.note = "\(error)"
    }
    guard table.scores == nil else { return checkKept(check, ours, reference, figures) }
    check.missing = join.rightOnly
    if let ours, let reference { check.scores = ScoreAgreement(ours, reference, join) }
    check.compareFigures(
      populations, reference?.rows(join.right), ours?.rows(join.left), figures)
    return check
  }
}

extension ScoreColumn {
  /// The column as a file without classes has it: what is forced to the top is infinite.
  fileprivate var asPrinted: ScoreColumn {
    let printed = zip(values, statuses).map { value, status in
      status == .forcedN0 || status == .forcedNoErrors ? .infinity : value
    }
    return ScoreColumn(
      attack: attack, values: printed, statuses: statuses.map { $0.isDefined ? .ordinary : $0 })
  }

  /// The column at some rows.
  fileprivate func rows(_ rows: [Int32]) -> ScoreColumn {
    ScoreColumn(
      attack: attack, values: rows.map { values[Int($0)] },
      statuses: rows.map { statuses[Int($0)] })
  }
}
