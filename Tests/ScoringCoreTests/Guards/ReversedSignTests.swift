import Testing

@testable import ScoringCore

@Suite struct ReversedSignTests {
  private static func area(_ shift: Double, seed: UInt64) throws -> AUCEstimate {
    try #require(
      DeLong.estimate(Sample(members: 100, nonMembers: 100, shift: shift, seed: seed).ranking))
  }

  @Test func aTurnedScoreIsNamedWithItsRemedy() throws {
    let (turned, sound) = (try Self.area(-1, seed: 1), try Self.area(1, seed: 2))
    let findings = ReversedSign.findings([("perplexity", turned), ("ez", sound), ("loss", nil)])
    let finding = try #require(findings.first)
    #expect(findings.count == 1 && finding.isTripped && finding.attacks == ["perplexity"])
    for words in ["sign turned?", "perplexity:negated", "below non-members"] {
      #expect(finding.sentence.contains(words))
    }
    #expect(turned.ranksMembersBelow && !sound.ranksMembersBelow)
    #expect(ReversedSign.findings([("ez", sound)]).first?.outcome == .passed)
    #expect(ReversedSign.findings([("ez", nil)]).first?.outcome == .notChecked)
  }

  /// One of many harmless scores lies below one half by chance; that is no turned sign.
  @Test func amongManyOneMustBeSurer() throws {
    var alone = 0
    let areas = try (0..<200 as Range<UInt64>).map { try Self.area(0, seed: $0 + 10) }
    for area in areas where area.ranksMembersBelow { alone += 1 }
    #expect(alone > 0)
    let findings = ReversedSign.findings(areas.map { ("a", $0) })
    #expect(findings.count <= 1)
  }

  @Test func totalReversalTripsThoughItHasNoError() throws {
    let labels: [Label] = (0..<20).map { $0 < 10 ? .member : .nonMember }
    let area = try #require(
      DeLong.estimate(Ranking(values: (0..<20).map(Double.init), labels: labels)))
    #expect(area.auc == 0 && area.ranksMembersBelow(among: 20))
  }
}
