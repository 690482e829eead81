#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The upper end of Wilson's interval of a share (1927).
private func wilsonUpper(_ count: Double, of total: Double, z: Double) -> Double {
  let share = count / total
  let spread = share * (1 - share) / total + z * z / (4 * total * total)
  return (share + z * z / (2 * total) + z * spread.squareRoot()) / (1 + z * z / total)
}

/// The membership advantage with its uncertainty over sequences.
public struct AdvantageEstimate: Hashable, Sendable {
  /// The largest TPR − FPR over all thresholds: Youden's index, or the membership advantage.
  ///
  /// Optimistic: the threshold was found on the sequences it is judged by.
  public var value: Double
  /// The interval of the largest TPR − FPR that a threshold truly has; nil where documents count
  /// and nothing was resampled.
  public var interval: Interval?

  /// The best accuracy over all thresholds when both classes weigh the same: (1 + advantage)/2.
  public var balancedAccuracy: Double { (1 + value) / 2 }
  /// The interval of the best balanced accuracy.
  public var balancedAccuracyInterval: Interval? {
    interval.map {
      Interval(
        lower: (1 + $0.lower) / 2, upper: (1 + $0.upper) / 2, level: $0.level, method: $0.method)
    }
  }
}

extension ROC {
  /// The interval of the largest TPR − FPR that a threshold truly has, over independent sequences.
  ///
  /// The threshold was chosen for its height, so the lower end allows for the largest distance that
  /// chance puts between the curves of both classes (Smirnov's bound, half of the error). No choice
  /// was made for the best true threshold, wherever it lies: the upper end is the highest upper
  /// limit of TPR − FPR at any threshold (Wilson's limits, joined after Newcombe 1998, method 10).
  /// Simulated coverage of a nominal 95 % is 96 to 100 %, from 20 + 20 to 10,000 + 10,000.
  public func advantageInterval(level: Double = 0.95) -> Interval {
    let (m, n) = (Double(ranking.memberCount), Double(ranking.nonMemberCount))
    let chance = (-log((1 - level) / 2) / 2 * (m + n) / (m * n)).squareRoot()
    let z = Normal.twoSidedQuantile(level: level)
    var upper = 0.0
    for group in -1..<ranking.definedGroupCount {
      let hits = group < 0 ? 0 : Double(ranking.memberEnds[group])
      let alarms = group < 0 ? 0 : Double(ranking.nonMemberEnds[group])
      let above = wilsonUpper(hits, of: m, z: z) - hits / m
      // The lower limit of a share is the upper limit of its complement.
      let below = wilsonUpper(n - alarms, of: n, z: z) - (n - alarms) / n
      upper = max(upper, hits / m - alarms / n + (above * above + below * below).squareRoot())
    }
    return Interval(
      lower: max(0, advantage - chance), upper: min(1, upper), level: level,
      method: .kolmogorovSmirnov)
  }

  /// The interval of the advantage from replicates of a bootstrap over clusters.
  ///
  /// A maximum over thresholds is too high in a sample, and higher still in a sample of the sample,
  /// so percentiles alone miss the truth in most audits of a weak leak. The ends are those of the
  /// mirrored percentiles (which take the bias off once) and of the percentiles shifted down by
  /// twice the bias, whichever lie further out. Where the two-sample test of Kolmogorov and Smirnov
  /// does not reject that the classes score alike, the lower end is 0.
  func advantageInterval(
    replicates: [Double], units: (members: Int, nonMembers: Int), level: Double
  ) -> Interval {
    let sorted = replicates.sorted()
    let value = advantage
    guard let low = sorted.quantile((1 - level) / 2), let high = sorted.quantile((1 + level) / 2)
    else { return Interval(lower: 0, upper: 1, level: level, method: .bootstrapCorrected) }
    let bias = sorted.reduce(0, +) / Double(sorted.count) - value
    var lower = min(2 * value - high, low - 2 * bias)
    var upper = max(2 * value - low, high - 2 * bias)
    let (m, n) = (Double(units.members), Double(units.nonMembers))
    let chance = (-log((1 - level) / 2) / 2 * (m + n) / (m * n)).squareRoot()
    if low == high {
      // No replicate moved: what exact limits of both rates, or of both curves, still allow.
      let half = (1 + level) / 2
      let exact =
        Interval.binomialLimits(m, of: m, level: half).lower
        - Interval.binomialLimits(0, of: n, level: half).upper
      lower = value == 1 ? exact : value - chance
      upper = value + chance
    }
    if value < chance { lower = 0 }
    return Interval(
      lower: min(max(0, lower), value), upper: max(min(1, upper), value), level: level,
      method: .bootstrapCorrected)
  }
}
