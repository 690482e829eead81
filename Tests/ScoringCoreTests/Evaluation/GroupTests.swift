import Basics
import Testing

@testable import ScoringCore

/// Scores of documents and people, and inference about sets of them.
@Suite struct GroupTests {
  private static func column(_ values: [Double], _ statuses: [ScoreStatus]? = nil) -> ScoreColumn {
    ScoreColumn(
      attack: "a", values: values, statuses: statuses ?? values.map { _ in .ordinary })
  }

  @Test func labelsOfGroupsAreThoseOfAllTheirSequences() {
    let labels: [Label] = [.member, .member, .nonMember, .nonMember, .unknown, .member, .member]
    let keys = ["a", "a", "b", "mixed", "c", "mixed", nil]
    let groups = GroupedScores(
      Self.column([3, 1, 0, 2, 5, 4, 9]), labels: labels, keys: keys, by: .max)
    #expect(groups.keys == ["a", "b", "c"] && groups.labels == [.member, .nonMember, .unknown])
    #expect(groups.column.values == [3, 0, 5] && groups.sizes == [2, 1, 1])
    #expect(groups.mixedGroups == 1 && groups.withoutKey == 1)
  }

  /// A non-member's own sequences do not count against it, however many it has.
  @Test func aGroupDoesNotVouchForItself() {
    let labels: [Label] = [.nonMember, .nonMember, .nonMember, .nonMember]
    let groups = GroupedScores(
      Self.column([9, 8, 1, 2]), labels: labels, keys: ["a", "a", "b", "b"])
    // Of the two of b none is as high: p = 1/3 twice. For b both of a are: p = 1.
    #expect(near(groups.column[0].value, 1.0986122886681098) && groups.column[1].value == 0)
  }

  @Test func sequencesWithoutAScoreAreNoEvidence() {
    let labels: [Label] = [.member, .member, .nonMember, .member]
    let column = Self.column([3, .nan, 1, .nan], [.ordinary, .undefined, .ordinary, .undefined])
    let keys = ["a", "a", "b", "c"]
    for aggregation in GroupAggregation.allCases {
      let groups = GroupedScores(column, labels: labels, keys: keys, by: aggregation)
      #expect(groups.column.statuses == [.ordinary, .ordinary, .undefined])
    }
    // p = 1/2 and 1: the harmonic mean is 2/3.
    let joined = GroupedScores(column, labels: labels, keys: keys)
    #expect(near(joined.column[0].value, 0.4054651081081644))
  }

  /// Ten weak sequences of a document tell more together than one does.
  @Test func documentsTellMoreThanSequences() throws {
    let sample = Sample(members: 400, nonMembers: 400, shift: 0.5, seed: 3)
    let keys = (0..<800).map { "\($0 / 10)" }
    let groups = GroupedScores(
      Self.column(sample.values), labels: sample.labels, keys: keys, by: .mean)
    let alone = try #require(sample.ranking.auc())
    let joined = try #require(Ranking(groups.column, labels: groups.labels).auc())
    #expect(groups.keys.count == 80 && joined > alone + 0.15)
  }

  /// A mixture of members and non-members in known parts.
  private static func mixture(_ share: Double, shift: Double, seed: UInt64) -> Sample {
    var generator = SplitMix64(seed: seed)
    let labels = (0..<900).map { $0 < 300 ? 1 : $0 < 600 ? 0 : 2 }
    let values = labels.indices.map { row in
      let isMember = row < 300 || (row >= 600 && Double(row - 600) < share * 300)
      return generator.normal() + (isMember ? shift : 0)
    }
    return Sample(values, labels)
  }

  @Test(arguments: [0, 0.3, 1])
  func sharesOfMembersAreCovered(_ share: Double) throws {
    var covered = 0
    for seed in 0..<40 as Range<UInt64> {
      let ranking = Self.mixture(share, shift: 2, seed: seed).ranking
      let estimate = try #require(MemberShare.estimate(ranking, replicates: 200, seed: seed))
      covered += estimate.interval.contains(share) ? 1 : 0
      #expect(abs(estimate.value - share) < 0.25)
      #expect(estimate.suspects == 300 && estimate.members == 150 && estimate.nonMembers == 150)
    }
    #expect(covered >= 34, "\(covered)")
  }

  @Test func withoutContrastThereIsNoShare() {
    #expect(MemberShare.estimate(Self.mixture(0.5, shift: 0, seed: 2).ranking) == nil)
    #expect(
      MemberShare.estimate(Sample(members: 50, nonMembers: 50, shift: 2, seed: 1).ranking) == nil)
  }

  @Test func setsAreTestedByManyAttacksOnAnHonestSplit() throws {
    let (used, unused) = (
      Self.mixture(1, shift: 0.5, seed: 5), Self.mixture(0, shift: 0.5, seed: 6)
    )
    var noise = SplitMix64(seed: 7)
    let other = Self.column(used.values.map { _ in noise.normal() })
    let found = try #require(
      DatasetInference([Self.column(used.values), other], labels: used.labels))
    #expect(found.pValue < 0.01 && found.positivePValue < 0.01 && found.suspects == 300)
    #expect(found.tests.count == 11 && found.negativeRejections <= 0.3)
    let none = try #require(
      DatasetInference([Self.column(unused.values), other], labels: unused.labels))
    #expect(none.pValue > 0.05 && none.positivePValue < 0.01)
    #expect(
      DatasetInference([other], labels: used.labels.map { $0 == .unknown ? .member : $0 }) == nil)
  }

  @Test func discriminantsSolveTheirSystem() {
    let solution = LinearDiscriminant.solve([[4, 2, 0], [2, 5, 1], [0, 1, 3]], [2, -1, 7])
    for (row, expected) in zip([[4.0, 2, 0], [2, 5, 1], [0, 1, 3]], [2.0, -1, 7]) {
      #expect(near(zip(row, solution).reduce(0) { $0 + $1.0 * $1.1 }, expected))
    }
  }
}
