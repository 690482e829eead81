import Basics
import CSQLite

/// An error of SQLite.
struct SQLiteError: Error, Hashable {
  /// The extended result code.
  var code: Int32
  /// SQLite's words.
  var message: String
}

/// A value bound to a statement.
enum SQLiteValue {
  case integer(Int64)
  case text(String)
}

/// One open SQLite file whose schema is not trusted: no triggers, views or functions of its own run.
///
/// `@unchecked Sendable` because SQLite itself serializes calls (`SQLITE_OPEN_FULLMUTEX`), and the
/// handle changes only in `close()`, which the owner calls on the queue that does all its work.
final class SQLiteConnection: @unchecked Sendable {
  private var handle: OpaquePointer?

  /// The longest text or row read or written, in bytes.
  static let longest: Int32 = 64 << 20

  /// Opens a file that exists; nothing is made.
  ///
  /// - Parameter patience: How long to wait for other programs, in seconds.
  init(path: String, patience: Double) throws(SQLiteError) {
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK else {
      let message = String(cString: sqlite3_errstr(code))
      sqlite3_close_v2(handle)
      handle = nil
      throw SQLiteError(code: code, message: message)
    }
    sqlite3_busy_timeout(handle, Int32(saturating: patience * 1000))
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Self.longest)
    try check(ez_sqlite_harden(handle))
  }

  deinit { sqlite3_close_v2(handle) }

  /// Closes the file; whatever is asked for later is refused.
  func close() {
    sqlite3_close_v2(handle)
    handle = nil
  }

  /// Whether the file can only be read.
  var isReadOnly: Bool { handle.map { sqlite3_db_readonly($0, "main") == 1 } ?? true }

  /// The number of the row inserted last.
  var lastInsertedRow: Int64 { handle.map { sqlite3_last_insert_rowid($0) } ?? 0 }

  /// Runs statements that give no rows.
  func execute(_ sql: String) throws(SQLiteError) {
    try check(sqlite3_exec(try open(), sql, nil, nil, nil))
  }

  /// Runs a statement and makes a value of each row.
  func rows<T>(
    _ sql: String, _ values: SQLiteValue..., each: (SQLiteRow) throws -> T
  ) throws -> [T] {
    let statement = try SQLiteStatement(sql, in: self)
    var made: [T] = []
    try statement.run(values) { made.append(try each($0)) }
    return made
  }

  /// The first column of the first row as a number; nil if there is none.
  func number(_ sql: String, _ values: SQLiteValue...) throws -> Int64? {
    var number: Int64?
    try SQLiteStatement(sql, in: self).run(values) { if number == nil { number = $0.integer(0) } }
    return number
  }

  /// The first column of the first row as a text; nil if there is none.
  func text(_ sql: String) throws -> String? {
    try rows(sql) { $0.text(0) }.first ?? nil
  }

  /// Does work that is stored as a whole or not at all, and keeps other writers out meanwhile.
  func transaction<T>(_ body: () throws -> T) throws -> T {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // A failed COMMIT may leave the transaction open; one that SQLite ended itself has nothing left.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// Sees one state of the file for all reads of the work.
  func snapshot<T>(_ body: () throws -> T) throws -> T {
    try execute("BEGIN")
    defer { try? execute("COMMIT") }
    return try body()
  }

  fileprivate func open() throws(SQLiteError) -> OpaquePointer {
    guard let handle else { throw SQLiteError(code: SQLITE_MISUSE, message: "the file is closed") }
    return handle
  }

  /// What SQLite says; of a file that is broken no word of it is repeated.
  private func message(_ code: Int32) -> String {
    guard let handle else { return "the file is closed" }
    let quotesFile = [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR].contains(code & 0xFF)
    return String(cString: quotesFile ? sqlite3_errstr(code) : sqlite3_errmsg(handle))
  }

  fileprivate func check(_ code: Int32) throws(SQLiteError) {
    guard code != SQLITE_OK else { return }
    throw SQLiteError(code: code, message: message(code))
  }
}

/// One prepared statement, to be run as often as wanted.
final class SQLiteStatement {
  private let connection: SQLiteConnection
  private var handle: OpaquePointer?

  init(_ sql: String, in connection: SQLiteConnection) throws(SQLiteError) {
    self.connection = connection
    try connection.check(sqlite3_prepare_v2(try connection.open(), sql, -1, &handle, nil))
  }

  deinit { sqlite3_finalize(handle) }

  /// Runs the statement with these values and hands on its rows.
  func run(_ values: [SQLiteValue], each: (SQLiteRow) throws -> Void = { _ in }) throws {
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
    }
    for (place, value) in values.enumerated() {
      let index = Int32(place + 1)
      switch value {
      case .integer(let number): try connection.check(sqlite3_bind_int64(handle, index, number))
      case .text(var text):
        let code = text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) { characters in
            characters.count > SQLiteConnection.longest
              ? SQLITE_TOOBIG
              : ez_sqlite_bind_text(handle, index, characters.baseAddress, Int32(characters.count))
          }
        }
        try connection.check(code)
      }
    }
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_ROW: try each(SQLiteRow(handle))
      case SQLITE_DONE: return
      case let code: try connection.check(code)
      }
    }
  }
}

/// A row of a result, valid until the next one; its columns are typed by what the file holds, which
/// may be anything.
struct SQLiteRow {
  private let statement: OpaquePointer?

  fileprivate init(_ statement: OpaquePointer?) { self.statement = statement }

  /// The whole number of a column; nil for anything else.
  func integer(_ column: Int32) -> Int64? {
    guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else { return nil }
    return sqlite3_column_int64(statement, column)
  }

  /// The text of a column; nil for anything else and for what is not UTF-8.
  func text(_ column: Int32) -> String? {
    guard sqlite3_column_type(statement, column) == SQLITE_TEXT,
      let bytes = sqlite3_column_text(statement, column)
    else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(
      validating: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
