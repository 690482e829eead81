import Basics
import ScoringCore
import Testing

/// What must hold of every attack whatever the evidence.
@Suite struct AttackPropertyTests {
  private static let frequencies = TokenFrequencies((0..<60).map { (Int32($0), Double($0 * $0)) })

  /// Labelled texts of all lengths, and a population at the end.
  private static func records(_ count: Int, population: Int = 12, seed: UInt64) -> [Record] {
    var numbers = SplitMix64(seed: seed)
    return (0..<count + population).map { index in
      var record = Record.complete(
        positions: index < count ? index % 40 : 20, infinities: index % 9 == 0, from: &numbers)
      record.label = index >= count ? .unknown : index % 2 == 0 ? .member : .nonMember
      record.isPopulation = index >= count
      return record
    }
  }

  private static func column(_ spelling: String, _ records: [Record]) throws -> ScoreColumn {
    try ScoringCoreTests.column(
      spelling, EvidenceTable(records, tokenFrequencies: frequencies))
  }

  private static func isEqual(_ left: ScoreColumn, _ right: ScoreColumn, _ rows: [Int]) -> Bool {
    rows.indices.allSatisfy { left[rows[$0]] == right[$0] }
  }

  @Test(arguments: EvidenceGapTests.spellings)
  func orderOfSequencesDoesNotMatter(_ spelling: String) throws {
    let records = Self.records(120, seed: 71)
    var numbers = SplitMix64(seed: 72)
    let order = Array(records.indices).shuffled(using: &numbers)
    let whole = try Self.column(spelling, records)
    let shuffled = try Self.column(spelling, order.map { records[$0] })
    // A variance of all texts is a sum, whose last digit depends on its order.
    let close = spelling.contains("variance=global")
    #expect(
      order.indices.allSatisfy {
        close ? agree(whole[order[$0]], shuffled[$0]) : whole[order[$0]] == shuffled[$0]
      })
  }

  /// Parts agree with the whole; where an attack needs a population, every part is given it.
  @Test(arguments: EvidenceGapTests.spellings.filter { !$0.contains("variance=global") })
  func shardsAgreeWithTheWhole(_ spelling: String) throws {
    let records = Self.records(120, seed: 73)
    let whole = try Self.column(spelling, records)
    let population = Array(120..<records.count)
    for shard in [Array(0..<50), Array(50..<51), Array(51..<120)] {
      let rows = shard + (spelling.hasPrefix("rmia") ? population : [])
      let part = try Self.column(spelling, rows.map { records[$0] })
      #expect(Self.isEqual(whole, part, rows), "\(spelling)")
    }
  }

  @Test(arguments: EvidenceGapTests.spellings)
  func repeatingAllSequencesKeepsTheArea(_ spelling: String) throws {
    let records = Self.records(120, seed: 74)
    let once = try Self.column(spelling, records)
    let twice = try Self.column(spelling, records + records)
    let area = Ranking(once, labels: records.map(\.label)).auc()
    let repeated = Ranking(twice, labels: (records + records).map(\.label)).auc()
    #expect(abs((area ?? 2) - (repeated ?? 3)) < 1e-12, "\(spelling)")
  }

  @Test(arguments: EvidenceGapTests.spellings)
  func swappedLabelsTurnTheAreaOver(_ spelling: String) throws {
    let records = Self.records(120, seed: 75)
    let column = try Self.column(spelling, records)
    let labels = records.map(\.label)
    let swapped = labels.map { label -> Label in
      switch label {
      case .member: .nonMember
      case .nonMember: .member
      case .unknown: .unknown
      }
    }
    let area = Ranking(column, labels: labels).auc() ?? 2
    let other = Ranking(column, labels: swapped).auc() ?? 2
    #expect(abs(area + other - 1) < 1e-12, "\(spelling)")
  }

  @Test(arguments: EvidenceGapTests.spellings)
  func monotoneTransformsKeepTheCurve(_ spelling: String) throws {
    let records = Self.records(120, seed: 76)
    let column = try Self.column(spelling, records)
    let labels = records.map(\.label)
    // Doubling and moving binary exponents is exact: no ties are made or broken.
    let changed = ScoreColumn(
      attack: column.attack, values: column.values.map { $0 * 4 }, statuses: column.statuses)
    let curve = try #require(ROC(Ranking(column, labels: labels)))
    let other = try #require(ROC(Ranking(changed, labels: labels)))
    for fpr in [0, 0.01, 0.1, 0.5, 1] {
      #expect(curve.operatingPoint(fpr: fpr)?.tpr == other.operatingPoint(fpr: fpr)?.tpr)
    }
  }

  /// Whatever is said by one name is said by the other.
  @Test(arguments: [("flora", "ref-ratio"), ("zlib-lora", "zlib"), ("perplexity", "loss")])
  func aliasesRankAlike(_ alias: String, _ original: String) throws {
    let records = Self.records(120, seed: 77)
    let (one, other) = (try Self.column(alias, records), try Self.column(original, records))
    #expect(one.statuses == other.statuses)
    let labels = records.map(\.label)
    #expect(Ranking(one, labels: labels).order == Ranking(other, labels: labels).order)
  }

  /// A constant added to both models' log-probabilities leaves shifts, and so EZ, as they are.
  @Test(arguments: ["ez", "ez:aggregate=median", "ez:zone=all", "ht-style", "wbc", "ref-diff"])
  func aConstantInBothModelsChangesNothing(_ spelling: String) throws {
    var records = Self.records(60, seed: 78).map { record in
      var copy = record
      // Whole eighths, so that the constant is exact.
      copy.target = record.target?.map { max($0, -64) }
      copy.reference = record.reference?.map { max($0, -64) }
      return copy
    }
    let before = try Self.column(spelling, records)
    for index in records.indices {
      records[index].target = records[index].target?.map { $0 - 0.5 }
      records[index].reference = records[index].reference?.map { $0 - 0.5 }
    }
    let after = try Self.column(spelling, records)
    #expect(records.indices.allSatisfy { agree(before[$0], after[$0], within: 1e-12) })
  }

  /// All eligible positions of a zone have a place in it at its widest.
  @Test(arguments: [
    ("ez:zone=all", "ez:zone=target-lowest-100"), ("ez:zone=all", "ez:zone=reference-lowest-100"),
    ("ez", "ez:zone=rank-gt-1"),
    ("ez:zone=all:aggregate=difference", "ez:zone=prob-lt-1:aggregate=difference"),
  ])
  func zonesMeet(_ one: String, _ other: String) throws {
    let records = Self.records(60, seed: 79).map { record in
      var copy = record
      // A probability of exactly 1 is not below 1.
      copy.target = record.target?.map { min($0, -0.125) }
      return copy
    }
    let (left, right) = (try Self.column(one, records), try Self.column(other, records))
    #expect(left.values.count { !$0.isNaN } > 40)
    #expect(
      records.indices.allSatisfy {
        agree(left[$0], right[$0]) || left.statuses[$0] == .forcedNoErrors
          || right.statuses[$0] == .insufficient
      })
  }
}

extension Record {
  /// A random record with every kind of evidence.
  static func complete(
    positions: Int, infinities: Bool = false, from numbers: inout SplitMix64
  ) -> Record {
    func mean() -> Double { -Double.random(in: 0.1...5, using: &numbers) }
    var record = Record.random(positions: positions, infinities: infinities, from: &numbers)
    record.text = "Text \(numbers.next()) text"
    record.tokenIDs = record.tokenIDs?.map { $0 % 60 }
    record.top1IDs = nil
    record.means = (0..<positions).map { _ in Float.random(in: -2.5 ... -0.1, using: &numbers) }
    record.stds = (0..<positions).map { _ in Float.random(in: 0.1...2, using: &numbers) }
    for key in ExtraNumber.allCases { record.numbers[key] = mean() }
    for key in ExtraList.allCases { record.lists[key] = (0..<5).map { _ in mean() } }
    return record
  }
}
