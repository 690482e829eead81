import ScoringCore
import TestSupport

@testable import TriageStore

extension TemporaryFolder {
  /// The store file a test opens in the folder.
  var file: String { path + "/" + StorePlace.fileName }

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
