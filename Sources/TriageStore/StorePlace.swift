import Basics
import Glibc

/// Where a verdict store lies.
package enum StorePlace: Hashable, Sendable {
  /// In the experiment's own folder, so that verdicts travel with the evidence.
  case besideExperiment
  /// In the user's data folder, and why not beside the experiment.
  case userData(reason: String)

  /// The file's name in either place; stores of several experiments in one folder share it.
  package static let fileName = "ezscope-verdicts.sqlite"

  /// Why nothing can be written into a folder; nil if it can, or if that cannot be told.
  static func obstacle(in folder: String) -> String? {
    if access(folder, W_OK | X_OK) == 0 { return nil }
    let reason = errno
    guard [EACCES, EPERM, EROFS, ENOENT, ENOTDIR].contains(reason) else { return nil }
    return "\(folder): \(String(cString: strerror(reason)))"
  }

  /// Makes a folder and those above it, private to the user.
  static func makeFolder(_ path: String) throws(VerdictStoreError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
      if mkdir(made, 0o700) != 0 && errno != EEXIST {
        // A parent that exists need not be writable; the last word is whether the folder is there.
        let reason = errno
        var status = stat()
        if stat(made, &status) == 0 { continue }
        throw VerdictStoreError(errno: reason, file: path)
      }
    }
  }

  /// Makes an empty file for a store, for the user alone, unless there is one; true if it was made.
  ///
  /// A link that leads nowhere is refused: whoever planted it would choose where the user writes.
  static func makeFile(_ path: String) throws(VerdictStoreError) -> Bool {
    var descriptor: Int32
    repeat {
      descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    } while descriptor < 0 && errno == EINTR
    if descriptor >= 0 {
      close(descriptor)
      return true
    }
    let reason = errno
    guard reason == EEXIST else {
      throw VerdictStoreError(errno: reason, file: path)
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw VerdictStoreError(.foreign, file: path, "is a link to a file that is not there")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw VerdictStoreError(.foreign, file: path, "is not a regular file")
    }
    return false
  }

  /// Makes the entry of a new file in a folder survive a power failure.
  static func syncFolder(of file: String) {
    let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// Which file a path leads to, to notice when it is moved or deleted under an open store.
struct FileIdentity: Equatable {
  private var device: UInt
  private var node: UInt

  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    node = UInt(status.st_ino)
  }
}
