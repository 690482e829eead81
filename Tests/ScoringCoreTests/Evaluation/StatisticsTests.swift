import ScoringCore
import Testing

@Suite struct StatisticsTests {
  @Test(arguments: [
    (66, 100, 0.5584667, 0.7517765), (10, 10_000, 0.00047964, 0.00183826),
    (5, 5, 0.4781762, 1), (0, 1000, 0, 0.00368208), (0, 0, 0, 1),
  ])
  func clopperPearson(_ successes: Int, _ trials: Int, _ lower: Double, _ upper: Double) {
    let interval = Interval.clopperPearson(successes: successes, of: trials)
    #expect(abs(interval.lower - lower) < 6e-8)
    #expect(abs(interval.upper - upper) < 6e-8)
  }

  @Test(arguments: [
    (0.663, 0.01, 0.5, 0.9851412), (0.663, 0.01, 0.01, 0.4010889),
    (0.14, 0.001, 0.5, 0.9929078), (0.14, 0.001, 0.01, 0.5857741),
  ])
  func precisionAtAPrior(_ tpr: Double, _ fpr: Double, _ prior: Double, _ expected: Double) {
    #expect(near(positivePredictiveValue(tpr: tpr, fpr: fpr, prior: prior) ?? 0, expected, 1e-7))
  }

  @Test func deLongOnTies() throws {
    let ranking = Sample.tied.ranking
    let components = DeLong.components(ranking)
    #expect(components == [1, 0.875, 0.875, 0.5, 0.75, 0.875, 0.375, 1])
    let estimate = try #require(DeLong.estimate(ranking))
    #expect(near(try #require(estimate.standardError), 0.1749255794))
    #expect(near(estimate.interval.lower, 0.3244964183, 1e-7))
    #expect(near(estimate.interval.upper, 0.9637053523, 1e-7))
    let wald = try #require(DeLong.estimate(ranking, scale: .wald)).interval
    #expect(near(wald.lower, 0.4384021617, 1e-7))
    #expect(near(wald.upper, 1.1240978383, 1e-7))
    #expect(
      near(DeLong.hanleyMcNeilError(auc: 0.78125, members: 4, nonMembers: 4), 0.1746043811))
  }

  /// No variation in the sample must never read as certainty.
  @Test(arguments: [
    (Sample.perfect, 0.4781762499, 1.0), (Sample([1, 2], [0, 1]), 0.025, 1),
    (Sample([1, 2], [1, 0]), 0, 0.975), (Sample.allTied, 0.1, 0.9),
  ])
  func deLongWithoutVariation(_ sample: Sample, _ lower: Double, _ upper: Double) throws {
    let estimate = try #require(DeLong.estimate(sample.ranking))
    #expect(estimate.isDegenerate)
    #expect(estimate.interval.method == .disjointPairs)
    #expect(estimate.interval.lower <= lower + 1e-9)
    #expect(estimate.interval.upper >= upper - 1e-9)
    #expect(estimate.isPerfectSeparation == (estimate.auc != 0.5))
  }

  static let pairedLabels = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
  static let first = Sample([0.9, 0.8, 0.7, 0.35, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], pairedLabels)
  static let second = Sample([0.6, 0.9, 0.4, 0.3, 0.5, 0.55, 0.45, 0.2, 0.35, 0.1], pairedLabels)

  @Test func deLongPaired() throws {
    let (a, b) = (Self.first.ranking, Self.second.ranking)
    let result = try #require(DeLong.compare(a, b))
    #expect(near(result.first, 0.92))
    #expect(near(result.second, 0.76))
    #expect(near(result.firstVariance, 0.0088))
    #expect(near(result.secondVariance, 0.0272))
    #expect(near(result.covariance, 0.0124))
    #expect(near(try #require(result.z), 1.5118578920))
    #expect(near(result.pValue, 0.1305700181))
    let interval = try #require(DeLong.estimate(a)).interval
    #expect(near(interval.lower, 0.4860627863, 1e-7))
    #expect(near(interval.upper, 0.9928994515, 1e-7))
    let same = try #require(DeLong.compare(a, a))
    #expect(same.pValue == 1)
    #expect(same.interval == nil)
    #expect(DeLong.compare(a, Sample.tied.ranking) == nil)
    let opposite = Sample(Self.first.values.map { -$0 }, Self.pairedLabels)
    #expect(try #require(DeLong.compare(a, opposite.ranking)).pValue < 0.01)
    let perfect = Sample.perfect.ranking
    let reverse = Sample(Sample.perfect.values.map { -$0 }, Self.pairedLabels).ranking
    #expect(near(try #require(DeLong.compare(perfect, reverse)).pValue, 0.0625))
  }

  @Test func calibratedPValues() {
    let values: [Double] = [0.5, 1, 2, 3, 4, 3, 9, 0, .nan, .nan]
    let labels: [Label] = [
      .nonMember, .nonMember, .nonMember, .nonMember, .nonMember, .unknown, .member, .unknown,
      .unknown, .member,
    ]
    let kept = Calibration(Ranking(values: values, labels: labels))
    let expected = [1, 0.8, 0.6, 0.4, 0.2, 0.5, 1.0 / 6, 1, 1, 1]
    #expect(kept.pValues == expected)
    #expect(kept.smallestPossible == 1.0 / 6)
    let dropped = Calibration(Ranking(values: values, labels: labels, undefined: .drop))
    #expect(dropped.pValues == expected)
    let some = Calibration(Ranking(values: values, labels: labels, rows: [0, 1, 5]))
    #expect(some.pValues[5] == 1.0 / 3)
    #expect(some.pValues[6].isNaN)
  }

  @Test func undefinedNonMembersWeighInCalibration() {
    let scores: [Score] = [.none(.undefined), .ordinary(1), .ordinary(2), .none(.undefined)]
    let labels: [Label] = [.nonMember, .nonMember, .unknown, .unknown]
    #expect(Calibration(Ranking(scores: scores, labels: labels)).pValues == [1, 0.5, 1.0 / 3, 1])
  }

  @Test func correctionsForManyTests() {
    let p = [0.01, 0.04, .nan, 0.03, 0.005]
    let holm = Holm.adjusted(p)
    let adjusted = FalseDiscovery.adjusted(p)
    for (index, expected) in [(0, 0.03), (1, 0.06), (3, 0.06), (4, 0.02)] {
      #expect(near(holm[index], expected))
    }
    for (index, expected) in [(0, 0.02), (1, 0.04), (3, 0.04), (4, 0.02)] {
      #expect(near(adjusted[index], expected))
    }
    #expect(holm[2].isNaN)
    #expect(adjusted[2].isNaN)
    #expect(FalseDiscovery.discoveries(p, rate: 0.02) == [0, 4])
    #expect(FalseDiscovery.discoveries([0.9, 0.8], rate: 0.05) == [])
  }

  @Test func mcNemarCountsWhatTheRulesDisagreeOn() throws {
    #expect(near(McNemar(onlyFirst: 8, onlySecond: 2).pValue, 0.109375))
    #expect(McNemar(onlyFirst: 0, onlySecond: 0).pValue == 1)
    #expect(McNemar(onlyFirst: 5, onlySecond: 5).pValue == 1)
    #expect(near(McNemar(onlyFirst: 3000, onlySecond: 2700).pValue, 7.47e-5, 1e-2))
    let test = try #require(
      McNemar.compare(
        Self.first.ranking, Self.second.ranking, thresholds: (.ordinary(0.55), .ordinary(0.55))))
    #expect(test == McNemar(onlyFirst: 2, onlySecond: 0, both: 2, neither: 1))
  }
}
