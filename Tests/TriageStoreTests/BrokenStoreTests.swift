import Foundation
import TestSupport
import Testing

@testable import TriageStore

/// Stores and files of verdicts that are broken: each opens, or is refused by name.
@Suite(.serialized) struct BrokenStoreTests {
  private static let pieces = [
    ",", "\"", "\n", "\r", ";", "{", "}", "leaked", "2026-13-45T99:99:99Z", "\\ud800", "null", "é",
    "\u{0}", "-9223372036854775808", "CREATE TABLE", "TRIGGER",
  ]
  private static var seed: UInt64 {
    UInt64(ProcessInfo.processInfo.environment["EZSCOPE_SEED"] ?? "")
      ?? UInt64.random(in: 0...UInt64.max)
  }

  @Test func stores() throws {
    let whole = try TemporaryFolder()
    let made = try whole.open()
    for number in 0..<20 { _ = try made.append(mark(number, ["id \(number)"], note: "Quentin")) }
    _ = made.finish(within: 5)
    try whole.change("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
    let bytes = try whole.raw(StorePlace.fileName)
    var mutator = Mutator(seed: Self.seed)
    let rounds = max(1, Mutator.rounds / 4)
    var read = 0
    for _ in 0..<rounds {
      let folder = try TemporaryFolder()
      // Not longer or shorter as a rule: SQLite counts pages.
      var broken = bytes
      for _ in 0..<Int.random(in: 1...6, using: &mutator.random) {
        let place = Int.random(in: 0..<broken.count, using: &mutator.random)
        broken[place] = UInt8.random(in: 0...255, using: &mutator.random)
      }
      if mutator.once(in: 6) { broken = mutator.broken(broken, pieces: Self.pieces) }
      try folder.write(StorePlace.fileName, broken)
      do {
        let store = try folder.open()
        if try !store.load().isEmpty { read += 1 }
        _ = try store.append(mark(99, ["new"]))
        #expect(try store.load()["new"] != nil)
        _ = store.finish(within: 5)
      } catch {
        #expect(error is VerdictStoreError, "\(error)")
        // Never a row's content in an error.
        #expect(!"\(error)".contains("Quentin"))
      }
    }
    mutator.report("store", rounds, read: read)
    #expect(read > 0)
  }

  @Test(arguments: VerdictFiles.Format.allCases)
  func filesOfVerdicts(_ format: VerdictFiles.Format) {
    var mutator = Mutator(seed: Self.seed)
    let seed =
      switch format {
      case .csv:
        "id,verdict,note,time,author\na,leaked,\"x, y\",2026-03-01T12:00:00Z,ann\nb,benign,,,\n"
      case .jsonl:
        "{\"id\":\"a\",\"verdict\":\"leaked\",\"note\":\"x\"}\n{\"id\":\"b\",\"note\":\"\"}\n"
      }
    var read = 0
    for _ in 0..<Mutator.rounds {
      let bytes = mutator.broken(Array(seed.utf8), pieces: Self.pieces)
      if !VerdictFiles.read(bytes, as: format, file: "x").records.isEmpty { read += 1 }
    }
    mutator.report("verdicts \(format)", Mutator.rounds, read: read)
    #expect(read > 0)
  }
}
