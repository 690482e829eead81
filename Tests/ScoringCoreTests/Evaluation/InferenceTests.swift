import ScoringCore
import Testing

@Suite struct InferenceTests {
  /// Against `scipy.stats.mannwhitneyu` with ties, asymptotic.
  @Test func theRankSumOfASet() throws {
    let suspects: [Double] = [7, 2, 3, 3, 3, 7, 8, 6, 2, 2, 4, 5]
    let nonMembers: [Double] = [4, 3, 2, 1, 5, 5, 0, 0, 3, 3, 7, 4, 3, 3, 5]
    // Members are neither the set nor its baseline, and must not weigh in.
    let ranking = Ranking(
      values: suspects + nonMembers + [2.5, 9],
      labels: suspects.map { _ in .unknown } + nonMembers.map { _ in .nonMember }
        + [.member, .member])
    let test = try #require(RankSum.test(ranking, permutations: 4999, seed: 3))
    #expect(near(test.superiority, 0.6138888888888889, 1e-14))
    #expect(near(test.pValue, 0.16031126884597963, 1e-10))
    let permuted = try #require(test.permutationPValue)
    #expect(abs(permuted - test.pValue) < 0.015)
    #expect(test.setCount == 12)
    #expect(test.interval.contains(0.5))
    for threads in [1, 2, 7] {
      #expect(RankSum.test(ranking, permutations: 4999, seed: 3, threads: threads) == test)
    }
    #expect(RankSum.test(Sample.tied.ranking) == nil)
    #expect(RankSum.test(Sample.tied.ranking, label: .nonMember) == nil)
  }

  @Test func aSetThatWasUsedAndOneThatWasNot() throws {
    func test(_ shift: Double) throws -> RankSum {
      let sample = Sample(members: 200, nonMembers: 300, shift: shift, seed: 8)
      return try #require(RankSum.test(sample.ranking, label: .member, permutations: 999))
    }
    let used = try test(0.5)
    #expect(used.pValue < 1e-4)
    #expect(used.permutationPValue == 0.001)
    let unused = try test(0)
    #expect(unused.pValue > 0.01 && unused.pValue < 0.99)
    let tied = try #require(RankSum.test(Sample.allTied.ranking, label: .member, permutations: 9))
    #expect(tied.z == 0)
    #expect(tied.pValue == 0.5)
    #expect(tied.permutationPValue == 1)
  }

  /// Against `scipy.stats.linregress` and the weighted formulas in NumPy.
  @Test func trends() throws {
    let y = [0.55, 0.61, 0.64, 0.72, 0.71]
    let plain = try #require(
      Trend(y.enumerated().map { Trend.Point(x: Double($0 + 1), y: $1) }))
    #expect(near(plain.slope, 0.043))
    #expect(near(plain.intercept, 0.517))
    #expect(near(plain.standardError, 0.007371114795831998))
    #expect(near(plain.pValue, 0.010035272173654507))
    #expect(plain.dispersion == nil)
    func weighted(_ scale: Double) -> Trend? {
      Trend(
        zip(y, [0.02, 0.01, 0.02, 0.01, 0.03]).enumerated().map {
          Trend.Point(x: Double($0 + 1), y: $1.0, standardError: $1.1 * scale)
        })
    }
    let scattered = try #require(weighted(1))
    #expect(near(scattered.slope, 0.051043613707165106))
    #expect(near(scattered.standardError, 0.006954487065994874))
    #expect(near(scattered.pValue, 0.005225825321718739))
    #expect(near(try #require(scattered.dispersion), 1.6516095534787112))
    let vague = try #require(weighted(5))
    #expect(near(vague.standardError, 0.027057110477919297))
    #expect(near(vague.pValue, 0.05922574357332849))
    #expect(vague.lower < 0 && vague.upper > 0.1)
  }

  static let notTrends: [[Trend.Point]] = [
    [], [Trend.Point(x: 1, y: 1, standardError: 1)],
    [Trend.Point(x: 1, y: 1), Trend.Point(x: 2, y: 2)],
    [Trend.Point(x: 1, y: 1), Trend.Point(x: 1, y: 2), Trend.Point(x: 1, y: 3)],
  ]

  @Test(arguments: notTrends)
  func tooLittleForATrend(_ points: [Trend.Point]) { #expect(Trend(points) == nil) }

  @Test func twoPointsWithErrorsAreATrend() throws {
    let trend = try #require(
      Trend([
        Trend.Point(x: 0, y: 1, standardError: 3), Trend.Point(x: 2, y: 5, standardError: 4),
      ]))
    #expect(near(trend.slope, 2))
    #expect(near(trend.standardError, 2.5))
  }

  @Test func slices() throws {
    let values: [Double] = [9, 8, 7, 1, 6, 5, 4, 3, 2, 0]
    let labels: [Label] = [
      .member, .member, .member, .member, .nonMember, .nonMember, .nonMember, .nonMember,
      .unknown, .nonMember,
    ]
    let families = ["a", "b", "a", "b", "a", "b", "a", "b", nil, nil]
    let ranking = Ranking(values: values, labels: labels)
    let target = [RateTarget(fpr: 0.2)]
    let same = ranking.slices(by: families, targets: target)
    #expect(same.map(\.key) == ["a", "b"])
    #expect(same.map(\.memberCount) == [2, 2])
    #expect(same.map(\.nonMemberCount) == [2, 2])
    #expect(same.map { $0.auc?.auc } == [1, 0.5])
    let detections = same.compactMap(\.atOverallThresholds.first)
    #expect(detections.map(\.threshold) == [.ordinary(6), .ordinary(6)])
    #expect(detections.map { $0.tpr?.value } == [1, 0.5])
    #expect(detections.map { $0.fpr?.value } == [0.5, 0])
    #expect(same.map(\.isSmall) == [true, true])

    let repeats = [16, 1, 16, 1, nil, nil, nil, nil, 1, nil]
    let all = ranking.slices(by: repeats, targets: target, baseline: .all)
    #expect(all.map(\.key) == [1, 16])
    #expect(all.map(\.nonMemberCount) == [5, 5])
    #expect(all.map { $0.auc?.auc } == [0.6, 1])
    let alone = ranking.slices(by: repeats, targets: target)
    #expect(alone.allSatisfy { $0.auc == nil && $0.atOverallThresholds[0].fpr == nil })
  }

  @Test(arguments: [0, 0.5], [50, 2000])
  func theBandSurroundsTheCurve(step: Double, size: Int) throws {
    let sample = Sample(members: size, nonMembers: size, shift: 1, step: step, seed: 6)
    let roc = try #require(ROC(sample.ranking))
    let band = ROCBand(roc)
    for fpr in stride(from: 0.0, through: 1, by: 0.01) {
      let limits = band.limits(atFPR: fpr)
      let point = try #require(roc.operatingPoint(fpr: fpr))
      let pointwise = roc.tprInterval(fpr: fpr)
      #expect(limits.lower <= point.tpr && point.tpr <= limits.upper)
      #expect(fpr == 0 || (limits.lower <= pointwise.lower && pointwise.upper <= limits.upper))
    }
    for edge in [band.lower, band.upper] {
      #expect(edge[0].fpr == 0)
      for (left, right) in zip(edge, edge.dropFirst()) {
        #expect(left.fpr <= right.fpr && left.tpr <= right.tpr)
      }
    }
    #expect(band.limits(atFPR: 0).lower == 0)
    if size == 2000 {
      let middle = band.limits(atFPR: 0.3)
      #expect(middle.upper - middle.lower < 0.25)
    }
  }
}
