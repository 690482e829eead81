import Basics
import Dispatch
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
    var dataVersion: Int64 = -1
    var identity: FileIdentity?
    var isClosed = false
  }

  let database: SQLiteConnection
  let experiment: Int64
  let work = DispatchQueue(label: "ezscope.verdicts", qos: .userInitiated)
  let state: Mutex<State>

  init(
    _ database: SQLiteConnection, path: String, fingerprint: Fingerprint, place: StorePlace,
    adopting other: String?, scratch: String?
  ) throws(VerdictStoreError) {
    do {
      experiment = try database.transaction { try Self.experimentNumber(fingerprint, database) }
      var notices: [String] = []
      if case .userData(let reason) = place {
        notices.append("verdicts are kept in \(path), because of \(reason)")
      }
      if let other {
        notices += Adoption(of: other, fingerprint: fingerprint, scratch: scratch)
          .run(into: database, experiment: experiment)
      }
      self.notices = notices.map { SafeText.oneLine($0, limit: 600) }
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
      let (entries, last) = try database.snapshot {
        let latest = try StoredRow.entries(
          "sequence IN (SELECT max(sequence) FROM change WHERE experiment = ? GROUP BY id)",
          .integer(self.experiment), in: database, file: self.path)
        return (latest.filter { !$0.change.new.isEmpty }, try Self.lastRow(database))
      }
      self.state.withLock { $0.reported = last }
      return Dictionary(entries.map { ($0.change.id, $0) }) { $1 }
    }
  }

  /// Every change of one sequence, oldest first.
  package func history(of id: String) throws(VerdictStoreError) -> [Entry] {
    try perform { database in
      try StoredRow.entries(
        "experiment = ? AND id = ?", .integer(self.experiment), .text(StoredRow.text(id)),
        in: database, file: self.path)
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
    _ body: @escaping @Sendable (SQLiteConnection) throws -> T
  ) throws(VerdictStoreError) -> T {
    let result: Result<T, any Error> = work.sync { Result { try body(database) } }
    do { return try result.get() } catch { throw VerdictStoreError(error, file: path) }
  }

  static func lastRow(_ database: SQLiteConnection) throws -> Int64 {
    try database.number("SELECT max(sequence) FROM change") ?? 0
  }

  private static func experimentNumber(
    _ fingerprint: Fingerprint, _ database: SQLiteConnection
  ) throws -> Int64 {
    let name = SQLiteValue.text(fingerprint.description)
    let find = "SELECT number FROM experiment WHERE fingerprint = ?"
    if let number = try database.number(find, name) { return number }
    _ = try database.rows("INSERT INTO experiment (fingerprint) VALUES (?)", name) { _ in }
    return database.lastInsertedRow
  }
}
