import Basics
import ScoringCore
import Testing

/// The ways to find errors, and the ways to sum them, agree.
@Suite struct ErrorZonePathsTests {
  static let attacks = [
    "ez", "ez:first=keep", "ez:policy=released", "ez:aggregate=difference", "ez:aggregate=mean",
    "ez:aggregate=positive-fraction",
  ]

  private static func records(seed: UInt64, infinities: Bool) -> [Record] {
    var numbers = SplitMix64(seed: seed)
    return (0..<3).flatMap { _ in
      (0...70).map { Record.random(positions: $0, infinities: infinities, from: &numbers) }
    }
  }

  /// Scores of the same sequences, once as given and once after a change that must not matter.
  private func expectSame(
    _ attack: String, _ records: [Record], within tolerance: Double = 1e-12,
    _ change: (inout Record) -> Void
  ) throws {
    let changed = records.map { record in
      var record = record
      change(&record)
      return record
    }
    let before = try column(attack, EvidenceTable(records))
    let after = try column(attack, EvidenceTable(changed))
    let different = records.indices.filter {
      !agree(before[$0], after[$0], within: tolerance)
        || before.zones?.errors[$0] != after.zones?.errors[$0]
    }
    #expect(different.isEmpty)
    #expect(before.zones?.skipped == after.zones?.skipped)
  }

  @Test(arguments: attacks, [UInt64](1...4))
  func vectorsAgreeWithScalars(_ attack: String, _ seed: UInt64) throws {
    // A mask, even of ones, takes the general path.
    try expectSame(attack, Self.records(seed: seed, infinities: seed % 2 == 0)) {
      $0.scored = Array(repeating: 1, count: $0.positions)
    }
  }

  /// The exponential of the fast path is a series, good to eleven digits.
  @Test(
    arguments: [
      "soft-ez", "soft-ez:first=keep", "soft-ez:smoothing=0", "ez:zone=soft:aggregate=mean",
      "ez:zone=soft:aggregate=difference",
    ], [UInt64](1...4))
  func softWeightsAgreeWithTheExponential(_ attack: String, _ seed: UInt64) throws {
    try expectSame(attack, Self.records(seed: seed, infinities: seed % 2 == 0), within: 1e-8) {
      $0.scored = Array(repeating: 1, count: $0.positions)
    }
  }

  /// No ranks, no first choices: log-probabilities are all it takes, and a text scores alone.
  @Test func theSoftZoneIsOfEz() throws {
    let records = Self.records(seed: 9, infinities: true).map { record in
      var record = record
      (record.ranks, record.top1IDs) = (nil, nil)
      return record
    }
    let table = try EvidenceTable(records)
    let soft = try column("soft-ez:smoothing=2", table)
    let zone = try column(
      "ez:zone=soft:aggregate=smoothed-log-ratio:smoothing=2:min-errors=1", table)
    #expect(records.indices.allSatisfy { soft[$0] == zone[$0] })
    #expect(soft.statuses.allSatisfy { [.ordinary, .insufficient, .nonFinite].contains($0) })
    for (row, record) in records.enumerated() where record.positions > 2 {
      #expect(soft.statuses[row] != .insufficient)
    }
  }

  @Test func whatATokenAddsSumsToTheDifference() throws {
    let records = Self.records(seed: 10, infinities: false)
    let table = try EvidenceTable(records)
    let column = try column("ez:zone=soft:aggregate=difference:min-errors=1", table)
    for row in records.indices where records[row].positions > 1 {
      let (chunk, index) = table.locate(row)
      let shifts = SoftErrorZone().zoneAttack.softShifts(chunk.sequence(index))
      let sum = shifts?.filter { !$0.isNaN }.reduce(0, +)
      #expect(agree(.ordinary(sum ?? .nan), column[row], within: 1e-8))
    }
  }

  @Test(arguments: attacks, [UInt64](5...6))
  func ranksAgreeWithFirstChoices(_ attack: String, _ seed: UInt64) throws {
    let records = Self.records(seed: seed, infinities: seed == 6)
    try expectSame(attack, records) { $0.ranks = nil }
    try expectSame(attack, records) {
      $0.ranks = nil
      $0.top1IDs = nil
    }
    // A record without ranks in a chunk that has them.
    try expectSame(attack, records) {
      if $0.positions % 2 == 0 { $0.ranks = nil }
    }
  }

  @Test(arguments: attacks)
  func unscoredPositionsAreAsIfAbsent(_ attack: String) throws {
    let records = Self.records(seed: 7, infinities: false).filter { $0.positions > 1 }
    var numbers = SplitMix64(seed: 8)
    let masks = records.map { record in
      [1] + (1..<record.positions).map { _ in UInt8.random(in: 0...1, using: &numbers) }
    }
    let masked = zip(records, masks).map { record, mask in
      var record = record
      record.scored = mask
      return record
    }
    let compacted = zip(records, masks).map { record, mask in
      var short = Record()
      let kept = mask.indices.filter { mask[$0] == 1 }
      short.target = record.target.map { column in kept.map { column[$0] } }
      short.reference = record.reference.map { column in kept.map { column[$0] } }
      short.ranks = record.ranks.map { column in kept.map { column[$0] } }
      return short
    }
    let left = try column(attack, EvidenceTable(masked))
    let right = try column(attack, EvidenceTable(compacted))
    #expect(records.indices.filter { !agree(left[$0], right[$0]) }.isEmpty)
  }

  @Test(arguments: ["ez", "ez:aggregate=median", "ez:zone=rank-gt-5", "ref-diff"])
  func oneConstantAddedToBothModelsChangesNothing(_ attack: String) throws {
    // Eighths stay exact in Float.
    try expectSame(attack, Self.records(seed: 9, infinities: false)) {
      $0.target = $0.target?.map { $0 - 3.125 }
      $0.reference = $0.reference?.map { $0 - 3.125 }
      $0.top1Logprobs = $0.top1Logprobs?.map { $0 - 3.125 }
    }
  }

  @Test func longSequencesKeepTheirTail() throws {
    // Every position counts exactly once, whatever the length modulo the vector width.
    for length in [1000, 1001, 1008, 1015, 1016, 1017] {
      let target = (0..<length).map { _ in Float(-1) }
      let reference = (0..<length).map { Float($0 % 2 == 0 ? -2 : -0.5) }
      let errors = Array(repeating: 1, count: length)
      let column = try column(
        "ez", EvidenceTable([Record(target: target, reference: reference, errors: errors)]))
      let up = Double((1..<length).filter { $0 % 2 == 0 }.count)
      let down = Double((1..<length).filter { $0 % 2 == 1 }.count) / 2
      #expect(column.zones?.up == [up] && column.zones?.down == [down], "\(length)")
    }
  }
}
