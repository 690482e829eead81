import Basics

/// Scores of all sequences of a run from a file, where tokens are kept of some of them only.
///
/// Figures rest on all sequences; what looks at tokens has those that are kept.
public struct RunScores: Sendable {
  /// All ids: those of the evidence in its order, behind them those of which no tokens are kept.
  public let ids: TextColumn
  /// The label of each sequence; of one that the evidence holds, the evidence's.
  public let labels: [Label]
  /// For each sequence of the evidence its row in the file; nil where the file does not have it.
  let fileRows: [Int?]
  /// The rows of the file of which no tokens are kept, in its order.
  let rowsWithoutTokens: [Int]
  private let file: ScoreTable

  /// Joins a score file to the ids and labels of evidence, by id.
  public init(_ file: ScoreTable, ids: TextColumn, labels: [Label]) {
    precondition(ids.count == labels.count)
    let join = IDJoin(ids, file.ids)
    var fileRows = [Int?](repeating: nil, count: ids.count)
    var isKnown = [Bool](repeating: false, count: file.count)
    for (row, place) in zip(join.left, join.right) {
      fileRows[Int(row)] = Int(place)
      isKnown[Int(place)] = true
    }
    let others = isKnown.indices.filter { !isKnown[$0] }
    self.file = file
    self.fileRows = fileRows
    rowsWithoutTokens = others
    self.ids =
      others.isEmpty
      ? ids : TextColumn(joining: [ids, TextColumn(others.map { file.ids[$0] })])
    self.labels = labels + others.map { file.labels[$0] }
  }

  /// The number of all sequences.
  public var count: Int { labels.count }

  /// How many sequences have tokens and a score in the file.
  public var sharedCount: Int { fileRows.count { $0 != nil } }

  /// Whether some sequence of the evidence is not in the file.
  public var lacksSequences: Bool { fileRows.contains { $0 == nil } }

  /// The attacks that the file has scores of, by spelling or by the name of a foreign column.
  public var attacks: [String] { file.columns.map(\.attack) }

  /// How many sequences of the evidence the file labels otherwise.
  public func contradictions(in labels: [Label]) -> Int {
    fileRows.indices.count { row in
      guard let place = fileRows[row], file.labels[place] != .unknown else { return false }
      return labels[row] != .unknown && labels[row] != file.labels[place]
    }
  }

  /// An attack's scores of all sequences: the file's where it has one, else those computed.
  ///
  /// - Parameters:
  ///   - attack: its spelling, or the name of a foreign column.
  ///   - computed: the scores that the kept tokens give; nil where they do not feed the attack, or
  ///     where nobody knows how its scores came about.
  /// - Returns: nil if the file has no such attack.
  public func column(_ attack: String, computed: ScoreColumn?) -> ScoreColumn? {
    guard let stored = file.column(attack) else { return nil }
    var values: [Double] = []
    var statuses: [ScoreStatus] = []
    var zones: ZoneColumns? = stored.zones == nil ? nil : ZoneColumns()
    func add(_ column: ScoreColumn?, _ row: Int) {
      values.append(column?.values[row] ?? .nan)
      statuses.append(column?.statuses[row] ?? .missingEvidence)
      zones?.up.append(column?.zones?.up[row] ?? .nan)
      zones?.down.append(column?.zones?.down[row] ?? .nan)
      zones?.errors.append(column?.zones?.errors[row] ?? 0)
    }
    for (row, place) in fileRows.enumerated() {
      if let place { add(stored, place) } else { add(computed, row) }
    }
    for place in rowsWithoutTokens { add(stored, place) }
    zones?.skipped = (computed?.zones?.skipped ?? 0)
    return ScoreColumn(attack: attack, values: values, statuses: statuses, zones: zones)
  }

  /// How many of the sequences that both have the file scores otherwise than their tokens do.
  ///
  /// - Parameters:
  ///   - computed: the scores that the kept tokens give.
  ///   - tolerance: the largest difference, relative to the larger of the two and 1.
  public func disagreements(with computed: ScoreColumn, tolerance: Double = 1e-3) -> Int {
    guard let stored = file.column(computed.attack) else { return 0 }
    return fileRows.indices.count { row in
      guard let place = fileRows[row] else { return false }
      let (one, two) = (stored[place], computed[row])
      guard one.status.isDefined, two.status.isDefined else {
        return one.status.isDefined != two.status.isDefined
      }
      let (first, second) = (one.printed, two.printed)
      guard first.isFinite, second.isFinite else { return first != second }
      return abs(first - second) > tolerance * max(1, abs(first), abs(second))
    }
  }
}

extension Score {
  /// The value as files without classes have it: what is forced to the top is infinite.
  fileprivate var printed: Double {
    status == .forcedN0 || status == .forcedNoErrors ? .infinity : value
  }
}
