import Basics
import ScoringCore
import Testing

@Suite struct RankingTests {
  @Test func classesRankBeforeValuesAndUndefinedRanksLast() {
    let descending: [Score] = [
      Score(.forcedNoErrors, .infinity), Score(.forcedN0, .infinity), Score(.forcedN0, 2),
      Score(.forcedN0, 0.5), .ordinary(.infinity), .ordinary(7), .ordinary(0), .ordinary(-3),
      .ordinary(-.infinity), .none(.undefined),
    ]
    let scrambled = [3, 9, 0, 5, 7, 1, 8, 2, 6, 4]
    let ranking = Ranking(
      scores: scrambled.map { descending[$0] }, labels: scrambled.map { _ in .unknown })
    #expect(ranking.order.map { scrambled[Int($0)] } == Array(0..<10))
    #expect(ranking.groupCount == 10)
    #expect(ranking.definedGroupCount == 9)
    for (above, below) in zip(descending, descending.dropFirst()) { #expect(below < above) }
  }

  @Test func equalRanksAreOneGroup() {
    let scores: [Score] = [
      .none(.noMovement), Score(.insufficient, 0), .ordinary(0.0), .ordinary(-0.0),
      .none(.tooShort), Score(.forcedNoErrors, .infinity), Score(.forcedNoErrors, .infinity),
    ]
    let labels: [Label] = [.member, .nonMember, .member, .unknown, .nonMember, .member, .unknown]
    let kept = Ranking(scores: scores, labels: labels)
    #expect(kept.order == [5, 6, 1, 2, 3, 0, 4])
    #expect(kept.ends == [2, 5, 7])
    #expect(kept.memberEnds == [1, 2, 3])
    #expect(kept.nonMemberEnds == [0, 1, 2])
    #expect(kept.undefinedCount == 2)
    #expect(kept.unknownCount == 2)
    #expect(kept.threshold(ofGroup: 1) == .ordinary(0))
    #expect(kept.group(1).unknownCount == 1)

    let dropped = Ranking(scores: scores, labels: labels, undefined: .drop)
    #expect(dropped.order == [5, 6, 1, 2, 3])
    #expect(dropped.droppedRows == [0, 4])
    #expect(dropped.undefinedCount == 0)
    #expect(dropped.definedGroupCount == dropped.groupCount)
  }

  @Test func ranksOnlyTheChosenRows() {
    let ranking = Ranking(
      values: [5, 4, .nan, 2, 1], labels: [.member, .nonMember, .member, .nonMember, .unknown],
      rows: [4, 2, 3, 0])
    #expect(ranking.order == [0, 3, 4, 2])
    #expect(ranking.memberCount == 2)
    #expect(ranking.nonMemberCount == 1)
    #expect(ranking.undefinedCount == 1)
  }

  /// Sizes on both sides of the switch to radix; values that agree in their leading bits; ties.
  @Test(arguments: [2, 255, 257, 5000], [0, 1, 2, 3, 4])
  func sortsLikeAStableComparisonSort(count: Int, kind: Int) {
    let seed = UInt64(count * 10 + kind)
    print("seed", seed)
    var generator = SplitMix64(seed: seed)
    let values: [Double] = (0..<count).map { _ in
      let value = generator.normal()
      switch kind {
      case 0: return value
      case 1: return (value * 3).rounded()
      case 2: return 1 + (value * 50).rounded() * 1e-15
      case 3:
        // Neighbours that differ in their last bits only, over a range that leaves those unsorted.
        let base = Double(Int.random(in: 1...count, using: &generator))
        return [base, base.nextUp, -base, 1e300].randomElement(using: &generator) ?? 0
      default:
        return [-Double.infinity, -1e300, .leastNonzeroMagnitude, 0, .infinity, value]
          .randomElement(
            using: &generator) ?? 0
      }
    }
    let labels = values.map { _ in Label.allCases.randomElement(using: &generator) ?? .unknown }
    let ranking = Ranking(values: values, labels: labels)
    let expected = values.indices.sorted {
      values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1
    }
    #expect(ranking.order.map { Int($0) } == expected)
    #expect(ranking.groupCount == Set(values).count)
    #expect(ranking.memberCount == labels.count { $0 == .member })
    #expect(ranking.unknownCount == labels.count { $0 == .unknown })
    for group in 0..<ranking.groupCount {
      let rows = ranking.order[ranking.range(ofGroup: group)].map { Int($0) }
      let counts = ranking.group(group)
      let isTie = rows.allSatisfy { values[$0] == counts.threshold.value }
      let members = rows.count { labels[$0] == .member }
      let nonMembers = rows.count { labels[$0] == .nonMember }
      guard isTie, members == counts.memberCount, nonMembers == counts.nonMemberCount else {
        Issue.record("group \(group) of seed \(seed)")
        return
      }
    }
  }

  @Test func noRows() {
    let ranking = Ranking(values: [], labels: [])
    #expect(ranking.groupCount == 0)
    #expect(ranking.auc() == nil)
    #expect(ROC(ranking) == nil)
    #expect(DeLong.estimate(ranking) == nil)
    #expect(ranking.detectedGroupCount(at: .ordinary(0)) == 0)
  }
}
