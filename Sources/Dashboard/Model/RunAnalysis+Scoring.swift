import ScoringCore

extension RunAnalysis {
  /// Scores a run with every attack its evidence can feed, and evaluates each; nil if cancelled.
  ///
  /// Zlib compresses every text, which costs more than all other attacks together: `attacks` says
  /// which are wanted.
  package static func make(
    _ source: Experiment.RunSource, metadata: Metadata, primary: [Experiment.PrimaryRule],
    attacks: [any Attack] = AttackCatalog.defaults,
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
    let isPrimary =
      metadata.columns.isEmpty
      ? Array(repeating: true, count: scores.count)
      : metadata.primary(primary, count: scores.count)
    let analysed = scores.columns.map { column in
      AttackAnalysis(
        column, labels: scores.labels, isPrimary: isPrimary, options: options,
        isCancelled: isCancelled)
    }
    guard !isCancelled() else { return nil }
    return RunAnalysis(
      table: table, scores: scores, metadata: metadata, isPrimary: isPrimary, attacks: analysed,
      unavailable: unavailable, texts: texts)
  }
}

extension AttackAnalysis {
  fileprivate init(
    _ column: ScoreColumn, labels: [Label], isPrimary: [Bool], options: EvaluationOptions,
    isCancelled: @Sendable () -> Bool
  ) {
    let evaluation = AttackEvaluation(
      column, labels: labels, isIncluded: isPrimary, options: options, isCancelled: isCancelled)
    self.init(
      spelling: column.attack, evaluation: evaluation,
      pValues: evaluation.nonMembers > 0 ? Calibration(evaluation.ranking).pValues : [])
  }
}
