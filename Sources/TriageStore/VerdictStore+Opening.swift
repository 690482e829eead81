import Basics
import CSQLite
import Glibc

extension VerdictStore {
  /// How long another program may hold the file before that is an error, in seconds.
  static let patience = 5.0

  /// Opens the verdicts on an experiment, making the file if there is none.
  ///
  /// They lie beside the experiment, or in the fallback folder if the experiment's is read-only. A place
  /// that has none of this experiment yet begins with a copy of the other place's.
  ///
  /// - Parameters:
  ///   - experimentFolder: The folder of the evidence; nil if it came from standard input.
  ///   - fallbackDirectory: Made if missing; usually the user's data folder.
  package static func open(
    experimentFolder: String?, fingerprint: Fingerprint, fallbackDirectory: String?
  ) throws(VerdictStoreError) -> VerdictStore {
    let name = "/" + StorePlace.fileName
    let beside = experimentFolder.map { $0 + name }
    let fallback = fallbackDirectory.map { $0 + name }
    var reason = "evidence that is in no folder"
    if let experimentFolder, let beside {
      if let obstacle = StorePlace.obstacle(in: experimentFolder) {
        reason = obstacle
      } else {
        do {
          return try VerdictStore(
            connect(beside), path: beside, fingerprint: fingerprint, place: .besideExperiment,
            adopting: fallback, scratch: fallbackDirectory)
        } catch {
          // Another file must not silently take the place of one that is damaged, newer or in use, nor
          // of one that a failing disk hides: the next start would look for the verdicts in vain.
          guard error.kind == .readOnly else { throw error }
          reason = "\(beside): \(error.problem)"
        }
      }
    }
    guard let fallbackDirectory, let fallback else {
      throw VerdictStoreError(.readOnly, file: beside ?? "verdicts", reason)
    }
    try StorePlace.makeFolder(fallbackDirectory)
    return try VerdictStore(
      connect(fallback), path: fallback, fingerprint: fingerprint,
      place: .userData(reason: reason), adopting: beside, scratch: fallbackDirectory)
  }

  /// Whether there are verdicts to read, so that only looking at an experiment need not make a file.
  ///
  /// True if a file lies beside the experiment, or the fallback folder's holds some on its sequences.
  /// A file that cannot be read counts: opening it tells why.
  package static func isWorthOpening(
    experimentFolder: String?, fingerprint: Fingerprint, fallbackDirectory: String?
  ) -> Bool {
    let name = "/" + StorePlace.fileName
    if let experimentFolder, FileIdentity(of: experimentFolder + name) != nil { return true }
    guard let fallbackDirectory, FileIdentity(of: fallbackDirectory + name) != nil else {
      return false
    }
    return Adoption(
      of: fallbackDirectory + name, fingerprint: fingerprint, scratch: nil
    ).holdsAnything
  }

  private static func connect(_ path: String) throws(VerdictStoreError) -> SQLiteConnection {
    let isNew = try StorePlace.makeFile(path)
    do {
      let database = try SQLiteConnection(path: path, patience: patience)
      if database.isReadOnly {
        throw SQLiteError(code: SQLITE_READONLY, message: "the file cannot be opened for writing")
      }
      try setJournal(database, file: path)
      // A commit returns only when it is on the disk.
      try database.execute("PRAGMA synchronous = FULL")
      try StoreSchema.migrate(database, file: path)
      // With the indexes: a change that one of them lacks would be stored and not be found.
      if let fault = try database.text("PRAGMA integrity_check(1)"), fault != "ok" {
        throw VerdictStoreError(.corrupt, file: path, fault)
      }
      if isNew { StorePlace.syncFolder(of: path) }
      return database
    } catch {
      throw VerdictStoreError(error, file: path)
    }
  }

