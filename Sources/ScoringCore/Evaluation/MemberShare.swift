import Basics

/// The share of suspects that are members, read off one threshold.
///
/// (share of suspects above − FPR)/(TPR − FPR): suspects are a mixture of sequences that score like
/// known members and such that score like known non-members. Holds only where both are drawn as the
/// suspects are but for training; a shift of text between them makes it void. The threshold is where
/// TPR − FPR is largest on one half of the known sequences; rates are those of the other half.
public struct MemberShare: Hashable, Sendable {
  /// The share, kept within 0 and 1.
  public let value: Double
  /// Every share that a test of the three rates does not reject (Fieller 1954); over clusters
  /// widened to the percentiles of a bootstrap.
  ///
  /// Percentiles alone are too narrow where few known sequences are: with 20 members and 20
  /// non-members they hold the true share in 51 to 90 % of audits.
  public let interval: Interval
  /// The threshold; nil lies above every score.
  public let threshold: Score?
  /// The share of suspects at or above it.
  public let hitRate: Double
  /// The share of held-out members at or above it.
  public let tpr: Double
  /// The share of held-out non-members at or above it.
  public let fpr: Double
  /// Suspects.
  public let suspects: Int
  /// Held-out members.
  public let members: Int
  /// Held-out non-members.
  public let nonMembers: Int

  /// The least TPR − FPR that a share is read off: below it the quotient is noise.
  public static let leastContrast = 0.05

  /// Estimates the share.
  ///
  /// - Parameters:
  ///   - ranking: the rows; unknown ones are the suspects.
  ///   - clusters: one id per input row; halves and resamples keep rows of one cluster together.
  ///   - replicates: how many resamples of clusters to draw.
  ///   - seed: the seed of split and resamples.
  ///   - level: the nominal coverage.
  /// - Returns: nil without suspects, with fewer than 20 members or non-members, or where the held
  ///   out TPR and FPR are closer than `leastContrast`.
  public static func estimate(
    _ ranking: Ranking, clusters: [Int]? = nil, replicates: Int = 1000, seed: UInt64 = 1,
    level: Double = 0.95
  ) -> MemberShare? {
    guard ranking.unknownCount > 0,
      min(ranking.memberCount, ranking.nonMemberCount) >= EmpiricalEpsilon.fewest
    else { return nil }
    let isFirst = HoldoutSplit.firstHalf(of: ranking.labels, clusters: clusters, seed: seed)
    let rows = ranking.order.map { Int($0) }
    let choosing = ROC(
      Ranking(
        values: ranking.values, statuses: ranking.statuses, labels: ranking.labels,
        rows: rows.filter { isFirst[$0] && ranking.labels[$0] != .unknown }))
    guard let choosing else { return nil }
    var best = (height: -1.0, threshold: Score?.none)
    for index in 0..<choosing.reachableCount {
      let vertex = choosing[index]
      if vertex.tpr - vertex.fpr > best.height {
        best = (vertex.tpr - vertex.fpr, vertex.threshold)
      }
    }
    let isHit = ranking.detectedRows(at: best.threshold)
    let judged = rows.filter { ranking.labels[$0] == .unknown || !isFirst[$0] }
    let kinds = judged.map { Int(ranking.labels[$0].rawValue) }
    let units = SamplingUnits(
      kinds: kinds, clusters: clusters.map { ids in judged.map { ids[$0] } })
    @Sendable func rates(_ weight: (Int) -> Int) -> Rates {
      var rates = Rates()
      for (place, row) in judged.enumerated() {
        rates.count(ranking.labels[row], isHit[row], times: weight(place))
      }
      return rates
    }
    let found = rates { _ in 1 }
    guard let share = found.share, found.tpr - found.fpr >= leastContrast else { return nil }
    // Rows of one cluster are no independent witnesses: its limits count clusters.
    func count(_ label: Label) -> Int {
      Set(judged.indices.filter { ranking.labels[judged[$0]] == label }.map { units.unitOfRow[$0] })
        .count
    }
    var interval = limits(
      hitRate: found.hitRate, suspects: count(.unknown), tpr: found.tpr, members: count(.member),
      fpr: found.fpr, nonMembers: count(.nonMember), level: level)
    if clusters != nil {
      let draws = Resamples(strata: units.strata, seed: seed).figures(replicates: replicates) {
        weights in [rates { Int(weights[units.unitOfRow[$0]]) }.share ?? .nan]
      }
      let sorted = draws.map { $0[0] }.filter { !$0.isNaN }.sorted()
      interval.lower = min(interval.lower, clipped(sorted.quantile((1 - level) / 2) ?? 0))
      interval.upper = max(interval.upper, clipped(sorted.quantile((1 + level) / 2) ?? 1))
      interval.method = .bootstrapWidened
    }
    return MemberShare(
      value: clipped(share), interval: interval,
      threshold: best.threshold, hitRate: found.hitRate, tpr: found.tpr, fpr: found.fpr,
      suspects: found.all[0], members: found.all[1], nonMembers: found.all[2])
  }

