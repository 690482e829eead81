import Basics
import Testing

@testable import ScoringCore

@Suite struct BootstrapTests {
  static let targets = FPRConvention.allCases.flatMap { convention in
    [0, 0.01, 0.1, 0.35, 1].map { RateTarget(fpr: $0, convention: convention) }
  }

  /// Rows as one replicate draws them, sorted and read like any other sample.
  static func expanded(
    _ ranking: Ranking, slots: Ranking, _ weights: ReplicateWeights
  ) -> Ranking {
    var rows: [Int] = []
    var (member, nonMember) = (0, 0)
    for row in slots.order.map({ Int($0) }) {
      var times: UInt8 = 0
      switch slots.labels[row] {
      case .member:
        times = weights.members[member]
        member += 1
      case .nonMember:
        times = weights.nonMembers[nonMember]
        nonMember += 1
      case .unknown: break
      }
      rows += Array(repeating: row, count: Int(times))
    }
    return Ranking(
      scores: rows.map { ranking.score(ofRow: $0) }, labels: rows.map { ranking.labels[$0] })
  }

  /// The one-pass figures of a replicate are those of the expanded sample, digit for digit.
  @Test(arguments: [false, true], 0..<12)
  func replicatesEqualExpandedSamples(clustered: Bool, replicate: Int) throws {
    let seed = UInt64(replicate + (clustered ? 100 : 0))
    print("seed", seed)
    var generator = SplitMix64(seed: seed)
    let step = [0, 0.3, 1][replicate % 3]
    var sample = Sample(members: 60, nonMembers: 83, shift: 0.8, step: step, seed: seed)
    sample = sample.shuffled(seed: seed)
    let second = sample.values.map { ($0 + generator.normal()).rounded() }
    let statuses = sample.values.map { _ -> ScoreStatus in
      replicate % 2 == 0 || Int.random(in: 0..<6, using: &generator) > 0
        ? .ordinary : .noMovement
    }
    let first = Ranking(values: sample.values, statuses: statuses, labels: sample.labels)
    let other = Ranking(values: second, labels: sample.labels)
    let ids = sample.values.map { _ in Int.random(in: 0..<30, using: &generator) }
    let resampler = Resampler(first, clusters: clustered ? ids : nil)
    var weights = ReplicateWeights(members: 60, nonMembers: 83)
    var numbers = Xoshiro256(seed: seed, replicate: replicate)
    resampler.draw(into: &weights, using: &numbers)
    #expect(weights.members.reduce(0) { $0 + Int($1) } == weights.memberTotal)

    for (ranking, slots) in [(first, nil), (other, first)] {
      let presorted = PresortedRanking(ranking, slots: slots)
      var scratch = PresortedRanking.ReplicateScratch(presorted)
      var figures: [Double] = []
      presorted.figures(weights, targets: Self.targets, scratch: &scratch, into: &figures)
      let sorted = Self.expanded(ranking, slots: first, weights)
      let roc = try #require(ROC(sorted))
      let expected =
        [sorted.auc() ?? -1, roc.advantage]
        + Self.targets.map {
          roc.operatingPoint(fpr: $0.fpr, convention: $0.convention)?.tpr ?? .nan
        }
      let isSame = zip(figures, expected).allSatisfy {
        $0 == $1 || near($0, $1, 1e-12) || ($0.isNaN && $1.isNaN)
      }
      #expect(isSame && figures.count == expected.count, "\(figures) \(expected)")
    }
  }

  @Test func neverDependsOnThreads() throws {
    let sample = Sample(members: 300, nonMembers: 300, shift: 1, step: 0.1, seed: 3)
    let other = Sample(members: 300, nonMembers: 300, shift: 0.6, seed: 4)
    let targets = [RateTarget(fpr: 0.01), RateTarget(fpr: 0.1, convention: .interpolated)]
    let clusters = (0..<600).map { $0 / 4 }
    func estimates(_ threads: Int, _ seed: UInt64 = 9) -> [BootstrapEstimate?] {
      let bootstrap = Bootstrap(replicates: 211, seed: seed, threads: threads)
      return [nil, clusters].map {
        bootstrap.estimate(sample.ranking, targets: targets, clusters: $0)
      }
    }
    func comparison(_ threads: Int) -> BootstrapComparison? {
      Bootstrap(replicates: 211, seed: 9, threads: threads)
        .compare(sample.ranking, other.ranking, targets: targets, clusters: clusters)
    }
    let one = estimates(1)
    #expect(one.allSatisfy { $0?.usedReplicates == 211 })
    #expect(one[0]?.smallestClass == 300)
    #expect(one[1]?.smallestClass == 75)
    #expect(comparison(1) != nil)
    for threads in [2, 3, 8, 500] {
      #expect(estimates(threads) == one)
      #expect(comparison(threads) == comparison(1))
    }
    #expect(estimates(2, 10) != one)
  }

