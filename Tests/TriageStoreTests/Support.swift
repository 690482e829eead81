import CSQLite
import ScoringCore
import TestSupport
import Testing

@testable import TriageStore

extension TemporaryFolder {
  /// The store file a test opens in the folder.
  var file: String { path + "/" + StorePlace.fileName }

  /// Changes the store file as another program would.
  func change(_ statements: String) throws {
    var database: OpaquePointer?
    defer { sqlite3_close_v2(database) }
    try #require(sqlite3_open(file, &database) == SQLITE_OK)
    let code = sqlite3_exec(database, statements, nil, nil, nil)
    try #require(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(database)))")
  }

  func open(_ name: String = "a") throws -> VerdictStore { try openStore(path, name) }
}

func openStore(_ folder: String, _ name: String = "a") throws -> VerdictStore {
  try VerdictStore.open(
    experimentFolder: folder, fingerprint: fingerprint(name), fallbackDirectory: nil)
}

func fingerprint(_ name: String) -> Fingerprint {
  var fingerprint = Fingerprint()
  fingerprint.add(id: name, text: "")
  return fingerprint
}

func mark(_ number: Int, _ ids: [String], _ verdict: Verdict = .leaked, note: String = "")
  -> TriageStep
{
  TriageStep(
    number: number, origin: .mark,
    changes: ids.map {
      TriageChange(id: $0, from: .none, to: Judgement(verdict, note: note), by: "me", at: 5)
    })
}

func current(_ store: VerdictStore) throws -> [String: Judgement] {
  try store.load().mapValues(\.change.new)
}
