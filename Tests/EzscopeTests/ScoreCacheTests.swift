import Analysis
import EvidenceIO
import Foundation
import ScoringCore
import TestSupport
import Testing

@testable import ezscope

@Suite struct ScoreCacheTests {
  private static func column(zones hasZones: Bool) -> ScoreColumn {
    let count = 50
    var zones: ZoneColumns?
    if hasZones {
      var columns = ZoneColumns()
      columns.up = (0..<count).map { Double($0) / 3 }
      columns.down = (0..<count).map { Double($0) / 7 }
      columns.errors = (0..<count).map { Int32($0) }
      columns.skipped = 4
      zones = columns
    }
    var values: [Double] = (0..<count).map { Double($0) * 0.1 }
    var statuses = [ScoreStatus](repeating: .ordinary, count: count)
    if count > 4 {
      (values[3], statuses[3]) = (.nan, .undefined)
      (values[4], statuses[4]) = (.infinity, .forcedNoErrors)
    }
    return ScoreColumn(attack: "ez", values: values, statuses: statuses, zones: zones)
  }

  @Test(arguments: [false, true])
  func columnsComeBackBitByBit(_ hasZones: Bool) throws {
    let column = Self.column(zones: hasZones)
    let bytes = CachedColumn.encode(column, key: "key")
    let read = try #require(CachedColumn.decode(bytes, key: "key", attack: "ez"))
    #expect(read.values.map(\.bitPattern) == column.values.map(\.bitPattern))
    #expect(read.statuses == column.statuses)
    #expect((read.zones == nil) == !hasZones)
    #expect(read.zones?.up == column.zones?.up && read.zones?.down == column.zones?.down)
    #expect(read.zones?.errors == column.zones?.errors)
    #expect(read.zones?.skipped == column.zones?.skipped)
  }

  @Test func whatWasNotWrittenIsNotRead() {
    let bytes = CachedColumn.encode(Self.column(zones: true), key: "key")
    #expect(CachedColumn.decode(bytes, key: "other", attack: "ez") == nil)
    for length in 0..<bytes.count {
      #expect(CachedColumn.decode(Array(bytes.prefix(length)), key: "key", attack: "ez") == nil)
    }
    for place in stride(from: 0, to: bytes.count, by: 7) {
      var changed = bytes
      changed[place] ^= 0x20
      #expect(CachedColumn.decode(changed, key: "key", attack: "ez") == nil)
    }
  }

  /// Scores are found again for the same file, and not once it has changed.
  @Test func scoresBelongToTheFilesTheyWereComputedFrom() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("evidence.jsonl", "one")
    let count = ScoreCache.fewestSequences
    let scores = ScoreTable(
      run: Run(name: "made"), ids: TextColumn((0..<count).map { "s\($0)" }),
      labels: Array(repeating: .member, count: count), columns: [])
    let runs = [RunInput(.scores(scores), primary: [])]
    let environment = ["XDG_CACHE_HOME": folder.path + "/cache"]
    func cache() -> ScoreCache? {
      ScoreCache(of: EvidenceSources([file]), runs: runs, environment: environment)
    }
    let column = ScoreColumn(
      attack: "loss", values: (0..<count).map(Double.init),
      statuses: Array(repeating: .ordinary, count: count))
    let first = try #require(cache())
    #expect(first.memory.recall(0, "loss") == nil)
    first.memory.keep(0, column)
    #expect(try #require(cache()).memory.recall(0, "loss")?.values == column.values)
    #expect(try #require(cache()).memory.recall(0, "ez") == nil)
    _ = try folder.write("evidence.jsonl", "another")
    #expect(try #require(cache()).memory.recall(0, "loss") == nil)
    #expect(ScoreCache(of: EvidenceSources(["-"]), runs: runs, environment: environment) == nil)
    #expect(ScoreCache(of: EvidenceSources([file]), runs: runs, environment: [:]) == nil)
  }
}
