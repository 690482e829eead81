import ScoringCore

/// What score files write, as the types used here and back.
enum ScoreNames {
  /// The label of its spellings in files.
  static func label(_ text: String) -> Label? {
    switch text.lowercased().trimmingSpaces {
    case "member", "1", "1.0", "true": .member
    case "non-member", "nonmember", "non_member", "0", "0.0", "false": .nonMember
    case "unknown", "", "-1", "null", "none", "nan": .unknown
    default: nil
    }
  }

  /// The score of a value and a class, as files give them.
  static func score(_ value: Double?, _ status: ScoreStatus?, up: Double?) -> Score {
    switch status {
    case .forcedN0: Score(.forcedN0, up ?? .infinity)
    case .forcedNoErrors: Score(.forcedNoErrors, .infinity)
    case .insufficient: Score(.insufficient, 0)
    case .zeroed: Score(.zeroed, 0)
    case .ordinary, nil: value.map(Score.ordinary) ?? .none(.undefined)
    case .some(let reason): .none(reason)
    }
  }

  /// A score's number as files give it, nil where there is none.
  static func value(_ score: Score) -> Double? {
    switch score.status {
    case .forcedN0, .forcedNoErrors: .infinity
    case let status where status.isDefined: score.value
    default: nil
    }
  }
}

/// One run of a score file while it is being read.
struct ScoreRows {
  /// One attack's results so far.
  struct AttackColumn {
    var name: String
    var values: [Double] = []
    var statuses: [ScoreStatus] = []
    var zones: ZoneColumns?

    mutating func append(_ score: Score) {
      values.append(score.value)
      statuses.append(score.status)
    }
  }

  var name: String
  var ids = TextTable()
  var labels: [Label] = []
  var attacks: [AttackColumn]

  /// The finished table.
  func table(run: Run) -> ScoreTable? {
    guard let texts = TextColumn(bytes: Column(ids.texts.bytes), offsets: Column(ids.texts.offsets))
    else { return nil }
    return ScoreTable(
      run: run, ids: texts, labels: labels,
      columns: attacks.map {
        ScoreColumn(attack: $0.name, values: $0.values, statuses: $0.statuses, zones: $0.zones)
      })
  }
}

/// The runs of a score file while it is being read, in order of first appearance.
struct ScoreRuns {
  private var places: [String: Int] = [:]
  var rows: [ScoreRows] = []

  /// The place of a run, if it has come up before.
  func place(of run: String) -> Int? { places[run] }

  /// Adds a run with the attacks known so far; its place.
  mutating func add(_ run: String, attacks: [ScoreRows.AttackColumn] = []) -> Int {
    rows.append(ScoreRows(name: run, attacks: attacks))
    places[run] = rows.count - 1
    return rows.count - 1
  }

  /// The file that was read; the first defect is an error if there is nothing else, or by wish.
  func file(
    _ path: String, notes: IngestNotes, options: IngestOptions,
    ifEmpty: (problem: String, remedy: String)
  ) throws(IngestError) -> ScoreFile {
    if let first = notes.defects.listed.first, options.strict || rows.isEmpty {
      throw IngestError(
        file: path, at: first.place, field: first.field, first.problem, remedy: first.remedy)
    }
    guard !rows.isEmpty else {
      throw IngestError(file: path, ifEmpty.problem, remedy: ifEmpty.remedy)
    }
    return ScoreFile(
      path: path, tables: rows.compactMap { $0.table(run: Run(name: $0.name)) }, notes: notes)
  }
}

/// The score tables of a file, one a run, and what reading it brought up.
package struct ScoreFile: Sendable {
  /// The file as the user named it.
  package var path: String
  /// One table a run, in order of first appearance.
  package var tables: [ScoreTable]
  /// What reading it brought up.
  package var notes: IngestNotes
}
