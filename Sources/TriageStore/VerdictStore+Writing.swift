import Basics
import Dispatch
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
      self.database.close()
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
      let (receipts, last) = try database.transaction {
        // Another program may have changed the file's tables since it was opened.
        _ = try StoreSchema.version(database, file: path)
        let statements = try StoredRow.Statements(database)
        var last = reported
        var receipts: [Receipt] = []
        for step in steps {
          let recorded = try self.record(step, statements)
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
  private func record(
    _ step: TriageStep, _ statements: StoredRow.Statements
  ) throws -> [TriageChange] {
    var recorded: [TriageChange] = []
    for var change in step.changes {
      var old = Judgement.none
      try statements.latest.run([.integer(experiment), .text(StoredRow.text(change.id))]) { row in
        old = try StoredRow.entry(row, file: path).change.new
      }
      let new = old.applying(from: change.old, to: change.new)
      guard old != new else { continue }
      (change.old, change.new) = (old, new)
      try StoredRow.insert(
        change, step.origin, experiment: experiment, statements, file: path)
      recorded.append(change)
    }
    return recorded
  }

  private func changesByOthers() throws(VerdictStoreError) -> [TriageChange] {
    let (reported, seen, isClosed) = state.withLock { ($0.reported, $0.dataVersion, $0.isClosed) }
    if isClosed { return [] }
    do {
      let version = try database.number("PRAGMA data_version") ?? 0
      if version == seen { return [] }
      var last = reported
      let changes = try changes(after: &last, database)
      state.withLock { ($0.reported, $0.dataVersion) = (last, version) }
      return changes
    } catch {
      throw VerdictStoreError(error, file: path)
    }
  }

  /// The unary plus keeps SQLite from walking the index of all ids instead of the newest rows.
  private func changes(
    after last: inout Int64, _ database: SQLiteConnection
  ) throws -> [TriageChange] {
    let newest = try Self.lastRow(database)
    let entries = try StoredRow.entries(
      "sequence > ? AND sequence <= ? AND +experiment = ?", .integer(last), .integer(newest),
      .integer(experiment), in: database, file: path)
    last = newest
    return entries.map(\.change)
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
