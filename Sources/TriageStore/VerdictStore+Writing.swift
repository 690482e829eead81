import Dispatch
import GRDB
import Glibc
import ScoringCore

extension VerdictStore {
  /// Stores a step and returns at once; the acknowledgement comes when it is on the disk.
  ///
  /// Steps that wait together are stored in one transaction, each of them whole and in order. A failure
  /// is not the end: the step keeps its place and is tried again before the next one or by
  /// ``retry()``, and its acknowledgement is called again.
  package func append(_ step: TriageStep, _ acknowledge: @escaping Acknowledgement) {
    state.withLock { $0.outbox.append((step, acknowledge)) }
    work.async { self.drain() }
  }

  /// Stores a step and waits until it is on the disk; a step that fails is not tried again.
  package func append(_ step: TriageStep) throws(VerdictStoreError) -> Receipt {
    let result: Result<Receipt, VerdictStoreError> = work.sync {
      Result { () throws(VerdictStoreError) in
        try write([step]).first ?? Receipt(step: step.number, recorded: [], delivered: [])
      }
    }
    return try result.get()
  }

  /// Tries again to store what could not be stored.
  package func retry() { work.async { self.drain() } }

  /// Looks for changes others have made; the handler is called only if there are any, or on a failure.
  ///
  /// Cheap enough for every focus-in and every second or two: without a change it costs one read of
  /// shared memory. Changes of others also arrive with every acknowledgement.
  package func poll(
    _ handler: @escaping @Sendable (Result<[TriageChange], VerdictStoreError>) -> Void
  ) {
    work.async {
      let result = Result { () throws(VerdictStoreError) in try self.changesByOthers() }
      if case .success(let changes) = result, changes.isEmpty { return }
      handler(result)
    }
  }

  /// Waits until all steps are stored or time is up, and closes the file.
  ///
  /// - Returns: The steps that could not be stored, for the user to hear of.
  package func finish(within seconds: Double) -> [TriageStep] {
    let done = DispatchSemaphore(value: 0)
    work.async {
      self.drain()
      self.state.withLock { $0.isClosed = true }
      try? self.database.close()
      done.signal()
    }
    _ = done.wait(timeout: .now() + seconds)
    return state.withLock { $0.outbox.map(\.step) }
  }

  private func drain() {
    let waiting = state.withLock { $0.isClosed ? [] : $0.outbox }
    guard !waiting.isEmpty else { return }
    do {
      let receipts = try write(waiting.map(\.step))
      state.withLock { $0.outbox.removeFirst(waiting.count) }
      for (entry, receipt) in zip(waiting, receipts) { entry.acknowledge(.success(receipt)) }
    } catch {
      for entry in waiting { entry.acknowledge(.failure(error)) }
    }
  }

  private func write(_ steps: [TriageStep]) throws(VerdictStoreError) -> [Receipt] {
    let (reported, identity) = state.withLock { ($0.reported, $0.identity) }
    guard let identity, FileIdentity(of: path) == identity else {
      throw VerdictStoreError(.removed, file: path, "the file was moved or deleted while open")
    }
    do {
      let (receipts, last) = try database.write { database in
        var last = reported
        var receipts: [Receipt] = []
        for step in steps {
          let recorded = try self.record(step, database)
          let delivered = try self.changes(after: &last, database)
          receipts.append(
            Receipt(step: step.number, recorded: recorded, delivered: delivered))
        }
        return (receipts, last)
      }
      state.withLock { $0.reported = last }
      return receipts
    } catch {
      throw VerdictStoreError(error, file: path)
    }
  }

  /// Carries a step's changes over to what is stored by now, and records those that change it.
  private func record(_ step: TriageStep, _ database: Database) throws -> [TriageChange] {
    let latest = try database.cachedStatement(
      sql: """
        SELECT * FROM change WHERE experiment = ? AND id = ? ORDER BY sequence DESC LIMIT 1
        """)
    var recorded: [TriageChange] = []
    for var change in step.changes {
      let row = try Row.fetchOne(latest, arguments: [experiment, StoredRow.text(change.id)])
      let old = try row.map { try StoredRow.entry($0, file: path).change.new } ?? .none
      let new = old.applying(from: change.old, to: change.new)
      guard old != new else { continue }
      (change.old, change.new) = (old, new)
      try StoredRow.insert(change, step.origin, experiment: experiment, database)
      recorded.append(change)
    }
    return recorded
  }

  private func changesByOthers() throws(VerdictStoreError) -> [TriageChange] {
    let (reported, seen, isClosed) = state.withLock { ($0.reported, $0.dataVersion, $0.isClosed) }
    if isClosed { return [] }
    do {
      return try database.inDatabase { database in
        let version = try Int.fetchOne(database, sql: "PRAGMA data_version") ?? 0
        if version == seen { return [] }
        var last = reported
        let changes = try self.changes(after: &last, database)
        self.state.withLock { ($0.reported, $0.dataVersion) = (last, version) }
        return changes
      }
    } catch {
      throw VerdictStoreError(error, file: path)
    }
  }

  /// The unary plus keeps SQLite from walking the index of all ids instead of the newest rows.
  private func changes(after last: inout Int64, _ database: Database) throws -> [TriageChange] {
    let rows = try Row.fetchAll(
      database,
      sql: "SELECT * FROM change WHERE sequence > ? AND +experiment = ? ORDER BY sequence",
      arguments: [last, experiment])
    if let newest = rows.last, let sequence = Int64.fromDatabaseValue(newest["sequence"]) {
      last = sequence
    }
    return try rows.map { try StoredRow.entry($0, file: path).change }
  }

  /// Who changes verdicts by default: the user's name and the machine's.
  package static var defaultAuthor: String {
    let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "user"
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return user }
    let host = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return user + "@" + String(decoding: host, as: UTF8.self)
  }

  /// The current time in seconds since 1970 (UTC).
  package static var now: Int64 { Int64(time(nil)) }
}
