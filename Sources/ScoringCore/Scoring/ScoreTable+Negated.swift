extension ScoreTable {
  /// What follows the name of a column whose scores fall with membership.
  package static let negatedMark = ":negated"

  /// A column by its name, or with its sign changed where `:negated` follows the name.
  package func column(spelled name: String) -> ScoreColumn? {
    if let column = column(name) { return column }
    guard name.hasSuffix(Self.negatedMark),
      let column = column(String(name.dropLast(Self.negatedMark.count)))
    else { return nil }
    return ScoreColumn(
      attack: name,
      values: zip(column.values, column.statuses).map { $1 == .ordinary ? -$0 : $0 },
      statuses: column.statuses, zones: column.zones)
  }
}
