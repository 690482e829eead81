import Basics
import ScoringCore
import Testing

@Suite struct EpsilonTests {
  /// Randomized response: each sequence's membership is told rightly with odds e^epsilon.
  private static func response(epsilon: Double, size: Int, seed: UInt64) -> Ranking {
    var generator = SplitMix64(seed: seed)
    let odds = exponential(epsilon)
    let labels: [Label] = (0..<size).map { $0 < size / 2 ? .member : .nonMember }
    let values = labels.map { label in
      let isRight = Double.random(in: 0..<1, using: &generator) < odds / (1 + odds)
      return isRight == (label == .member) ? 1.0 : 0
    }
    return Ranking(values: values, labels: labels)
  }

  private static func exponential(_ x: Double) -> Double {
    (1...60).reduce((1.0, 1.0)) { ($0.0 + $0.1 * x / Double($1), $0.1 * x / Double($1)) }.0
  }

  /// A bound may exceed the truth in one audit of twenty, and comes near it with many sequences.
  @Test(arguments: [0.5, 2])
  func boundsHoldAndAreOfUse(_ epsilon: Double) throws {
    var (broken, near) = (0, 0)
    for seed in 0..<100 as Range<UInt64> {
      let ranking = Self.response(epsilon: epsilon, size: 2000, seed: seed)
      let estimate = try #require(EmpiricalEpsilon.estimate(ranking, seed: seed))
      broken += estimate.oneRun > epsilon ? 1 : 0
      near += estimate.oneRun > 0.5 * epsilon ? 1 : 0
      #expect(estimate.members == 500 && estimate.nonMembers == 500)
      #expect(estimate.oneRun <= estimate.largestPossible)
    }
    #expect(broken <= 13, "\(broken)")
    #expect(near >= 75, "\(near)")
  }

  /// Figures of a second implementation of the theorem, with SciPy's binomial distribution.
  @Test(arguments: [
    (20, 20, 20, 0, 1.8227156065), (20, 20, 20, 1e-5, 1.82209236126),
    (95, 100, 1000, 0, 2.17243404319), (95, 100, 1000, 1e-5, 2.16517579971),
    (95, 100, 1000, 1e-3, 0.594313631731), (700, 1000, 1000, 1e-4, 0.729253239026),
    (25, 50, 500, 1e-5, 0), (290, 300, 2000, 1e-6, 2.82613585813), (290, 300, 2000, 1e-2, 0),
  ])
  func boundsWithDeltaAgreeWithSciPy(
    _ right: Int, _ guesses: Int, _ sequences: Int, _ delta: Double, _ expected: Double
  ) {
    let bound = EpsilonWithDelta.bound(
      right: right, of: guesses, sequences: sequences, delta: delta)
    #expect(near(bound, expected, 1e-8))
  }

  @Test(arguments: [0, 0.5, 2])
  func boundsWithDeltaHoldAndAreOfUse(_ epsilon: Double) throws {
    var (broken, useful) = (0, 0)
    for seed in 0..<100 as Range<UInt64> {
      let ranking = Self.response(epsilon: epsilon, size: 2000, seed: seed)
      let estimate = try #require(EpsilonWithDelta.estimate(ranking, seed: seed))
      broken += estimate.epsilon > epsilon ? 1 : 0
      useful += estimate.epsilon > 0.5 * epsilon ? 1 : 0
      #expect(estimate.sequences == 1000 && estimate.guesses + estimate.abstained == 1000)
      #expect(estimate.epsilon <= estimate.largestPossible)
    }
    #expect(broken <= 13, "\(broken)")
    if epsilon > 0 { #expect(useful >= 75, "\(useful)") }
  }

  @Test func withoutAFairCoinThereIsNoBoundWithDelta() {
    let uneven = Sample(members: 100, nonMembers: 200, shift: 3, seed: 1).ranking
    #expect(EpsilonWithDelta.estimate(uneven) == nil)
    let few = Sample(members: 19, nonMembers: 19, shift: 3, seed: 1).ranking
    #expect(EpsilonWithDelta.estimate(few) == nil)
  }

  @Test func withoutALeakTheBoundIsNearZero() throws {
    var positive = 0
    for seed in 0..<100 as Range<UInt64> {
      let sample = Sample(members: 200, nonMembers: 200, shift: 0, seed: seed)
      let estimate = try #require(EmpiricalEpsilon.estimate(sample.ranking, seed: seed))
      positive += estimate.oneRun > 0 ? 1 : 0
    }
    #expect(positive <= 13, "\(positive)")
  }

  /// 50 right calls of 50: p = 0.05^(1/50) is the lower limit at 95 %, ln(p/(1 − p)) the bound.
  @Test func aPerfectAttackShowsWhatItsSizeAllows() throws {
    let labels: [Label] = (0..<200).map { $0 < 100 ? .member : .nonMember }
    let ranking = Ranking(values: (0..<200).map { Double(200 - $0) }, labels: labels)
    let estimate = try #require(EmpiricalEpsilon.estimate(ranking))
    // The chosen threshold may leave out the last member or two of the judging half.
    #expect(estimate.oneRun > 2.7 && estimate.oneRun <= estimate.largestPossible)
    #expect(
      near(estimate.largestPossible, 2.784_727_413_270_937, 1e-9), "\(estimate.largestPossible)")
    #expect(estimate.wrong <= 1)
    #expect(estimate.ratio > 2)
  }

  @Test func directionIsChosen() throws {
    // Only the lowest scores tell: non-members fall out at the bottom.
    var generator = SplitMix64(seed: 2)
    let labels: [Label] = (0..<2000).map { $0 < 1000 ? .member : .nonMember }
    let values = (0..<2000).map { row in
      row >= 1000 && row % 2 == 0
        ? -5 + Double.random(in: 0..<1, using: &generator)
        : Double.random(in: 0..<1, using: &generator)
    }
    let estimate = try #require(
      EmpiricalEpsilon.estimate(Ranking(values: values, labels: labels)))
    #expect(estimate.call == .nonMembers && estimate.oneRun > 3)
    #expect(EmpiricalEpsilon.estimate(Sample.tied.ranking) == nil)
  }

  @Test func precisionHasAnInterval() throws {
    let labels: [Label] = (0..<2000).map { $0 < 1000 ? .member : .nonMember }
    let values = (0..<2000).map { row in row < 1000 ? (row < 663 ? 2.0 : 0) : row < 1010 ? 2 : 0 }
    let roc = try #require(ROC(Ranking(values: values, labels: labels)))
    let point = try #require(roc.operatingPoint(fpr: 0.01))
    let interval = try #require(point.precisionInterval(prior: 0.01))
    #expect(near(try #require(point.precision(prior: 0.01)), 0.401_088_9, 1e-6))
    #expect(interval.lower < 0.3 && interval.upper > 0.5 && interval.contains(0.401))
    let line = try #require(roc.operatingPoint(fpr: 0.01, convention: .interpolated))
    #expect(line.precisionInterval(prior: 0.01) == nil)
  }
}
