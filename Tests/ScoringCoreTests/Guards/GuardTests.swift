import Basics
import Testing

@testable import ScoringCore

@Suite struct GuardTests {
  private static let words = [
    "order", "invoice", "garden", "winter", "meeting", "server", "payment", "river", "doctor",
    "window", "letter", "engine", "school", "market", "bottle", "number", "office", "summer",
  ]

  /// Texts of words; `marked` of them also hold a word that the others never do.
  private static func texts(
    _ count: Int, length: Int = 30, marked: Double = 0, seed: UInt64
  ) -> [[UInt8]] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      var text = (0..<length).map { _ in words.randomElement(using: &generator) ?? "" }
      if Double.random(in: 0..<1, using: &generator) < marked { text[length / 2] = "yesterday" }
      return Array(text.joined(separator: " ").utf8)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func blindBaselineIsSilentOnLikeTexts(seed: UInt64) throws {
    let found = try #require(
      BlindBaseline(Self.texts(200, seed: seed), Self.texts(300, seed: seed + 100)))
    #expect(!found.isTelling, "seed \(seed): \(found.estimate.auc)")
    #expect(abs(found.estimate.auc - 0.5) < 0.12, "seed \(seed): \(found.estimate.auc)")
    let finding = found.finding(.members)
    #expect(!finding.isTripped && finding.figure("first_count")?.value == 200)
    #expect(finding.figure("second_count")?.value == 300)
    // With so few texts the interval decides whether chance is shown or only not ruled out.
    let words = ["does not tell members from", "is not shown to tell members from"]
    #expect(words.contains { finding.sentence.contains($0) }, "\(finding.sentence)")
  }

  @Test(arguments: [1, 2, 3] as [UInt64], [0.5, 1])
  func blindBaselineSeesAWordOfOneGroup(seed: UInt64, marked: Double) throws {
    let found = try #require(
      BlindBaseline(
        Self.texts(150, marked: marked, seed: seed), Self.texts(150, seed: seed + 100)))
    #expect(found.isTelling && found.estimate.auc > 0.65, "seed \(seed): \(found.estimate.auc)")
    let finding = found.finding(.suspects)
    #expect(finding.isTripped && finding.sentence.hasPrefix("Text alone tells suspects from known"))
  }

  @Test func blindBaselineIgnoresLengthAndIsSteady() throws {
    let (short, long) = (Self.texts(200, seed: 1), Self.texts(200, length: 60, seed: 2))
    let found = try #require(BlindBaseline(short, long))
    #expect(!found.isTelling, "\(found.estimate.auc)")
    #expect(BlindBaseline(short, long) == found)
  }

  @Test func blindBaselineNeedsTexts() {
    #expect(BlindBaseline(Self.texts(9, seed: 1), Self.texts(500, seed: 2)) == nil)
    #expect(BlindBaseline([], []) == nil)
    let empty = [[UInt8]](repeating: [], count: 20)
    #expect(BlindBaseline(empty, empty)?.isTelling == false)
  }

  @Test func blindBaselineUsesSomeOfMany() throws {
    let texts = Self.texts(2_100, length: 3, seed: 1)
    let found = try #require(BlindBaseline(texts, Array(texts.prefix(50))))
    #expect(found.estimate.memberCount == BlindBaseline.mostTexts)
    #expect(found.estimate.nonMemberCount == 50)
  }

  private static func lengths(_ count: Int, _ mean: Double, seed: UInt64) -> [Int] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in max(1, Int(saturating: mean + 20 * generator.normal())) }
  }

  /// Sizes and means of the two groups, and whether the difference matters.
  @Test(
    arguments: [
      (60, 60, 100, 130, true), (60, 60, 130, 100, true), (500, 80, 100, 115, true),
      (60, 60, 100, 100, false), (12, 12, 100, 108, false),
      // A trifle, however sure one can be of it: a chance of 0.528 with an error of 0.004.
      (10_000, 10_000, 100, 102, false),
    ] as [(Int, Int, Double, Double, Bool)], [1, 2, 3] as [UInt64])
  func lengthShift(_ row: (Int, Int, Double, Double, Bool), seed: UInt64) throws {
    let (m, n, first, second, isShifted) = row
    let shift = try #require(
      LengthShift(Self.lengths(m, first, seed: seed), Self.lengths(n, second, seed: seed + 50)))
    #expect(shift.isShifted == isShifted, "seed \(seed): \(shift.estimate)")
    let finding = shift.finding(.members, unit: "tokens")
    #expect(finding.isTripped == isShifted && finding.sentence.contains("tokens"))
    guard isShifted else { return }
    #expect(finding.sentence.contains(first < second ? "are shorter" : "are longer"))
  }

  @Test func lengthsThatAreAllAlike() throws {
    let alike = try #require(LengthShift([7, 7, 7, 7], Array(repeating: 7, count: 40)))
    #expect(!alike.isShifted && alike.estimate.auc == 0.5 && alike.firstMedian == 7)
    #expect(LengthShift([], [1]) == nil)
    #expect(LengthShift([1, 2], [3, 4])?.firstMedian == 1.5)
  }
}
