import Basics
import Glibc

/// The hidden files beside a destination that hold an output while it has to have a name.
///
/// Whoever writes one keeps it locked, so that what a killed process left is told from what another
/// one, on whatever machine, is writing.
enum PartFiles {
  /// A name nobody can foresee for what becomes `destination`.
  static func name(_ destination: String) -> String {
    Folder.join(
      Folder.parent(destination),
      "\(prefix(destination))\(getpid()).\(UInt32.random(in: 0...(.max)))\(suffix)")
  }

  /// Locks a part file for as long as it is open.
  static func lock(_ descriptor: Int32) { _ = flock(descriptor, LOCK_EX | LOCK_NB) }

  /// Removes what a killed process of the same user left beside a destination.
  static func removeLeft(beside destination: String) {
    let folder = Folder.parent(destination)
    let start = prefix(destination)
    for name in (try? Folder.allNames(folder)) ?? []
    where name.hasPrefix(start) && name.hasSuffix(suffix) {
      let numbers = name.dropFirst(start.count).dropLast(suffix.count).split(separator: ".")
      guard numbers.count == 2, numbers.allSatisfy({ UInt32($0) != nil }) else { continue }
      removeIfLeft(Folder.join(folder, name))
    }
  }

  private static let suffix = ".part"

  private static func prefix(_ destination: String) -> String {
    let name = destination.split(separator: "/").last.map(String.init) ?? destination
    return ".\(name.utf8.count < 200 ? name : "output")."
  }

  private static func removeIfLeft(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return }
    unlink(path)
  }
}
