import Basics
import Testing

@testable import ScoringCore

@Suite struct LeakedContentTests {
  @Test(arguments: [
    (["She", " met", " Jo", "ach", "im", "."], "cocccp"),
    ([" 29", " days", ",", "\n"], "dopp"),
    (["key", " demo", "-216", "e0b"], "osss"), ([" key", " a1b2c"], "od"),
    (["mail", " a", "@", "b", ".org", " now"], "osssso"),
    (["see", " https", "://", "x.y"], "osss"), ([" £", "5"], "od"), ([" Éire"], "c"), ([" é"], "o"),
    ([""], "u"), ([], ""),
  ])
  func classes(_ tokens: [String], _ expected: String) {
    let letters: [TokenClass: Character] = [
      .secretLike: "s", .digits: "d", .capitalised: "c", .punctuation: "p", .other: "o",
      .unknown: "u",
    ]
    let found = TokenClass.classes(of: tokens.map { Array($0.utf8) }).compactMap { letters[$0] }
    #expect(String(found) == expected)
  }

  /// Sequences `x 7 Ann .` whose digit and name moved by given shifts.
  private func table(_ shifts: [(Label, digit: Float, name: Float)]) throws -> EvidenceTable {
    let texts = ["x", " y", " 7", " Ann", "."]
    var records: [Record] = []
    for (number, shift) in shifts.enumerated() {
      var record = Record(
        target: [-5, -2 + shift.digit, -2 + shift.name, -1], reference: [-1, -2, -2, -1])
      record.id = "s\(number)"
      record.label = shift.0
      record.tokenIDs = [1, 2, 3, 4, 5]
      records.append(record)
    }
    var columns = try EvidenceChunk(records).columns
    columns.vocabulary = Vocabulary(ids: Column([1, 2, 3, 4, 5]), texts: TextColumn(texts))
    return EvidenceTable(run: Run(name: "run"), chunks: [try EvidenceChunk(columns)])
  }

  @Test func sharesOfWhatMoved() throws {
    let table = try table([
      (.member, 1, -0.5), (.member, 0.5, -0.5), (.nonMember, 0.25, 0), (.nonMember, 0.25, 0),
      (.unknown, 9, 9),
    ])
    let content = try #require(LeakedContent(table, rows: Array(0..<5), replicates: 200))
    #expect(content.members == 2 && content.nonMembers == 2)
    let by = Dictionary(uniqueKeysWithValues: content.entries.map { ($0.tokenClass, $0) })
    let (digits, names) = (try #require(by[.digits]), try #require(by[.capitalised]))
    // The first position, " y", is left out.
    #expect(content.entries.reduce(0) { $0 + $1.tokens.members } == 6)
    #expect(digits.tokens == (2, 2) && near(digits.tokenShare, 1.0 / 3))
    #expect(digits.memberShift.value == 0.75 && digits.nonMemberShift.value == 0.25)
    #expect(digits.upShare.value == 1 && names.downShare.value == 1)
    #expect(digits.excess.value == 0.5 && names.excess.value == -0.5)
    #expect(near(content.totalExcess.value, 0, 1e-12) || abs(content.totalExcess.value) < 1e-12)
    #expect(!content.hasExcess)
    let interval = try #require(digits.excess.interval)
    #expect(interval.lower == 0.25 && interval.upper == 0.75)
  }

  @Test func sharesSumToOneAndOrderDoesNotMatter() throws {
    var numbers = SplitMix64(seed: 4)
    let rows: [(Label, digit: Float, name: Float)] = (0..<40).map { row in
      let label: Label = row % 2 == 0 ? .member : .nonMember
      let lift: Float = label == .member ? 1 : 0
      return (
        label, lift + Float.random(in: -0.5...0.5, using: &numbers),
        lift / 2 + Float.random(in: -0.5...0.5, using: &numbers)
      )
    }
    let content = try #require(
      LeakedContent(try table(rows), rows: Array(rows.indices), replicates: 100))
    #expect(near(content.entries.reduce(0) { $0 + $1.excessShare.value.zeroIfNaN }, 1, 1e-9))
    #expect(near(content.entries.reduce(0) { $0 + $1.upShare.value }, 1, 1e-9))
    #expect(content.hasExcess && content.totalExcess.value > 0)
    let turned = try #require(
      LeakedContent(try table(rows.reversed()), rows: Array(rows.indices), replicates: 0))
    for (a, b) in zip(content.entries, turned.entries) {
      #expect(near(a.excess.value, b.excess.value, 1e-9) || a.excess.value.isNaN)
      #expect(b.excess.interval == nil)
    }
  }

  @Test func oneClassIsNoComparison() throws {
    let table = try table([(.member, 1, 1), (.unknown, 1, 1)])
    #expect(LeakedContent(table, rows: [0, 1]) == nil && LeakedContent(table, rows: []) == nil)
  }

  /// Of 100 occurrences the rarest that make at most five: those seen once, not those seen thrice.
  @Test func rarityIsASmallShareOfAllTokens() throws {
    var record = Record()
    record.tokenIDs = Array(repeating: 1, count: 92) + [2, 2, 2, 3, 3, 3, 4, 5]
    record.target = Array(repeating: -1, count: 99)
    let rare = RareTokens(try EvidenceTable([record]))
    #expect([1, 2, 3, 4, 5, 6].filter(rare.contains) == [4, 5, 6])
  }
}

extension Double {
  fileprivate var zeroIfNaN: Double { isNaN ? 0 : self }
}
