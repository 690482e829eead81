import ScoringCore

/// Which groups of sequences figures are over, and how the scores of a group become one.
package struct GroupRequest: Hashable, Sendable {
  /// The key of `meta` that sequences of a group share, such as `document` or `subject`.
  package var key: String
  /// How their scores become one.
  package var aggregation: GroupAggregation

  package init(key: String, aggregation: GroupAggregation = .harmonicP) {
    self.key = key
    self.aggregation = aggregation
  }
}

extension RunAnalysis {
  /// What sequences were joined to.
  package struct Groups: Sendable {
    package let request: GroupRequest
    /// The largest number of sequences that a group has.
    package let largest: Int
    /// Groups left out because they hold members and non-members.
    package let mixed: Int
    /// Sequences left out for want of the key.
    package let withoutKey: Int
    /// What guards found among the sequences, whose texts the groups rest on.
    package let guards: [GuardFinding]
  }

  /// The analysis of groups of this run's sequences: one score, label and p-value per group.
  ///
  /// Sequences outside the population take part only where nobody knows their label.
  package func joined(
    _ request: GroupRequest, options: EvaluationOptions, texts: TextGuards
  ) throws(AnalysisError) -> RunAnalysis {
    guard let column = metadata.column(request.key) else {
      throw AnalysisError(
        .badRequest,
        "\(run.name): no sequence has meta.\(request.key), so there is nothing to join; write the key "
          + "into the meta of every sequence, or leave --level \(request.key) out")
    }
    let keys = (0..<count).map { column.value($0) }
    let isIncluded = (0..<count).map { isPrimary[$0] || scores.labels[$0] == .unknown }
    let joined = scores.columns.map {
      GroupedScores(
        $0, labels: scores.labels, keys: keys, isIncluded: isIncluded, by: request.aggregation)
    }
    guard let first = joined.first, !first.keys.isEmpty else {
      throw AnalysisError(
        .noFigures, "\(run.name): there are no scores to join by meta.\(request.key)")
    }
    let table = ScoreTable(
      run: run, ids: TextColumn(first.keys), labels: first.labels, columns: joined.map(\.column))
    let evaluations = AttackEvaluation.all(table.columns, labels: table.labels, options: options)
    let analysed = zip(table.columns, evaluations ?? []).map { column, evaluation in
      AttackAnalysis(
        spelling: column.attack, evaluation: evaluation,
        pValues: evaluation.nonMembers > 0 ? Calibration(evaluation.ranking).pValues : [])
    }
    return RunAnalysis(
      table: nil, scores: table, metadata: Metadata(columns: []),
      isPrimary: Array(repeating: true, count: table.count), attacks: analysed,
      unavailable: unavailable, available: table.columns.map(\.attack), isComplete: true,
      suspectGuards: suspectGuards,
      groups: Groups(
        request: request, largest: first.sizes.max() ?? 0, mixed: first.mixedGroups,
        withoutKey: first.withoutKey, guards: guards(texts)))
  }
}