  /// Turns on the write-ahead log, so that readers and the writer never wait for each other.
  ///
  /// SQLite does not wait for other programs here, whatever the busy timeout. A file system that cannot
  /// have such a log keeps SQLite's rollback journal, which is slower and as durable.
  private static func setJournal(_ database: SQLiteConnection, file: String) throws {
    var attempts = Int(saturating: patience / 0.02)
    while true {
      do {
        // A file that is not SQLite's must be refused before anything is written.
        _ = try StoreSchema.version(database, file: file)
        if try database.text("PRAGMA journal_mode") != "wal" {
          _ = try database.text("PRAGMA journal_mode = WAL")
        }
        return
      } catch let error as SQLiteError where error.code & 0xFF == SQLITE_BUSY && attempts > 0 {
        attempts -= 1
        usleep(20_000)
      }
    }
  }
}

/// Brings verdicts over from the other place when this one has none of the experiment yet.
struct Adoption {
  private let source: String
  private let fingerprint: Fingerprint
  private let scratch: String?

  init(of source: String, fingerprint: Fingerprint, scratch: String?) {
    self.source = source
    self.fingerprint = fingerprint
    self.scratch = scratch
  }

  /// Returns what the user should know; a source that cannot be read is no reason to fail.
  func run(into database: SQLiteConnection, experiment: Int64) -> [String] {
    guard FileIdentity(of: source) != nil else { return [] }
    do {
      let entries = try readable { try read($0) }
      guard let latest = entries.map(\.change.time).max() else { return [] }
      return try database.transaction {
        let newest = try database.number(
          "SELECT max(time) FROM change WHERE experiment = ?", .integer(experiment))
        if let newest {
          return latest > newest ? ["\(source) holds later verdicts on these sequences"] : []
        }
        let statements = try StoredRow.Statements(database)
        for entry in entries {
          try StoredRow.insert(
            entry.change, entry.origin, experiment: experiment, statements, file: source)
        }
        return ["\(entries.count) changes were copied from \(source)"]
      }
    } catch {
      let problem = VerdictStoreError(error, file: source).problem
      return ["the verdicts in \(source) cannot be read: \(problem)"]
    }
  }

  /// Whether the source has a change of the experiment, or cannot be read.
  var holdsAnything: Bool {
    do { return try !read(source).isEmpty } catch { return true }
  }

  private func read(_ path: String) throws -> [VerdictStore.Entry] {
    let other = try SQLiteConnection(path: path, patience: 1)
    defer { other.close() }
    guard try StoreSchema.version(other, file: source) > 0 else { return [] }
    return try StoredRow.entries(
      "experiment = (SELECT number FROM experiment WHERE fingerprint = ?)",
      .text(fingerprint.description), in: other, file: source)
  }

  /// Hands on a path SQLite can open: reading a write-ahead log needs a folder that can be written.
  private func readable<T>(_ body: (String) throws -> T) throws -> T {
    let folder = source.lastIndex(of: "/").map { String(source[..<$0]) } ?? "."
    if StorePlace.obstacle(in: folder) == nil { return try body(source) }
    guard let scratch else { return try body(source) }
    let copy = scratch + "/.copy-\(getpid())-\(UInt64.random(in: 0 ... .max)).sqlite"
    defer { for ending in ["", "-wal", "-shm"] { unlink(copy + ending) } }
    for ending in ["", "-wal"] { try Self.copyFile(source + ending, to: copy + ending) }
    return try body(copy)
  }

  private static func copyFile(_ source: String, to target: String) throws {
    let input = Glibc.open(source, O_RDONLY | O_CLOEXEC)
    if input < 0 && errno == ENOENT { return }
    defer { if input >= 0 { close(input) } }
    let output = Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    defer { if output >= 0 { close(output) } }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while input >= 0 && output >= 0 {
      let count = Glibc.read(input, &buffer, buffer.count)
      if count == 0 { return }
      if count < 0 || Glibc.write(output, buffer, count) != count { break }
    }
    throw VerdictStoreError(.inputOutput, file: source, String(cString: strerror(errno)))
  }
}
