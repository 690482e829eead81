import EvidenceIO
import FoundationEssentials
import Glibc
import TriageStore

/// What the files of some evidence are: device, inode, size and times, those in folders included.
///
/// Two that are equal are of the same bytes, unless somebody meant to deceive.
struct EvidenceIdentity: Hashable, Sendable {
  /// A line per file.
  let lines: String

  /// Evidence of more files than this is not worth looking through.
  private static let mostFiles = 2_000

  /// Nil if something is no file or folder that can be read, or if there are too many files.
  init?(of paths: [String]) {
    var lines = ""
    var count = 0
    for path in paths {
      guard let own = Self.line(of: path) else { return nil }
      lines += own
      guard own.hasPrefix("d") else { continue }
      guard let inside = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
        return nil
      }
      for name in inside.sorted() where !name.contains(StorePlace.fileName) {
        count += 1
        guard count <= Self.mostFiles else { return nil }
        if let line = Self.line(of: path + "/" + name), line.hasPrefix("f") { lines += line }
      }
    }
    self.lines = lines
  }

  init?(of sources: EvidenceSources) {
    self.init(of: sources.all + sources.members + sources.nonMembers)
  }

  private static func line(of path: String) -> String? {
    var status = stat()
    guard path != "-", stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    // A folder's times change with every verdict; its files say what it holds.
    case S_IFDIR: return "d \(status.st_dev) \(status.st_ino)\n"
    case S_IFREG:
      let (modified, changed) = (status.st_mtim, status.st_ctim)
      return "f \(status.st_dev) \(status.st_ino) \(status.st_size) "
        + "\(modified.tv_sec).\(modified.tv_nsec) \(changed.tv_sec).\(changed.tv_nsec)\n"
    default: return nil
    }
  }
}
