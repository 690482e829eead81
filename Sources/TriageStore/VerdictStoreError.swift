import Basics
import CSQLite
import Glibc

/// Why verdicts cannot be read or stored; nothing that was acknowledged is lost by it.
package struct VerdictStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What sort of failure it is.
  package enum Kind: Sendable {
    /// Another program holds the file and did not let go in time.
    case locked
    /// The file is damaged, or not a verdict store.
    case corrupt
    /// Something else than a verdict store lies in its place, such as a planted link.
    case foreign
    /// A newer version of the program wrote the file.
    case newerSchema
    /// The file or its folder may not be written, and there is no other place.
    case readOnly
    /// No room is left on the device.
    case diskFull
    /// The file was moved or deleted while it was open.
    case removed
    /// Reading or writing failed in another way.
    case inputOutput
  }

  /// What sort of failure it is.
  package var kind: Kind
  /// The file concerned.
  package var file: String
  /// What is wrong.
  package var problem: String
  /// What to do about it.
  package var remedy: String

  package init(_ kind: Kind, file: String, _ problem: String) {
    self.kind = kind
    self.file = file
    self.problem = problem
    remedy = Self.remedy(kind, file: file)
  }

  /// An error of SQLite by its result code, extended or not.
  package init(sqliteCode code: Int32, message: String, file: String) {
    let kind: Kind
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: kind = .locked
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: kind = .corrupt
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH:
      // SQLite has one code for what may not be opened and for a disk that fails once.
      kind = access(file, W_OK) == 0 ? .inputOutput : .readOnly
    case SQLITE_FULL: kind = .diskFull
    default: kind = .inputOutput
    }
    self.init(kind, file: file, "SQLite says: \(message)")
  }

  /// A failed call of the system, by its `errno`.
  init(errno code: Int32, file: String) {
    let kind: Kind
    switch code {
    case EACCES, EPERM, EROFS, ENOENT, ENOTDIR: kind = .readOnly
    case ENOSPC, EDQUOT: kind = .diskFull
    default: kind = .inputOutput
    }
    self.init(kind, file: file, String(cString: strerror(code)))
  }

  /// Whatever this module threw.
  init(_ error: any Error, file: String) {
    switch error {
    case let error as VerdictStoreError: self = error
    case let error as SQLiteError:
      self.init(sqliteCode: error.code, message: error.message, file: file)
    default: self.init(.inputOutput, file: file, "\(error)")
    }
  }

  /// One line, `file: problem; remedy`, safe to print.
  package var description: String {
    SafeText.oneLine("\(file): \(problem); \(remedy)", limit: 600)
  }

  private static func remedy(_ kind: Kind, file: String) -> String {
    switch kind {
    case .locked:
      "close the program that holds the file, then try again"
    case .corrupt:
      "keep a copy, rescue what can be read with `sqlite3 FILE .recover`, then move the file away:"
        + " a new one is made"
    case .foreign: "remove what lies there, or move the evidence to a folder of your own"
    case .newerSchema: "update ezscope"
    case .readOnly:
      "make the folder writable, or set XDG_DATA_HOME to a folder that is"
    case .diskFull: "free some space, then try again"
    case .removed:
      "put the file back, or export the verdicts still shown and start again"
    case .inputOutput: "check the disk and the folder's permissions, then try again"
    }
  }
}
