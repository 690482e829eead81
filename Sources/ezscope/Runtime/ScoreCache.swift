import Analysis
import Basics
import EvidenceIO
import Foundation
import ScoringCore
import TriageStore

/// Scores kept in the user's cache folder, so that evidence scored once opens with its table.
///
/// A column is found again by what the evidence's files are (device, inode, size, times), by the
/// program that scored it, the run and the attack. The folder holds at most `mostBytes`; what has
/// not been asked for the longest goes first. Small runs are not kept: scoring them is as quick.
struct ScoreCache: Sendable {
  private let folder: String
  /// What the evidence and the program are.
  private let identity: String
  private let names: [String]

  static let mostBytes = 512 << 20
  static let fewestSequences = 20_000
  /// An experiment of more files than this is not worth looking through.
  private static let mostFiles = 2_000

  /// Nil if the evidence comes from a pipe, or if there is no place for a cache.
  init?(
    of sources: EvidenceSources, runs: [RunInput],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    guard runs.contains(where: { $0.count >= Self.fewestSequences }),
      let folder = Self.folder(environment),
      let evidence = Self.identity(sources.all + sources.members + sources.nonMembers),
      let program = Self.identity(["/proc/self/exe"])
    else { return nil }
    self.folder = folder
    identity = program + evidence
    names = runs.map(\.run.name)
  }

  /// The cache as an analysis uses it.
  var memory: ProgressiveAnalysis.Memory {
    ProgressiveAnalysis.Memory(recall: { recall($0, $1) }, keep: { keep($1, run: $0) })
  }

  private func recall(_ run: Int, _ attack: String) -> ScoreColumn? {
    let key = key(run, attack)
    let path = path(of: key)
    guard let bytes = try? WholeFile.read(path, limit: Self.mostBytes) else { return nil }
    let column = CachedColumn.decode(bytes, key: key, attack: attack)
    if column == nil {
      unlink(path)
    } else {
      // Read means wanted: what nobody reads goes first.
      utimes(path, nil)
    }
    return column
  }

  private func keep(_ column: ScoreColumn, run: Int) {
    guard column.count >= Self.fewestSequences else { return }
    let key = key(run, column.attack)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      var file = try OutputFile.create(path(of: key), .texts)
      try file.write(CachedColumn.encode(column, key: key))
      try file.commit()
      removeOldest()
    } catch {
      // Nothing is lost but time: the next launch scores again.
    }
  }

  private func key(_ run: Int, _ attack: String) -> String {
    "\(identity)\n\(run) \(names[run])\n\(attack)"
  }

  private func path(of key: String) -> String {
    let hash = CachedColumn.hash(Array(key.utf8))
    return "\(folder)/\(String(hash, radix: 16)).scores"
  }

  private func removeOldest() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var files: [(path: String, size: Int, used: Int)] = []
    for name in names where name.hasSuffix(".scores") {
      var status = stat()
      let path = folder + "/" + name
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      files.append((path, Int(status.st_size), status.st_mtim.tv_sec))
    }
    var total = files.reduce(0) { $0 + $1.size }
    for file in files.sorted(by: { $0.used < $1.used }) where total > Self.mostBytes {
      unlink(file.path)
      total -= file.size
    }
  }

  /// `$XDG_CACHE_HOME/ezscope/scores`, or the same under `~/.cache`.
  static func folder(_ environment: [String: String]) -> String? {
    UserFolders(environment: environment).folder(.cache).map { $0 + "/scores" }
  }

  /// What files are, those of folders included; nil if they are no files or too many.
  private static func identity(_ paths: [String]) -> String? {
    var lines = ""
    var count = 0
    for path in paths {
      guard let own = identity(ofFile: path) else { return nil }
      lines += own
      guard own.hasPrefix("d") else { continue }
      let inside = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String }
      for name in (inside ?? []).sorted() where !name.contains(StorePlace.fileName) {
        count += 1
        guard count <= mostFiles else { return nil }
        if let line = identity(ofFile: path + "/" + name), line.hasPrefix("f") { lines += line }
      }
    }
    return lines
  }

  private static func identity(ofFile path: String) -> String? {
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
