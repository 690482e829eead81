import Analysis
import Basics
import EvidenceIO
import FoundationEssentials
import Glibc
import ScoringCore

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

  /// Nil if the evidence comes from a pipe, or if there is no place for a cache.
  init?(
    of sources: EvidenceSources, runs: [RunInput],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    guard runs.contains(where: { $0.count >= Self.fewestSequences }),
      let folder = Self.folder(environment),
      let evidence = EvidenceIdentity(of: sources),
      let program = EvidenceIdentity(of: ["/proc/self/exe"])
    else { return nil }
    self.folder = folder
    identity = program.lines + evidence.lines
    names = runs.map(\.run.name)
  }

  /// The cache as an analysis uses it.
  var memory: ProgressiveAnalysis.Memory {
    ProgressiveAnalysis.Memory(recall: { recall($0, $1) }, keep: { keep($1, run: $0) })
  }

  private func recall(_ run: Int, _ attack: String) -> ScoreColumn? {
    let key = key(run, attack)
    let path = path(of: key)
    guard let bytes = try? WholeFile.readOwn(path, limit: Self.mostBytes) else { return nil }
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
}
