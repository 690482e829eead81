/// One attack's results for every sequence of a run.
public struct ScoreColumn: Sendable {
  /// The attack's canonical spelling, or the column's name in a foreign score file.
  public let attack: String
  /// The values, one per sequence, as `Score` describes them.
  public let values: [Double]
  /// The class of each result, or the reason why there is none.
  public let statuses: [ScoreStatus]
  /// For zone attacks, what each sequence's zone holds.
  public let zones: ZoneColumns?

  /// Joins values and classes of equal length.
  public init(
    attack: String, values: [Double], statuses: [ScoreStatus], zones: ZoneColumns? = nil
  ) {
    precondition(values.count == statuses.count)
    self.attack = attack
    self.values = values
    self.statuses = statuses
    self.zones = zones
  }

  /// The score of a sequence.
  public subscript(_ index: Int) -> Score { Score(statuses[index], values[index]) }

  /// The number of sequences.
  public var count: Int { values.count }

  /// The column at some rows.
  func rows(_ rows: [Int]) -> ScoreColumn {
    var zones: ZoneColumns?
    if let all = self.zones {
      zones = ZoneColumns()
      zones?.up = rows.map { all.up[$0] }
      zones?.down = rows.map { all.down[$0] }
      zones?.errors = rows.map { all.errors[$0] }
      zones?.skipped = all.skipped
    }
    return ScoreColumn(
      attack: attack, values: rows.map { values[$0] }, statuses: rows.map { statuses[$0] },
      zones: zones)
  }
}

/// What the zone of each sequence holds.
public struct ZoneColumns: Sendable {
  /// P: the sum of upward shifts in the zone, in nats.
  public var up: [Double] = []
  /// N: the sum of downward shifts in the zone, in nats, as a positive number.
  public var down: [Double] = []
  /// The number of positions in the zone.
  public var errors: [Int32] = []
  /// Positions of all sequences left out because the true token is impossible under both models.
  public var skipped = 0

  /// No sequences yet.
  public init() {}
}

/// Scores of one run: sequences in rows, attacks in columns.
public final class ScoreTable: Sendable {
  /// What is known of the run.
  public let run: Run
  /// Ids, unique in the table.
  public let ids: TextColumn
  /// The label of each sequence.
  public let labels: [Label]
  /// The attacks.
  public let columns: [ScoreColumn]

  /// Joins columns of equal length.
  public init(run: Run, ids: TextColumn, labels: [Label], columns: [ScoreColumn]) {
    precondition(labels.count == ids.count && columns.allSatisfy { $0.count == ids.count })
    self.run = run
    self.ids = ids
    self.labels = labels
    self.columns = columns
  }

  /// The number of sequences.
  public var count: Int { labels.count }

  /// The same scores as those of another run.
  public func of(_ run: Run) -> ScoreTable {
    ScoreTable(run: run, ids: ids, labels: labels, columns: columns)
  }

  /// The table without some rows, given in ascending order.
  public func without(_ rows: [Int]) -> ScoreTable {
    guard !rows.isEmpty else { return self }
    var left = rows[...]
    let kept = labels.indices.filter { row in
      guard left.first == row else { return true }
      left.removeFirst()
      return false
    }
    return ScoreTable(
      run: run, ids: TextColumn(kept.map { ids[$0] }), labels: kept.map { labels[$0] },
      columns: columns.map { $0.rows(kept) })
  }

  /// The column of an attack, by its spelling.
  public func column(_ attack: String) -> ScoreColumn? { columns.first { $0.attack == attack } }
}
