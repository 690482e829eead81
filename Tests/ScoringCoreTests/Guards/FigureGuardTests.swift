import Testing

@testable import ScoringCore

/// Guards over figures: how many sequences decide them, and which.
@Suite struct FigureGuardTests {
  /// Rate, non-members, and the beginning of what is said; nil if all is well.
  @Test(
    arguments: [
      (0.01, 1000, nil), (0.01, 999, "FPR 1% is 10.0 of 999 non-members: weak"),
      (0.001, 500, "FPR 0.1% is 0.5 of 500 non-members: not resolvable"),
      (0.001, 1000, "FPR 0.1% is 1.0 of 1,000 non-members: weak"),
      (0.0005, 12_345, "FPR 0.05% is 6.2 of 12,345 non-members: weak"),
      (0, 5000, "FPR 0% is 0.0 of 5,000 non-members: not resolvable"),
      (0.5, 1, "FPR 50% is 0.5 of 1 non-member: not resolvable"),
    ] as [(Double, Int, String?)])
  func nonMembers(_ fpr: Double, _ count: Int, sentence: String?) {
    let found = TooFewNonMembers([.init(fpr: fpr, nonMembers: count)]).findings
    #expect(found.count == 1 && found[0].isTripped == (sentence != nil))
    if let sentence { #expect(found[0].sentence.hasPrefix(sentence), "\(found[0].sentence)") }
  }

  @Test func eachShortRateIsNamed() {
    let found = TooFewNonMembers([
      .init(fpr: 0.1, nonMembers: 500), .init(fpr: 0.01, nonMembers: 500),
      .init(fpr: 0.001, nonMembers: 500),
    ]).findings
    #expect(found.map(\.summary) == ["FPR 1% is weak", "FPR 0.1% is not resolvable"])
    #expect(found.first?.sentence.contains("bring 1,000, or look") == true)
    #expect(TooFewNonMembers([TooFewNonMembers.Rate]()).findings[0].outcome == .notChecked)
  }

  /// Statuses other than ordinary among 1,000, and what is said of them.
  @Test(
    arguments: [
      ([:], nil), ([.forcedNoErrors: 9], nil), ([.forcedNoErrors: 4, .forcedN0: 5], nil),
      ([.forcedNoErrors: 10], "10 ranked above every number"),
      ([.zeroed: 40], "40 set to 0 by the released policy"),
      ([.insufficient: 500], "500 at 0 for want of positions"),
      ([.noMovement: 6, .undefined: 3, .nonFinite: 1], "10 without a score"),
      ([.forcedN0: 20, .insufficient: 30], "(20 ranked above every number; 30 at 0"),
    ] as [([ScoreStatus: Int], String?)])
  func edgeCases(_ classes: [ScoreStatus: Int], words: String?) {
    var statuses = classes.flatMap { Array(repeating: $0.key, count: $0.value) }
    statuses += Array(repeating: .ordinary, count: 1000 - statuses.count)
    let counts = ScoreCounts(statuses)
    let found = EdgeCases.findings([
      (spelling: "ez", counts: counts), (spelling: "loss", counts: ScoreCounts([.ordinary])),
      (spelling: "wbc", counts: counts),
    ])
    #expect(EdgeCases(attacks: [], counts: counts).total == 1000)
    #expect(found.count == 1 && found[0].isTripped == (words != nil))
    guard let words else { return }
    #expect(found[0].attacks == ["ez", "wbc"] && found[0].sentence.contains(words))
    #expect(found[0].sentence.hasPrefix("Under ez, wbc "), "\(found[0].sentence)")
  }

  @Test(
    arguments: [
      (1.2, 1.2, .passed), (1.275, 1.285, .passed), (1.275, 1.339, .tripped),
      (1.339, 1.275, .tripped), (nil, 1.2, .notChecked), (nil, nil, .notChecked),
    ] as [(Double?, Double?, GuardFinding.Outcome)])
  func validationLosses(_ a: Double?, _ b: Double?, outcome: GuardFinding.Outcome) {
    var (one, two) = (Run(name: "one"), Run(name: "two"))
    (one.validationLoss, two.validationLoss) = (a, b)
    #expect(UnequalLoss(one, two).finding.outcome == outcome)
  }

  /// Cut and known texts of both groups, and whether they are unequal.
  @Test(
    arguments: [
      (0, 500, 0, 500, false), (500, 500, 500, 500, false), (250, 500, 240, 500, false),
      (250, 500, 100, 500, true), (0, 500, 60, 500, true), (2, 4, 0, 4, false),
      // Certain, but a trifle.
      (50_000, 100_000, 48_000, 100_000, false),
    ] as [(Int, Int, Int, Int, Bool)])
  func truncation(_ row: (Int, Int, Int, Int, Bool)) throws {
    let found = try #require(
      Truncation(.init(cut: row.0, known: row.1), .init(cut: row.2, known: row.3)))
    #expect(found.finding(.members).isTripped == row.4)
    #expect(Truncation(.init(cut: 0, known: 0), .init(cut: 1, known: 1)) == nil)
  }
}
