import Basics
import ScoringCore
import Testing

@Suite struct ClusterTests {
  private static let labels: [Label] = [
    .member, .member, .member, .member, .member, .nonMember, .nonMember, .nonMember, .nonMember,
    .nonMember,
  ]
  private static let first = Ranking(
    values: [0.9, 0.8, 0.7, 0.35, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], labels: labels)
  private static let second = Ranking(
    values: [0.6, 0.9, 0.4, 0.3, 0.5, 0.55, 0.45, 0.2, 0.35, 0.1], labels: labels)
  /// Cluster 3 holds a member and a non-member.
  private static let ids = [1, 1, 2, 2, 3, 3, 4, 4, 5, 6]

  /// Against Obuchowski's formulas written out in NumPy.
  @Test func variancesBetweenClusters() throws {
    let compared = try #require(DeLong.compare(Self.first, Self.second, clusters: Self.ids))
    #expect(near(compared.firstVariance, 0.0059904))
    #expect(near(compared.secondVariance, 0.03917226666666667))
    #expect(near(compared.covariance, 0.0140032))
    let alone = try #require(DeLong.estimate(Self.first, clusters: Self.ids))
    #expect(near(try #require(alone.standardError), 0.0059904.squareRoot()))
    #expect(alone.interval.method == .delongClustered)
  }

  @Test func clustersOfOneAreNoClusters() throws {
    let ids = Array(0..<10)
    let clustered = try #require(DeLong.compare(Self.first, Self.second, clusters: ids))
    let plain = try #require(DeLong.compare(Self.first, Self.second))
    #expect(near(clustered.firstVariance, plain.firstVariance))
    #expect(near(clustered.covariance, plain.covariance))
    #expect(near(clustered.pValue, plain.pValue))
  }

  /// Eight copies of every row, each with its copies in a cluster, are no more evidence than one.
  @Test func copiesAddNothing() throws {
    let sample = Sample(members: 60, nonMembers: 60, shift: 0.8, seed: 4)
    let values = sample.values.flatMap { Array(repeating: $0, count: 8) }
    let labels = sample.labels.flatMap { Array(repeating: $0, count: 8) }
    let ids = sample.values.indices.flatMap { Array(repeating: $0, count: 8) }
    let once = try #require(DeLong.estimate(sample.ranking))
    let copies = Ranking(values: values, labels: labels)
    let often = try #require(DeLong.estimate(copies, clusters: ids))
    #expect(near(try #require(once.standardError), try #require(often.standardError)))
    #expect(near(once.interval.lower, often.interval.lower))
    let naive = try #require(DeLong.estimate(copies)?.standardError)
    #expect(naive < 0.4 * (once.standardError ?? 0))
  }

  @Test func documentsAreClustersOnlyWhereTheyHoldSeveral() {
    let metadata = Metadata(columns: [
      Metadata.Column(key: "document", values: ["a", "b", "c"], codes: [0, 0, 1, -1, -1, 2])
    ])
    let all = [Bool](repeating: true, count: 6)
    #expect(metadata.documents(count: 6, isIncluded: all) == [0, 0, 1, -4, -5, 2])
    #expect(
      metadata.documents(count: 6, isIncluded: [true, false, true, true, true, true]) == nil)
    #expect(Metadata(columns: []).documents(count: 6, isIncluded: all) == nil)
  }

  @Test func evaluationsTakeClustersIntoAccount() throws {
    let sample = Sample(members: 40, nonMembers: 40, shift: 1, seed: 9)
    let values = sample.values.flatMap { [$0, $0, $0] }
    let labels = sample.labels.flatMap { [$0, $0, $0] }
    let column = ScoreColumn(
      attack: "a", values: values, statuses: values.map { _ in .ordinary })
    var options = EvaluationOptions()
    options.replicates = 400
    let ids = sample.values.indices.flatMap { [$0, $0, $0] }
    let clustered = AttackEvaluation(column, labels: labels, clusters: ids, options: options)
    let plain = AttackEvaluation(column, labels: labels, options: options)
    #expect(clustered.clusterCount == 80 && plain.clusterCount == nil)
    func width(_ interval: Interval?) -> Double { interval.map { $0.upper - $0.lower } ?? 0 }
    #expect(width(clustered.auc?.interval) > 1.5 * width(plain.auc?.interval))
    // Three copies of a sequence tell no more of the advantage than one. (Against sequences taken
    // for independent the factor is less than the root of 3: theirs allows for the largest distance
    // of two curves and is wider than a bootstrap's of as many.)
    let once = AttackEvaluation(
      ScoreColumn(
        attack: "a", values: sample.values, statuses: sample.values.map { _ in .ordinary }),
      labels: sample.labels, clusters: Array(sample.values.indices), options: options)
    let (one, three) = (width(once.advantage?.interval), width(clustered.advantage?.interval))
    #expect(abs(three - one) < 0.05 * one && three > 0.1)
    #expect(three > 1.15 * width(plain.advantage?.interval))
    let both = try #require(
      AttackEvaluation.all([column, column], labels: labels, clusters: ids, options: options))
    #expect(both.allSatisfy { $0.points[0].interval == clustered.points[0].interval })
    #expect(
      AttackEvaluation.all([column], labels: labels, options: options, isCancelled: { true }) == nil
    )
  }

  @Test(arguments: [nil, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]] as [[Int]?])
  func halvesAreHalvesAndKeepClustersTogether(_ ids: [Int]?) {
    let labels: [Label] = [
      .member, .member, .member, .member, .nonMember, .nonMember, .nonMember, .nonMember,
      .unknown, .unknown, .unknown, .unknown,
    ]
    var seen: Set<[Bool]> = []
    for seed in 0..<20 as Range<UInt64> {
      let half = HoldoutSplit.firstHalf(of: labels, clusters: ids, seed: seed)
      #expect(half == HoldoutSplit.firstHalf(of: labels, clusters: ids, seed: seed))
      for label in Label.allCases {
        let members = labels.indices.filter { labels[$0] == label }
        #expect(members.count { half[$0] } == 2)
      }
      if let ids {
        for row in 0..<6 { #expect(half[2 * row] == half[2 * row + 1] && ids[0] == 1) }
      }
      seen.insert(half)
    }
    #expect(seen.count > 3)
  }
}
