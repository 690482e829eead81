import Basics
import Glibc
import Synchronization

/// The files this process has read, so that no output replaces one of them.
///
/// Kept for the whole process, because every command reads before it writes and none should have to
/// pass on what it read.
enum InputFiles {
  /// What a file is, whatever it is called.
  struct Identity: Hashable {
    let device: UInt64
    let node: UInt64

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      node = UInt64(status.st_ino)
    }
  }

  private static let known = Mutex<[Identity: String]>([:])

  /// Remembers an open file, if it is one that could be replaced.
  static func note(_ descriptor: Int32, _ path: String) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    known.withLock { $0[Identity(status)] = path == "-" ? "/proc/self/fd/\(descriptor)" : path }
  }

  /// The paths of all of them, in order; those of nameless files, such as standard input, are left
  /// out.
  static var paths: [String] {
    known.withLock { $0.values.filter { !$0.hasPrefix("/proc/") } }.map(absolute).sorted()
  }

  /// The path with its links followed, so that one file has one name.
  private static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether a file is one that was read and is still where it was.
  ///
  /// The second, because the system gives numbers of files that are gone to new ones.
  static func contains(_ status: stat) -> Bool {
    let identity = Identity(status)
    guard let path = known.withLock({ $0[identity] }) else { return false }
    var now = stat()
    return stat(path, &now) == 0 && Identity(now) == identity
  }
}
