import Dispatch
import GRDB
import Glibc
import ScoringCore
import Synchronization

/// The verdicts on one experiment, in SQLite: what is acknowledged survives a kill and a power failure.
///
/// Several programs may hold the same store open. All work happens on a queue of its own, in the order
/// asked for; functions that take a handler return at once and call it on that queue.
package final class VerdictStore: Sendable {
  /// A change as it is stored.
  package struct Entry: Hashable, Sendable {
    /// The change.
    package var change: TriageChange
    /// What sort of act it belonged to.
    package var origin: TriageStep.Origin
  }

  /// That a step is stored for good.
  package struct Receipt: Hashable, Sendable {
    /// The step's number.
    package var step: Int
    /// What was recorded of the step; less than it asked for if somebody else was faster.
    package var recorded: [TriageChange]
    /// Everything stored since the last report, the step and what others did before it, in order.
    package var delivered: [TriageChange]
  }

  package typealias Acknowledgement = @Sendable (Result<Receipt, VerdictStoreError>) -> Void

  /// The database file.
  package let path: String
  /// Which experiment the verdicts are on.
  package let fingerprint: Fingerprint
  /// Where the file lies.
  package let place: StorePlace
  /// What the user should know about the place, one line each.
  package let notices: [String]

  struct State {
    var outbox: [(step: TriageStep, acknowledge: Acknowledgement)] = []
    /// The last row reported to the session.
    var reported: Int64 = 0
    /// SQLite's counter of commits by other connections, when last looked at.
    var dataVersion = -1
    var identity: FileIdentity?
    var isClosed = false
  }

  let database: DatabaseQueue
  let experiment: Int64
  let work = DispatchQueue(label: "ezscope.verdicts", qos: .userInitiated)
  let state: Mutex<State>

  init(
    _ database: DatabaseQueue, path: String, fingerprint: Fingerprint, place: StorePlace,
    adopting other: String?, scratch: String?
  ) throws(VerdictStoreError) {
    do {
      experiment = try database.write { try Self.experimentNumber(fingerprint, $0) }
      var notices: [String] = []
      if case .userData(let reason) = place {
        notices.append("verdicts are kept in \(path), because of \(reason)")
      }
      if let other {
        notices += Adoption(of: other, fingerprint: fingerprint, scratch: scratch)
          .run(into: database, experiment: experiment)
      }
      self.notices = notices.map { SafeCell.escape($0) }
    } catch {
      throw VerdictStoreError(error, file: path)
    }
    self.database = database
    self.path = path
    self.fingerprint = fingerprint
    self.place = place
    state = Mutex(State(identity: FileIdentity(of: path)))
  }

  /// All current verdicts and notes; later reports begin where this ends.
  package func load() throws(VerdictStoreError) -> [String: Entry] {
    try perform { database in
      let (entries, last) = try database.read { database in
        let rows = try Row.fetchCursor(
          database,
          sql: """
            SELECT *, max(sequence) FROM change WHERE experiment = ? GROUP BY id
            """, arguments: [self.experiment])
        var entries: [String: Entry] = [:]
        while let row = try rows.next() {
          let entry = try StoredRow.entry(row, file: self.path)
          if !entry.change.new.isEmpty { entries[entry.change.id] = entry }
        }
        return (entries, try Self.lastRow(database))
      }
      self.state.withLock { $0.reported = last }
      return entries
    }
  }

  /// Every change of one sequence, oldest first.
  package func history(of id: String) throws(VerdictStoreError) -> [Entry] {
    try perform { database in
      try database.inDatabase { database in
        try Row.fetchAll(
          database,
          sql: "SELECT * FROM change WHERE experiment = ? AND id = ? ORDER BY sequence",
          arguments: [self.experiment, StoredRow.text(id)]
        ).map { try StoredRow.entry($0, file: self.path) }
      }
    }
  }

  /// Hands every change of one sequence, oldest first, to a handler.
  package func history(
    of id: String, _ handler: @escaping @Sendable (Result<[Entry], VerdictStoreError>) -> Void
  ) {
    DispatchQueue.global().async {
      handler(Result { () throws(VerdictStoreError) in try self.history(of: id) })
    }
  }

  /// Runs work after everything asked for before it and waits; never call it from a handler.
  func perform<T: Sendable>(
    _ body: @escaping @Sendable (DatabaseQueue) throws -> T
  ) throws(VerdictStoreError) -> T {
    let result: Result<T, any Error> = work.sync { Result { try body(database) } }
    do { return try result.get() } catch { throw VerdictStoreError(error, file: path) }
  }

  static func lastRow(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM change") ?? 0
  }

  private static func experimentNumber(
    _ fingerprint: Fingerprint, _ database: Database
  ) throws -> Int64 {
    let name = fingerprint.description
    let find = "SELECT number FROM experiment WHERE fingerprint = ?"
    if let number = try Int64.fetchOne(database, sql: find, arguments: [name]) { return number }
    try database.execute(
      sql: "INSERT INTO experiment (fingerprint) VALUES (?)", arguments: [name])
    return database.lastInsertedRowID
  }
}

/// A row of the table of changes, to and from values.
enum StoredRow {
  /// SQLite's C strings end at a zero byte; an id or note may hold one.
  static func text(_ text: String) -> String { SafeCell.escape(text) { $0.value == 0 } }

  static func entry(_ row: Row, file: String) throws -> VerdictStore.Entry {
    func text(_ column: String) throws -> String {
      guard let text = String.fromDatabaseValue(row[column]) else {
        throw VerdictStoreError(.corrupt, file: file, "a change has no \(column)")
      }
      return SafeCell.unescape(text)
    }
    func judgement(_ prefix: String) throws -> Judgement {
      let name = try text(prefix + "_verdict")
      guard let verdict = Verdict(rawValue: name) else {
        throw VerdictStoreError(.corrupt, file: file, "\(name) is no verdict")
      }
      return Judgement(verdict, note: try text(prefix + "_note"))
    }
    guard let time = Int64.fromDatabaseValue(row["time"]),
      let origin = TriageStep.Origin(rawValue: try text("origin"))
    else {
      throw VerdictStoreError(.corrupt, file: file, "a change has no time or origin")
    }
    return VerdictStore.Entry(
      change: TriageChange(
        id: try text("id"), from: try judgement("old"), to: try judgement("new"),
        by: try text("author"), at: time),
      origin: origin)
  }

  static func insert(
    _ change: TriageChange, _ origin: TriageStep.Origin, experiment: Int64, _ database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO change
          (experiment, id, old_verdict, old_note, new_verdict, new_note, author, time, origin)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      experiment, text(change.id), change.old.verdict.rawValue, text(change.old.note),
      change.new.verdict.rawValue, text(change.new.note), text(change.author), change.time,
      origin.rawValue,
    ])
  }
}
