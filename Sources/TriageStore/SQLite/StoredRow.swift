import Basics
import ScoringCore

/// A row of the table of changes, to and from values.
enum StoredRow {
  private static let columns =
    "sequence, id, old_verdict, old_note, new_verdict, new_note, author, time, origin"

  /// SQLite's C strings end at a zero byte; an id or note may hold one.
  static func text(_ text: String) -> String { CSVText.escape(text) { $0.value == 0 } }

  /// The changes that a condition chooses, oldest first.
  static func entries(
    _ condition: String, _ values: SQLiteValue..., in database: SQLiteConnection, file: String
  ) throws -> [VerdictStore.Entry] {
    var entries: [VerdictStore.Entry] = []
    let sql = "SELECT \(columns) FROM change WHERE \(condition) ORDER BY sequence"
    try SQLiteStatement(sql, in: database).run(values) { row in
      entries.append(try entry(row, file: file))
    }
    return entries
  }

  /// A row's values; what is not as this program writes it is named without showing it.
  static func entry(_ row: SQLiteRow, file: String) throws(VerdictStoreError)
    -> VerdictStore.Entry
  {
    func text(_ column: Int32, _ name: String) throws(VerdictStoreError) -> String {
      guard let text = row.text(column) else {
        throw VerdictStoreError(.corrupt, file: file, "a change has no \(name)")
      }
      return CSVText.unescape(text)
    }
    func judgement(_ column: Int32) throws(VerdictStoreError) -> Judgement {
      guard let verdict = Verdict(rawValue: try text(column, "verdict")) else {
        throw VerdictStoreError(.corrupt, file: file, "a change has an unknown verdict")
      }
      return Judgement(verdict, note: try text(column + 1, "note"))
    }
    guard let time = row.integer(7),
      let origin = TriageStep.Origin(rawValue: try text(8, "origin"))
    else {
      throw VerdictStoreError(.corrupt, file: file, "a change has no time or origin")
    }
    return VerdictStore.Entry(
      change: TriageChange(
        id: try text(1, "id"), from: try judgement(2), to: try judgement(4),
        by: try text(6, "author"), at: time),
      origin: origin)
  }

  /// Stores a change and reads it back: what is not there again is not reported as stored.
  static func insert(
    _ change: TriageChange, _ origin: TriageStep.Origin, experiment: Int64,
    _ statements: Statements, file: String
  ) throws {
    try statements.insert.run([
      .integer(experiment), .text(text(change.id)), .text(change.old.verdict.rawValue),
      .text(text(change.old.note)), .text(change.new.verdict.rawValue),
      .text(text(change.new.note)), .text(text(change.author)), .integer(change.time),
      .text(origin.rawValue),
    ])
    var stored: VerdictStore.Entry?
    try statements.readBack.run([.integer(statements.database.lastInsertedRow)]) { row in
      stored = try entry(row, file: file)
    }
    guard stored == VerdictStore.Entry(change: change, origin: origin) else {
      throw VerdictStoreError(
        .corrupt, file: file, "a change was written and is not there when it is read again")
    }
  }

  /// The statements of storing many changes, each prepared once.
  struct Statements {
    let database: SQLiteConnection
    let latest: SQLiteStatement
    fileprivate let insert: SQLiteStatement
    fileprivate let readBack: SQLiteStatement

    init(_ database: SQLiteConnection) throws {
      self.database = database
      insert = try SQLiteStatement(
        """
        INSERT INTO change
          (experiment, id, old_verdict, old_note, new_verdict, new_note, author, time, origin)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, in: database)
      readBack = try SQLiteStatement(
        "SELECT \(columns) FROM change WHERE sequence = ?", in: database)
      latest = try SQLiteStatement(
        """
        SELECT \(columns) FROM change WHERE experiment = ? AND id = ?
        ORDER BY sequence DESC LIMIT 1
        """, in: database)
    }
  }
}
