extension Ranking {
  /// Sorts the results of one attack.
  ///
  /// - Parameters:
  ///   - column: the results.
  ///   - labels: one label per result.
  ///   - rows: the rows to rank, each at most once; nil ranks all.
  ///   - undefined: what to do with rows that have no score.
  public init(
    _ column: ScoreColumn, labels: [Label], rows: [Int]? = nil,
    undefined: UndefinedPolicy = .keep
  ) {
    self.init(
      values: column.values, statuses: column.statuses, labels: labels, rows: rows,
      undefined: undefined)
  }
}
