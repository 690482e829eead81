import GRDB

/// The tables of a verdict store, and how older files become current ones.
///
/// `change` is the only truth: it is appended to, and the current verdict of a sequence is its last row.
enum Migrations {
  /// Marks a file as ours among SQLite files: "ezVC".
  static let applicationID = 0x657A_5643

  /// The version this program writes.
  static var current: Int { steps.count }

  /// Step i leads from version i to version i + 1; steps that were released never change.
  private static let steps = [
    """
    CREATE TABLE experiment (
      number INTEGER PRIMARY KEY,
      fingerprint TEXT NOT NULL UNIQUE
    );
    CREATE TABLE change (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      experiment INTEGER NOT NULL REFERENCES experiment (number),
      id TEXT NOT NULL,
      old_verdict TEXT NOT NULL, old_note TEXT NOT NULL,
      new_verdict TEXT NOT NULL, new_note TEXT NOT NULL,
      author TEXT NOT NULL,
      time INTEGER NOT NULL,
      origin TEXT NOT NULL
    );
    CREATE INDEX change_of_id ON change (experiment, id, sequence);
    """
  ]

  /// Brings a file to the current version inside one transaction.
  ///
  /// - Throws: `newerSchema` or `corrupt` without touching the file, or what SQLite throws.
  static func migrate(_ database: Database, file: String) throws {
    if try version(database, file: file) == current { return }
    try database.inTransaction(.immediate) {
      // Another program may have done it since.
      for step in try version(database, file: file)..<current {
        try database.execute(sql: steps[step])
        try database.execute(sql: "PRAGMA user_version = \(step + 1)")
      }
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      return .commit
    }
  }

  /// The version of a file, 0 for an empty one.
  static func version(_ database: Database, file: String) throws -> Int {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    if application != applicationID && tables > 0 {
      throw VerdictStoreError(.corrupt, file: file, "this SQLite file does not hold verdicts")
    }
    guard version <= current else {
      throw VerdictStoreError(
        .newerSchema, file: file,
        "version \(version) of the file is newer than \(current), the newest known here")
    }
    return version
  }
}
