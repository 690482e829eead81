import Foundation
import Glibc
import ScoringCore

@testable import TriageStore

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/ezscope-triage-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The store file a test opens in the folder.
  var file: String { path + "/" + StorePlace.fileName }

  func open(_ name: String = "a") throws -> VerdictStore { try openStore(path, name) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }
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
