/// One attack's results for every sequence of a run.
public struct ScoreColumn: Sendable {
  /// The attack's canonical spelling, or the column's name in a foreign score file.
  public let attack: String
  /// The values, one a sequence, as `Score` describes them.
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

  /// The column of an attack, by its spelling.
  public func column(_ attack: String) -> ScoreColumn? { columns.first { $0.attack == attack } }
}
