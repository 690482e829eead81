import ScoringCore

extension ScoreTable {
  /// Tables of different sequences as one, with the columns that all of them have.
  ///
  /// Ids that two tables have are told apart by the tables' names.
  static func joined(_ tables: [ScoreTable]) -> ScoreTable? {
    guard let first = tables.first else { return nil }
    guard tables.count > 1 else { return first }
    var seen: Set<String> = []
    let all = tables.flatMap { table in (0..<table.count).map { table.ids[$0] } }
    let areUnique = all.allSatisfy { seen.insert($0).inserted }
    let ids =
      areUnique
      ? all
      : tables.flatMap { table in
        (0..<table.count).map { "\(table.run.name)/\(table.ids[$0])" }
      }
    let names = first.columns.map(\.attack)
      .filter { name in tables.allSatisfy { $0.column(name) != nil } }
    return ScoreTable(
      run: Run(name: tables.map(\.run.name).joined(separator: "+")), ids: TextColumn(ids),
      labels: tables.flatMap(\.labels),
      columns: names.map { name in
        let parts = tables.compactMap { $0.column(name) }
        return ScoreColumn(
          attack: name, values: parts.flatMap(\.values), statuses: parts.flatMap(\.statuses))
      })
  }
}