  @Test func agreesWithDeLong() throws {
    let sample = Sample(members: 1000, nonMembers: 800, shift: 1, step: 0.2, seed: 12)
    let delong = try #require(DeLong.estimate(sample.ranking))
    let bootstrap = try #require(Bootstrap().estimate(sample.ranking, targets: []))
    #expect(abs(delong.interval.lower - bootstrap.auc.lower) < 0.002)
    #expect(abs(delong.interval.upper - bootstrap.auc.upper) < 0.002)
    #expect(bootstrap.auc.method == .bootstrap)

    var generator = SplitMix64(seed: 5)
    var noisy = sample
    noisy.values = sample.values.map { $0 + generator.normal() }
    let paired = try #require(DeLong.compare(sample.ranking, noisy.ranking)?.interval)
    let difference = try #require(
      Bootstrap().compare(sample.ranking, noisy.ranking, targets: [RateTarget(fpr: 0.1)]))
    #expect(abs(paired.lower - difference.auc.interval.lower) < 0.004)
    #expect(abs(paired.upper - difference.auc.interval.upper) < 0.004)
    #expect(difference.auc.pValue < 0.002)
    let rate = try #require(difference.rates[0])
    #expect(rate.interval.contains(rate.estimate))
  }

  /// Whole documents drawn together: ten copies of a row are one piece of evidence, not ten.
  @Test func clustersWidenTheInterval() throws {
    let few = Sample(members: 60, nonMembers: 60, shift: 0.8, seed: 21)
    let values = few.values.flatMap { Array(repeating: $0, count: 10) }
    let labels = few.labels.flatMap { Array(repeating: $0, count: 10) }
    let ids = values.indices.map { $0 / 10 }
    let copies = Ranking(values: values, labels: labels)
    func width(_ ranking: Ranking, _ clusters: [Int]?) throws -> Double {
      let interval = try #require(
        Bootstrap().estimate(ranking, targets: [], clusters: clusters)
      ).auc
      return interval.upper - interval.lower
    }
    let (alone, naive, clustered) = (
      try width(few.ranking, nil), try width(copies, nil), try width(copies, ids)
    )
    #expect(abs(clustered - alone) < 0.1 * alone)
    #expect(naive < 0.5 * clustered)
  }

  /// Where no replicate can vary, the interval is still not a point.
  @Test func certaintyIsNeverBootstrapped() throws {
    let targets = [RateTarget(fpr: 0.001), RateTarget(fpr: 0.4)]
    for (sample, clusters) in [
      (Sample.perfect, nil), (.perfect, [0, 0, 0, 1, 1, 2, 2, 2, 3, 3]), (.allTied, nil),
      (Sample([1, 0], [1, 0]), nil),
    ] as [(Sample, [Int]?)] {
      let estimate = try #require(
        Bootstrap(replicates: 100).estimate(sample.ranking, targets: targets, clusters: clusters))
      for interval in [estimate.auc] + estimate.rates.compactMap({ $0 }) {
        #expect(interval.upper - interval.lower > 0.4)
      }
      #expect(estimate.rates.compactMap(\.?.method) == [.bootstrapWidened, .bootstrapWidened])
    }
    let same = try #require(
      Bootstrap(replicates: 50).compare(
        Sample.perfect.ranking, Sample.perfect.ranking, targets: targets))
    #expect(same.auc.pValue == 1)
    #expect(same.auc.interval.upper > 0.4)
  }

  @Test func refusesWhatItCannotAnswer() {
    let bootstrap = Bootstrap(replicates: 20)
    let ranking = Sample.tied.ranking
    #expect(bootstrap.estimate(Sample([1, 2], [1, 1]).ranking, targets: []) == nil)
    #expect(bootstrap.estimate(ranking, targets: [], isCancelled: { true }) == nil)
    #expect(bootstrap.compare(ranking, Sample.perfect.ranking, targets: []) == nil)
    let strict = bootstrap.estimate(
      ranking, targets: [RateTarget(fpr: 0, convention: .strict)])
    #expect(strict?.rates == [nil])
  }

  @Test(arguments: [0.1, 0.001, 0.5])
  func theThresholdIsUncertainToo(_ fpr: Double) throws {
    let sample = Sample(members: 200, nonMembers: 200, shift: 1, step: 0.1, seed: 2)
    let roc = try #require(ROC(sample.ranking))
    let interval = roc.tprInterval(fpr: fpr)
    let exact = roc.tprInterval(fpr: fpr, limits: .clopperPearson)
    let point = try #require(roc.operatingPoint(fpr: fpr))
    #expect(interval.contains(point.tpr))
    #expect(interval.lower < point.tprInterval().lower)
    // The threshold's own uncertainty comes on top of the members'. A bound from above alone has all
    // of its error there, as one end of a 90 % interval has.
    let alone = point.tprInterval(level: interval.isUpperBound ? 0.9 : 0.95)
    #expect(interval.upper > alone.upper)
    #expect(exact.lower <= interval.lower && interval.upper < exact.upper)
    #expect(exact.method == (fpr == 0.001 ? .orderStatisticsUpper : .orderStatisticsExact))
  }

  /// Figures of a second implementation (SciPy's binomial distribution and `brentq`).
  @Test(arguments: [
    (0.1, 0.0, 0.8368111226631865, Interval.Method.orderStatisticsUpper),
    (0.25, 0.0, 0.9287980474471996, .orderStatisticsUpper),
    (0.5, 0.4777099336836105, 1, .orderStatistics),
  ])
  func orderStatisticsAgreeWithSciPy(
    _ fpr: Double, _ low: Double, _ high: Double, _ method: Interval.Method
  ) throws {
    let members = [3.1, 2.6, 2.2, 1.9, 1.9, 1.6, 1.3, 1.1, 0.8, 0.4, 0.1, -0.6]
    let others = [1.9, 1.2, 0.9, 0.5, 0.4, 0.2, -0.1, -0.3, -0.7, -1, -1.4, -2]
    let sample = Sample(members + others, members.map { _ in 1 } + others.map { _ in 0 })
    let interval = try #require(ROC(sample.ranking)).tprInterval(fpr: fpr)
    #expect(near(interval.lower, low) && near(interval.upper, high))
    #expect(interval.method == method)
  }

  @Test func tooFewNonMembersBoundOnlyFromAbove() throws {
    // 0.99^n falls below 2.5 % at 368 non-members.
    for (count, isBound) in [(367, true), (368, false)] {
      let sample = Sample(members: 50, nonMembers: count, shift: 2, seed: 3)
      let interval = try #require(ROC(sample.ranking)).tprInterval(fpr: 0.01)
      #expect(interval.isUpperBound == isBound && (interval.lower == 0) == isBound)
    }
    let bound = Interval(lower: 0, upper: 0.413, level: 0.95, method: .orderStatisticsUpper)
    #expect(bound.words { "\($0 * 100) %" } == "at most 41.3 %")
    let both = Interval(lower: 0.25, upper: 0.5, level: 0.95, method: .orderStatistics)
    #expect(both.words { "\($0)" } == "[0.25, 0.5]")
  }

  @Test func advantageIsBoundedWithoutASeed() throws {
    // The best threshold of these 40 + 40 alike has an advantage of 0.3, which chance may well give:
    // Smirnov's bound there is 0.3037. (Under seed 4 the whole curve runs below the diagonal, as one
    // of 41 does, so that even the sample's own is 0.)
    let blind = try #require(ROC(Sample(members: 40, nonMembers: 40, shift: 0, seed: 7).ranking))
    #expect(near(blind.advantage, 0.3) && blind.advantageInterval().lower == 0)
    let below = try #require(ROC(Sample(members: 40, nonMembers: 40, shift: 0, seed: 4).ranking))
    #expect(below.advantage == 0 && below.advantageInterval().lower == 0)
    let strong = try #require(ROC(Sample(members: 400, nonMembers: 400, shift: 2, seed: 4).ranking))
    let interval = strong.advantageInterval()
    // sqrt(ln(40)/2 · 800/160000) under the sample's own.
    #expect(near(interval.lower, strong.advantage - 0.09603227913199207))
    #expect(interval.upper > strong.advantage && interval.upper < strong.advantage + 0.08)
    let all = try #require(ROC(Sample.perfect.ranking)).advantageInterval()
    #expect(all.upper == 1 && all.lower < 0.2)
  }
}
