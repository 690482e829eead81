import ScoringCore

extension RunAnalysis {
  /// Scores a run with every attack its evidence can feed, and evaluates each; nil if cancelled.
  ///
  /// Zlib compresses every text, which costs more than all other attacks together: `attacks` says
  /// which are wanted. Members that the run had not been trained on count only if asked for. `known`
  /// are scores that need not be computed again; those of other attacks than the wanted ones are
  /// evaluated too. `names` are the columns wanted where scores are kept of all sequences and
  /// tokens of some; nil means all that are kept. Without `texts` nobody looks at suspects' texts
  /// yet.
  package static func make(
    _ source: Experiment.RunSource, metadata: Metadata, primary: [Experiment.PrimaryRule],
    countsUnseen: Bool = false, attacks: [any Attack] = AttackCatalog.defaults,
    names: [String]? = nil, known: [ScoreColumn] = [],
    options: EvaluationOptions = EvaluationOptions(),
    texts: TextGuards? = TextGuards(), isComplete: Bool = true,
    progress: @Sendable (Int) -> Void = { _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> RunAnalysis? {
    let scored: Scored
    switch source {
    case .scores(let known): scored = Scored(scores: known)
    case .evidence(let evidence):
      let new =
        evidence.scores.map {
          Scored(
            $0, of: evidence, attacks, names: names, known: known, progress: progress,
            isCancelled: isCancelled)
        }
        ?? Scored(evidence, attacks, known: known, progress: progress, isCancelled: isCancelled)
      guard let new else { return nil }
      scored = new
    }
    let (table, scores) = (scored.table, scored.scores)
    var isPrimary = metadata.counted(primary, count: scores.count, ofEvidence: table?.count ?? 0)
    // What others are measured against is not tested itself, whatever the population asked for.
    for row in table?.populationRows ?? [] { isPrimary[row] = false }
    if !countsUnseen {
      isPrimary = scores.run.withoutUnseen(
        isPrimary, ids: scores.ids, labels: scores.labels, metadata: metadata)
    }
    // Sequences cut from one document are no independent witnesses.
    let evaluations = AttackEvaluation.all(
      scores.columns, labels: scores.labels, isIncluded: isPrimary,
      clusters: metadata.documents(count: scores.count, isIncluded: isPrimary), options: options,
      isCancelled: isCancelled)
    guard let evaluations, !isCancelled() else { return nil }
    let analysed = zip(scores.columns, evaluations).map { column, evaluation in
      AttackAnalysis(
        spelling: column.attack, evaluation: evaluation,
        pValues: evaluation.nonMembers > 0 ? Calibration(evaluation.ranking).pValues : [])
    }
    let analysis = RunAnalysis(
      table: table, scores: scores, metadata: metadata, isPrimary: isPrimary, attacks: analysed,
      unavailable: scored.unavailable, available: scored.available, isComplete: isComplete,
      mismatches: scored.mismatches)
    return texts.map(analysis.lookingAtSuspects) ?? analysis
  }
}

/// A run's scores, and what could not be scored.
private struct Scored {
  var table: EvidenceTable?
  let scores: ScoreTable
  var unavailable: [MissingEvidence] = []
  /// Where scores are kept of all sequences: the attacks under which tokens give others.
  var mismatches: [ScoreMismatch] = []
  /// The spellings of all attacks that can be had.
  var available: [String]

  init(scores: ScoreTable) {
    self.scores = scores
    available = scores.columns.map(\.attack)
  }

  /// Scores kept of all sequences, with tokens of some; nil if cancelled.
  init?(
    _ kept: RunScores, of evidence: EvidenceTable, _ attacks: [any Attack], names: [String]?,
    known: [ScoreColumn], progress: @Sendable (Int) -> Void, isCancelled: @Sendable () -> Bool
  ) {
    guard
      let found = evidence.keptColumns(
        names ?? kept.attacks, known: known, progress: progress, isCancelled: isCancelled)
    else { return nil }
    table = evidence
    mismatches = found.mismatches
    unavailable = Scorer.availability(of: attacks, for: evidence).compactMap(\.problem)
    available = kept.attacks
    scores = ScoreTable(
      run: evidence.run, ids: kept.ids, labels: kept.labels, columns: found.columns)
  }

  /// Nil if cancelled.
  init?(
    _ evidence: EvidenceTable, _ attacks: [any Attack], known: [ScoreColumn],
    progress: @Sendable (Int) -> Void, isCancelled: @Sendable () -> Bool
  ) {
    let availability = Scorer.availability(of: attacks, for: evidence)
    unavailable = availability.compactMap(\.problem)
    let possible = availability.filter { $0.problem == nil }.map(\.attack)
    let missing = possible.filter { attack in
      !known.contains { $0.attack == attack.spelling }
    }
    var computed: [ScoreColumn] = []
    if !missing.isEmpty {
      guard let scorer = try? Scorer(missing, for: evidence),
        let columns = scorer.scores(progress: progress, isCancelled: isCancelled)
      else { return nil }
      computed = columns
    }
    guard !isCancelled() else { return nil }
    let wanted = possible.map { $0.spelling }
    let all = known + computed
    // Those wanted in the order in which they were asked for, behind them what is known besides.
    let columns =
      wanted.compactMap { spelling in all.first { $0.attack == spelling } }
      + known.filter { !wanted.contains($0.attack) }
    table = evidence
    available = columns.map(\.attack)
    scores = ScoreTable(
      run: evidence.run, ids: evidence.ids, labels: evidence.labels, columns: columns)
  }
}
