import Basics
import EvidenceIO
import FoundationEssentials
import Glibc
import ScoringCore
import TriageStore

/// Which sequences verdicts are on, and where they are kept.
struct TriageSubject: Sendable {
  /// The folder of the evidence; nil if it came from standard input or a pipe.
  let folder: String?
  /// Where verdicts go if that folder cannot be written; nil without a home.
  let fallback: String?
  private let runs: [Experiment.RunSource]

  init(
    paths: [String], runs: [Experiment.RunSource],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    folder = paths.lazy.compactMap(Self.folder).first
    fallback = UserFolders(environment: environment).folder(.data)
    self.runs = runs
  }

  private static func folder(of path: String) -> String? {
    var status = stat()
    guard path != "-", stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return path
    case S_IFREG:
      guard let slash = path.lastIndex(of: "/") else { return "." }
      return slash == path.startIndex ? "/" : String(path[..<slash])
    default: return nil
    }
  }

  /// Takes as long as reading every id and text once.
  var fingerprint: Fingerprint {
    let tables = runs.compactMap { if case .evidence(let table) = $0 { table } else { nil } }
    guard tables.isEmpty else { return Fingerprint(of: tables) }
    // Scores have no texts: their ids are all there is to tell them by.
    var fingerprint = Fingerprint()
    for id in ids { fingerprint.add(id: id, text: "") }
    return fingerprint
  }

  /// Every sequence's id, whichever runs have it.
  var ids: Set<String> {
    var ids: Set<String> = []
    var known: TextColumn?
    for run in runs {
      let column = run.ids
      if let known, known.holdsSameTexts(as: column) { continue }
      known = known ?? column
      for index in 0..<column.count { ids.insert(column[index]) }
    }
    return ids
  }

  /// How many sequences there are; ids are unique within a run.
  var count: Int {
    guard let first = runs.first?.ids else { return 0 }
    return runs.dropFirst().allSatisfy { first.holdsSameTexts(as: $0.ids) }
      ? first.count : ids.count
  }
}

extension TriageSubject {
  /// Opens the store, making it if there is none.
  func openStore(_ fingerprint: Fingerprint) throws(VerdictStoreError) -> VerdictStore {
    try VerdictStore.open(
      experimentFolder: folder, fingerprint: fingerprint, fallbackDirectory: fallback)
  }

  /// Whether there is something to read: looking at evidence leaves no file behind.
  func hasStore(_ fingerprint: Fingerprint) -> Bool {
    VerdictStore.isWorthOpening(
      experimentFolder: folder, fingerprint: fingerprint, fallbackDirectory: fallback)
  }
  /// What is stored; reading makes no file.
  func stored() throws(VerdictStoreError) -> [String: VerdictStore.Entry] {
    let fingerprint = fingerprint
    guard hasStore(fingerprint) else { return [:] }
    let store = try openStore(fingerprint)
    let entries = try store.load()
    _ = store.finish(within: 2)
    return entries
  }
}
