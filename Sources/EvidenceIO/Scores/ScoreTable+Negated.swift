import ScoringCore

extension ScoreTable {
  /// A column by its name, or with its sign changed where `:negated` follows the name.
  package func column(spelled name: String) -> ScoreColumn? {
    if let column = column(name) { return column }
    let (base, isNegated) = ColumnMapping.spelled(name)
    guard isNegated, let column = column(base) else { return nil }
    return ScoreColumn(
      attack: name,
      values: zip(column.values, column.statuses).map { $1 == .ordinary ? -$0 : $0 },
      statuses: column.statuses, zones: column.zones)
  }
}
