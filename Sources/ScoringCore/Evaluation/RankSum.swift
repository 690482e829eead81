import Basics

/// Whether a whole set of sequences scores higher than known non-members (Wilcoxon's rank sum).
///
/// Answers "was this set used?", for which single sequences give too little evidence. Valid only
/// when set and non-members are drawn alike but for training: a shift of topic, date or length
/// between them rejects just as well.
public struct RankSum: Hashable, Sendable {
  /// The chance that a sequence of the set outranks a non-member, ties one half; 0.5 is no trace.
  public let superiority: Double
  /// The interval of that chance.
  public let interval: Interval
  /// Sequences in the set.
  public let setCount: Int
  /// Non-members.
  public let nonMemberCount: Int
  /// The rank sum in standard deviations from its mean, corrected for ties and continuity.
  public let z: Double
  /// The one-sided p-value of "the set scores no higher", from the normal approximation.
  ///
  /// With clusters from the variance between them, which takes a few dozen clusters to be sure of.
  public let pValue: Double
  /// The one-sided p-value from random relabellings, exact at any size; nil if none were asked for.
  public let permutationPValue: Double?

  /// Tests the rows of one label against the non-members of a ranking.
  ///
  /// - Parameters:
  ///   - ranking: the rows; only those of `label` and the non-members count.
  ///   - label: the set: unknown by default.
  ///   - clusters: one id per input row; rows of one cluster are not independent, so variances are
  ///     between clusters and relabellings move whole ones. Nil takes rows as independent.
  ///   - permutations: how many random relabellings to draw; 0 for none. The smallest p they can
  ///     give is 1/(permutations + 1).
  ///   - seed: the seed of the relabellings.
  ///   - level: the nominal coverage of the interval.
  ///   - threads: how many threads to use, which never changes a result; nil uses all.
  /// - Returns: nil when the set or the non-members are empty.
  public static func test(
    _ ranking: Ranking, label: Label = .unknown, clusters: [Int]? = nil, permutations: Int = 0,
    seed: UInt64 = 1, level: Double = 0.95, threads: Int? = nil
  ) -> RankSum? {
    let rows = ranking.order.map { Int($0) }.filter {
      ranking.labels[$0] == label || ranking.labels[$0] == .nonMember
    }
    let labels = ranking.labels.map { $0 == label ? Label.member : .nonMember }
    let both = Ranking(
      values: ranking.values, statuses: ranking.statuses, labels: labels, rows: rows)
    guard label != .nonMember,
      let estimate = DeLong.estimate(both, level: level, clusters: clusters)
    else { return nil }
    let ranks = Ranks(both)
    var z = ranks.z
    if clusters != nil {
      let error = estimate.standardError ?? .infinity
      z = error > 1e-12 ? (estimate.auc - 0.5) / error : 0
    }
    let permuted = { () -> Double in
      let units = clusters.map { ClusterRanks(both, doubled: ranks.doubled, ids: $0) }
      return units?.permutationPValue(permutations, seed: seed, threads: threads)
        ?? ranks.permutationPValue(permutations, seed: seed, threads: threads ?? availableThreads)
    }
    return RankSum(
      superiority: estimate.auc, interval: estimate.interval, setCount: both.memberCount,
      nonMemberCount: both.nonMemberCount, z: z, pValue: Normal.cdf(-z),
      permutationPValue: permutations == 0 ? nil : permuted())
  }
}

/// Midranks summed over whole clusters, which are relabelled together.
///
/// A cluster with rows of the set and of the non-members counts as two.
private struct ClusterRanks: Sendable {
  private var sums: [Double] = []
  private var sizes: [Double] = []
  private var setClusters: [Int] = []
  private let total: Double
  private let count: Double

  init(_ ranking: Ranking, doubled: [Int], ids: [Int]) {
    var places: [[Int: Int]] = [[:], [:]]
    for (place, row) in ranking.order.enumerated() {
      let isSet = ranking.labels[Int(row)] == .member
      let id = ids[Int(row)]
      let cluster = places[isSet ? 1 : 0][id] ?? sums.count
      if cluster == sums.count {
        places[isSet ? 1 : 0][id] = cluster
        sums.append(0)
        sizes.append(0)
        if isSet { setClusters.append(cluster) }
      }
      sums[cluster] += Double(doubled[place])
      sizes[cluster] += 1
    }
    total = sums.reduce(0, +)
    count = sizes.reduce(0, +)
  }

  /// How far the mean rank of some clusters lies above that of the others.
  private func excess(_ clusters: some Sequence<Int>) -> Double {
    var (sum, size) = (0.0, 0.0)
    for cluster in clusters {
      sum += sums[cluster]
      size += sizes[cluster]
    }
    return sum / size - (total - sum) / (count - size)
  }

  func permutationPValue(_ permutations: Int, seed: UInt64, threads: Int?) -> Double {
    let observed = excess(setClusters) - 1e-9
    let high = parallelParts(count: permutations, threads: threads ?? availableThreads) { part in
      part.map { permutation in
        var generator = Xoshiro256(seed: seed, replicate: permutation)
        var pool = Array(sums.indices)
        for place in setClusters.indices {
          let left = UInt64(pool.count - place)
          pool.swapAt(place, place + Int(generator.next().multipliedFullWidth(by: left).high))
        }
        return excess(pool.prefix(setClusters.count)) >= observed
      }
    }
    return Double(1 + high.count { $0 }) / Double(permutations + 1)
  }
}

/// Twice the midranks of a ranking's rows, in whole numbers, so that sums are exact.
private struct Ranks: Sendable {
  var doubled: [Int] = []
  var setSum = 0
  var setCount: Int
  var tieTerm = 0.0

  init(_ ranking: Ranking) {
    setCount = ranking.memberCount
    doubled.reserveCapacity(ranking.count)
    for group in 0..<ranking.groupCount {
      let tie = ranking.group(group)
      // Ranks count from the lowest score: the rows above a tie hold the ranks above its own.
      let rank = 2 * ranking.count - tie.rows.lowerBound - tie.rows.upperBound + 1
      doubled += Array(repeating: rank, count: tie.rows.count)
      setSum += rank * tie.memberCount
      let size = Double(tie.rows.count)
      tieTerm += size * size * size - size
    }
  }

  var z: Double {
    let (m, total) = (Double(setCount), Double(doubled.count))
    let n = total - m
    let mean = m * (total + 1) / 2
    let variance = m * n / 12 * (total + 1 - tieTerm / (total * (total - 1)))
    guard variance > 0 else { return 0 }
    let excess = Double(setSum) / 2 - mean
    let corrected = excess == 0 ? 0 : excess - (excess > 0 ? 0.5 : -0.5)
    return corrected / variance.squareRoot()
  }

  /// The share of relabellings whose rank sum is at least as high, the true labelling included.
  func permutationPValue(_ permutations: Int, seed: UInt64, threads: Int) -> Double {
    let high = parallelParts(count: permutations, threads: threads) { part in
      var pool = doubled
      return part.map { permutation in
        var generator = Xoshiro256(seed: seed, replicate: permutation)
        pool = doubled
        var sum = 0
        for place in 0..<setCount {
          let left = UInt64(pool.count - place)
          let chosen = place + Int(generator.next().multipliedFullWidth(by: left).high)
          pool.swapAt(place, chosen)
          sum += pool[place]
        }
        return sum >= setSum
      }
    }
    return Double(1 + high.count { $0 }) / Double(permutations + 1)
  }
}
