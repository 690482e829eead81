/// The tables of a verdict store, and how older files become current ones.
///
/// `change` is the only truth: it is appended to, and the current verdict of a sequence is its last row.
/// A file is used only if it holds exactly what these steps make: a trigger, a view or a column of
/// somebody else's could drop or forge verdicts that are reported as stored.
enum StoreSchema {
  /// Marks a file as ours among SQLite files: "ezVC".
  static let applicationID: Int64 = 0x657A_5643

  /// The version this program writes.
  static var current: Int { steps.count }

  /// Step i leads from version i to version i + 1; steps that were released never change.
  private static let steps = [
    [
      """
      CREATE TABLE experiment (
        number INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL UNIQUE
      )
      """,
      """
      CREATE TABLE change (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        experiment INTEGER NOT NULL REFERENCES experiment (number),
        id TEXT NOT NULL,
        old_verdict TEXT NOT NULL, old_note TEXT NOT NULL,
        new_verdict TEXT NOT NULL, new_note TEXT NOT NULL,
        author TEXT NOT NULL,
        time INTEGER NOT NULL,
        origin TEXT NOT NULL
      )
      """,
      "CREATE INDEX change_of_id ON change (experiment, id, sequence)",
    ]
  ]

  /// Brings a file to the current version inside one transaction.
  ///
  /// - Throws: `newerSchema` or `corrupt` without touching the file, or what SQLite throws.
  static func migrate(_ database: SQLiteConnection, file: String) throws {
    if try version(database, file: file) == current { return }
    try database.transaction {
      // Another program may have done it since.
      for step in try version(database, file: file)..<current {
        for statement in steps[step] { try database.execute(statement) }
        try database.execute("PRAGMA user_version = \(step + 1)")
      }
      try database.execute("PRAGMA application_id = \(applicationID)")
    }
  }

  /// The version of a file, 0 for an empty one, known to hold the tables of that version and no more.
  static func version(_ database: SQLiteConnection, file: String) throws -> Int {
    let application = try database.number("PRAGMA application_id")
    let objects = try Set(
      database.rows(
        """
        SELECT type, sql FROM sqlite_master
        WHERE NOT (name LIKE 'sqlite~_%' ESCAPE '~' AND type IN ('table', 'index'))
        """
      ) { row in
        SchemaObject(type: row.text(0) ?? "", sql: row.text(1) ?? "")
      })
    if application != applicationID && !objects.isEmpty {
      throw VerdictStoreError(.corrupt, file: file, "this SQLite file does not hold verdicts")
    }
    let written = try database.number("PRAGMA user_version") ?? 0
    guard let version = Int(exactly: written), version >= 0 else {
      throw VerdictStoreError(.corrupt, file: file, "the file has no version there can be")
    }
    guard version <= current else {
      throw VerdictStoreError(
        .newerSchema, file: file,
        "version \(version) of the file is newer than \(current), the newest known here")
    }
    let expected = Set(steps[..<version].joined().map(SchemaObject.init(making:)))
    if let foreign = objects.subtracting(expected).first {
      let kinds = ["trigger", "view", "table", "index"]
      let kind = kinds.contains(foreign.type) ? foreign.type : "object"
      throw VerdictStoreError(
        .corrupt, file: file, "the file holds a \(kind) that ezscope did not make")
    }
    guard expected.isSubset(of: objects) else {
      throw VerdictStoreError(.corrupt, file: file, "the file lacks a table of verdicts")
    }
    return version
  }

  /// What SQLite keeps of a table, an index, a trigger or a view: its kind and its statement.
  private struct SchemaObject: Hashable {
    var type: String
    var sql: String

    init(type: String, sql: String) { (self.type, self.sql) = (type, sql) }

    init(making statement: String) {
      self.init(
        type: statement.hasPrefix("CREATE TABLE") ? "table" : "index", sql: statement)
    }
  }
}
