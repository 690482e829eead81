import ScoringCore

extension RunAnalysis {
  /// Scores a run with every attack its evidence can feed, and evaluates each; nil if cancelled.
  ///
  /// Zlib compresses every text, which costs more than all other attacks together: `attacks` says
  /// which are wanted. Members that the run had not been trained on count only if asked for.
  package static func make(
    _ source: Experiment.RunSource, metadata: Metadata, primary: [Experiment.PrimaryRule],
    countsUnseen: Bool = false, attacks: [any Attack] = AttackCatalog.defaults,
    options: EvaluationOptions = EvaluationOptions(), texts: TextGuards = TextGuards(),
    progress: @Sendable (Int) -> Void = { _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> RunAnalysis? {
    let table: EvidenceTable?
    let scores: ScoreTable
    var unavailable: [Unavailable] = []
    switch source {
    case .scores(let known):
      (table, scores) = (nil, known)
    case .evidence(let evidence):
      let availability = Scorer.availability(of: attacks, for: evidence)
      unavailable = availability.compactMap(\.problem)
      let possible = availability.filter { $0.problem == nil }.map(\.attack)
      guard let scorer = try? Scorer(possible, for: evidence),
        let columns = scorer.scores(progress: progress, isCancelled: isCancelled)
      else { return nil }
      table = evidence
      scores = ScoreTable(
        run: evidence.run, ids: evidence.ids, labels: evidence.labels, columns: columns)
    }
    var isPrimary =
      table == nil || metadata.columns.isEmpty
      ? Array(repeating: true, count: scores.count)
      : metadata.primary(primary, count: scores.count)
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
    return RunAnalysis(
      table: table, scores: scores, metadata: metadata, isPrimary: isPrimary, attacks: analysed,
      unavailable: unavailable, texts: texts)
  }
}
