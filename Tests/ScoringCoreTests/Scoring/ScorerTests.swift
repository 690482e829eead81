import Basics
import ScoringCore
import Synchronization
import Testing

@Suite struct ScorerTests {
  private static func records(_ count: Int, seed: UInt64) -> [Record] {
    var numbers = SplitMix64(seed: seed)
    return (0..<count).map { index in
      var record = Record.random(positions: index % 50, infinities: true, from: &numbers)
      record.text = "text \(numbers.next())"
      record.means = record.target?.map { _ in -1 }
      record.stds = record.target?.map { _ in 0.5 }
      return record
    }
  }

  private static func scores(_ table: EvidenceTable) throws -> [ScoreColumn] {
    let available = Scorer.availability(of: AttackCatalog.defaults, for: table)
      .filter { $0.problem == nil }.map(\.attack)
    #expect(available.count > 10)
    return try #require(try Scorer(available, for: table).scores())
  }

  @Test(arguments: [1, 7, 100])
  func shardsAgreeWithTheWhole(_ chunkSize: Int) throws {
    let records = Self.records(300, seed: 41)
    let whole = try Self.scores(EvidenceTable(records))
    let shards = try Self.scores(EvidenceTable(records, chunkSize: chunkSize))
    for (left, right) in zip(whole, shards) {
      #expect(left.attack == right.attack && left.statuses == right.statuses)
      #expect(records.indices.allSatisfy { left[$0] == right[$0] })
      #expect(left.zones?.up == right.zones?.up && left.zones?.down == right.zones?.down)
      #expect(left.zones?.errors == right.zones?.errors)
      #expect(left.zones?.skipped == right.zones?.skipped)
    }
  }

  @Test func orderOfSequencesDoesNotMatter() throws {
    let records = Self.records(2500, seed: 42)
    let forward = try Self.scores(EvidenceTable(records))
    let backward = try Self.scores(EvidenceTable(records.reversed()))
    for (left, right) in zip(forward, backward) {
      #expect(records.indices.allSatisfy { left[$0] == right[records.count - 1 - $0] })
    }
  }

  @Test(arguments: [0, 1, 2, 1023, 1024, 1025])
  func everySequenceHasAResult(_ count: Int) throws {
    var record = Record(target: [-1, -2], reference: [-2, -1])
    record.ranks = [2, 2]
    let attacks: [any Attack] = [Loss(), ErrorZone()]
    let table = try EvidenceTable(Array(repeating: record, count: count))
    guard count > 0 else {
      // A table without sequences has no evidence either.
      #expect(throws: MissingEvidence.self) { try Scorer(attacks, for: table) }
      return
    }
    let columns = try #require(try Scorer(attacks, for: table).scores())
    #expect(columns.map(\.count) == [count, count])
    #expect(columns[0].values == Array(repeating: -1.5, count: count))
    #expect(columns[1].zones?.errors == Array(repeating: 1, count: count))
    #expect(columns[0].zones == nil)
  }

  @Test func progressEndsAtTheNumberOfSequences() throws {
    let table = try EvidenceTable(Self.records(5000, seed: 43), chunkSize: 1700)
    let reports = Mutex<[Int]>([])
    _ = try Scorer([Loss()], for: table).scores(progress: { done in
      reports.withLock { $0.append(done) }
    })
    // Seven blocks of at most 256 for each chunk of 1,700 and 1,600.
    let sorted = reports.withLock { $0.sorted() }
    #expect(sorted.count == 21 && sorted.last == 5000 && Set(sorted).count == 21)
  }

  @Test func cancellingGivesNoScores() throws {
    let table = try EvidenceTable(Self.records(5000, seed: 44))
    let scorer = try Scorer([Loss()], for: table)
    let atOnce = scorer.scores(isCancelled: { true }) == nil
    #expect(atOnce)
    let asked = Mutex(0)
    let halfway = scorer.scores(isCancelled: {
      asked.withLock { count in
        count += 1
        return count > 2
      }
    })
    let cancelled = halfway == nil
    #expect(cancelled)
  }

  @Test func oneSequenceAtATimeAgrees() throws {
    let records = Self.records(60, seed: 45)
    let table = try EvidenceTable(records, chunkSize: 13)
    let scorer = try Scorer([ErrorZone(), Loss()], for: table)
    let column = try #require(scorer.scores()?.first)
    #expect(records.indices.allSatisfy { scorer.score($0) == column[$0] })
    let none = try Scorer([], for: table)
    #expect(none.score(0) == nil && none.scores()?.isEmpty == true)
  }
}