  private static func clipped(_ value: Double) -> Double { min(max(value, 0), 1) }

  /// Every share θ at which the rates differ from hit rate = FPR + θ (TPR − FPR) by no more than
  /// chance: a quadratic inequality in θ.
  ///
  /// The variances are of rates with two hits and two misses more (Agresti and Coull 1998), so that a
  /// rate of 0 or 1 is not taken for certain.
  ///
  /// - Parameters:
  ///   - hitRate: the share of suspects above the threshold.
  ///   - suspects: how many suspects there are.
  ///   - tpr: the share of held-out members above it.
  ///   - members: how many held-out members there are.
  ///   - fpr: the share of held-out non-members above it.
  ///   - nonMembers: how many held-out non-members there are.
  ///   - level: the nominal coverage.
  public static func limits(
    hitRate: Double, suspects: Int, tpr: Double, members: Int, fpr: Double, nonMembers: Int,
    level: Double = 0.95
  ) -> Interval {
    func variance(_ rate: Double, _ count: Int) -> Double {
      let size = Double(count) + 4
      let share = (rate * Double(count) + 2) / size
      return share * (1 - share) / size
    }
    let z = Normal.twoSidedQuantile(level: level)
    let (hits, alarms) = (z * z * variance(hitRate, suspects), z * z * variance(fpr, nonMembers))
    let found = z * z * variance(tpr, members)
    let (above, contrast) = (hitRate - fpr, tpr - fpr)
    // a θ² − 2 b θ + c ≤ 0
    let a = contrast * contrast - alarms - found
    let b = above * contrast - alarms
    let c = above * above - hits - alarms
    var (lower, upper) = (0.0, 1.0)
    if a > 0 {
      let root = max(0, b * b - a * c).squareRoot()
      // Where the quotient lies outside 0 to 1, the ends move back with it: never a point.
      let excess = above / contrast - clipped(above / contrast)
      lower = clipped((b - root) / a - max(0, excess))
      upper = clipped((b + root) / a - min(0, excess))
    }
    return Interval(lower: lower, upper: upper, level: level, method: .fieller)
  }

  /// Hits and totals of suspects, members and non-members.
  private struct Rates {
    var hits = [0, 0, 0]
    var all = [0, 0, 0]

    mutating func count(_ label: Label, _ isHit: Bool, times: Int) {
      let place =
        switch label {
        case .unknown: 0
        case .member: 1
        case .nonMember: 2
        }
      all[place] += times
      if isHit { hits[place] += times }
    }

    private func rate(_ place: Int) -> Double { Double(hits[place]) / Double(all[place]) }
    var hitRate: Double { rate(0) }
    var tpr: Double { rate(1) }
    var fpr: Double { rate(2) }
    /// Not kept within 0 and 1, so that resamples are not cut before their percentiles are taken.
    var share: Double? {
      all.contains(0) || tpr <= fpr ? nil : (hitRate - fpr) / (tpr - fpr)
    }
  }
}
