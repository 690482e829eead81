import ScoringCore

/// One run as it was read, before anything is computed.
package struct RunInput: Sendable {
  package let source: Experiment.RunSource
  /// The rules that say which sequences headline figures are over.
  package let primary: [Experiment.PrimaryRule]
  package let annotations: RunAnnotations

  package init(
    _ source: Experiment.RunSource, primary: [Experiment.PrimaryRule], annotations: RunAnnotations
  ) {
    self.source = source
    self.primary = primary
    self.annotations = annotations
  }

  package var run: Run { source.run }

  package var isScoresOnly: Bool {
    if case .scores = source { true } else { false }
  }

  package var count: Int { source.count }

  package var ids: TextColumn { source.ids }

  package var labels: [Label] { source.labels }

  /// Scores and evaluates the run with the attacks asked for; nil if cancelled.
  package func analysis(
    _ request: AttackRequest, population: Population, options: EvaluationOptions,
    texts: TextGuards, progress: @Sendable (Int) -> Void = { _ in }
  ) -> RunAnalysis? {
    let picked: Experiment.RunSource =
      switch source {
      case .evidence: source
      case .scores(let table): .scores(request.columns(of: table))
      }
    return RunAnalysis.make(
      picked, metadata: annotations.metadata, primary: population == .all ? [] : primary,
      countsUnseen: population == .all, attacks: request.attacks,
      names: request.isAll ? nil : request.names, options: options, texts: texts,
      progress: progress)
  }
}
