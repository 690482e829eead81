import Basics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lower bound on epsilon at a delta, from one trained model and guesses on both sides.
///
/// Steinke, Nasr and Jagielski (NeurIPS 2023), theorem 5.2: sequences far above are guessed to be
/// members, those far below to be non-members, and the auditor abstains from the rest. Under
/// (epsilon, delta)-DP the number of right guesses is hardly larger than a binomial one with chance
/// e^epsilon/(1 + e^epsilon). Holds where a fair coin decided for each sequence, independently of
/// all others, whether it was trained on. A fixed deal of exactly half is not that; with many
/// sequences the difference is small, and no theorem says how small. The two thresholds are chosen
/// on one half of the sequences, the guesses counted on the other.
public struct EpsilonWithDelta: Hashable, Sendable {
  /// The bound; 0 where nothing is shown.
  public let epsilon: Double
  /// The delta it holds at.
  public let delta: Double
  /// Guesses on the judging half.
  public let guesses: Int
  /// Right ones among them.
  public let right: Int
  /// Sequences of the judging half.
  public let sequences: Int
  /// Sequences at or above it are guessed to be members; nil lies above every score.
  public let upperThreshold: Score?
  /// Sequences below it are guessed to be non-members; nil lies below every score.
  public let lowerThreshold: Score?
  /// The largest bound so many sequences could show, all of them guessed rightly.
  public let largestPossible: Double
  /// The nominal confidence.
  public let level: Double

  /// Sequences the auditor abstained from.
  public var abstained: Int { sequences - guesses }

  /// Chooses both thresholds on one half and counts guesses on the other.
  ///
  /// - Parameters:
  ///   - ranking: the rows; unknown ones take no part.
  ///   - delta: the delta, from 0 to below 1.
  ///   - clusters: one id per input row; rows of one cluster stay in one half.
  ///   - level: the confidence.
  ///   - seed: the seed of the split.
  /// - Returns: nil with fewer than `EmpiricalEpsilon.fewest` rows of a class, or where the numbers
  ///   of members and non-members are no fair coin's (two-sided p below 0.001).
  public static func estimate(
    _ ranking: Ranking, delta: Double = 1e-5, clusters: [Int]? = nil, level: Double = 0.95,
    seed: UInt64 = 1
  ) -> EpsilonWithDelta? {
    let (members, others) = (ranking.memberCount, ranking.nonMemberCount)
    guard min(members, others) >= EmpiricalEpsilon.fewest,
      2 * Binomial.cdf(min(members, others), of: members + others, p: 0.5) >= 0.001
    else { return nil }
    let first = HoldoutSplit.firstHalf(of: ranking.labels, clusters: clusters, seed: seed)
    let rows = ranking.order.map { Int($0) }
    func half(_ isFirst: Bool) -> ROC? {
      ROC(
        Ranking(
          values: ranking.values, statuses: ranking.statuses, labels: ranking.labels,
          rows: rows.filter { first[$0] == isFirst }))
    }
    guard let choosing = half(true), let judging = half(false) else { return nil }
    let (upper, lower) = thresholds(choosing, level)
    let count = judging.ranking.memberCount + judging.ranking.nonMemberCount
    let above = upper.map(judging.operatingPoint(threshold:))
    let below = lower.map(judging.operatingPoint(threshold:))
    let rightAbove = above?.truePositives ?? 0
    let guessedAbove = rightAbove + (above?.falsePositives ?? 0)
    let rightBelow = below.map { $0.nonMemberCount - $0.falsePositives } ?? 0
    let guessedBelow = rightBelow + (below.map { $0.memberCount - $0.truePositives } ?? 0)
    let (right, guesses) = (rightAbove + rightBelow, guessedAbove + guessedBelow)
    return EpsilonWithDelta(
      epsilon: bound(right: right, of: guesses, sequences: count, delta: delta, level: level),
      delta: delta, guesses: guesses, right: right, sequences: count, upperThreshold: upper,
      lowerThreshold: lower,
      largestPossible: bound(
        right: count, of: count, sequences: count, delta: delta, level: level),
      level: level)
  }

  /// The largest epsilon at which so many right guesses would be too many by chance; 0 if none is.
  ///
  /// - Parameters:
  ///   - right: guesses that were right.
  ///   - guesses: all guesses.
  ///   - sequences: all sequences that could have been guessed.
  ///   - delta: the delta.
  ///   - level: the confidence.
  public static func bound(
    right: Int, of guesses: Int, sequences: Int, delta: Double, level: Double = 0.95
  ) -> Double {
    func isRefuted(_ epsilon: Double) -> Bool {
      pValue(right: right, of: guesses, sequences: sequences, epsilon: epsilon, delta: delta)
        < 1 - level
    }
    guard isRefuted(0) else { return 0 }
    var (low, high) = (0.0, 1.0)
    while isRefuted(high), high < 64 { (low, high) = (high, 2 * high) }
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if isRefuted(middle) { low = middle } else { high = middle }
    }
    return low
  }

  /// The most likely so many right guesses can be under (epsilon, delta)-DP.
  static func pValue(
    right: Int, of guesses: Int, sequences: Int, epsilon: Double, delta: Double
  ) -> Double {
    let chance = 1 / (1 + exp(-epsilon))
    let all = Double(guesses)
    let beyond = Binomial.survival(right, of: guesses, p: chance)
    guard delta > 0, right > 0 else { return min(1, beyond) }
    // The largest mean of the i probabilities below the count, over every i.
    var (sum, most) = (0.0, 0.0)
    for step in 1...right {
      let mass = Binomial.mass(Double(right - step), of: all, p: chance)
      sum += mass
      most = max(most, sum / Double(step))
      // Beyond the mode probabilities fall, and so does their mean once one is below it.
      if Double(right - step) < all * chance, mass < most { break }
    }
    return min(1, beyond + 2 * Double(sequences) * delta * most)
  }

  /// The pair of thresholds with the highest bound at delta 0 on these sequences.
  private static func thresholds(_ roc: ROC, _ level: Double) -> (Score?, Score?) {
    let last = roc.reachableCount - 1
    var places = Set([0, last])
    var step = 1.0
    while Int(saturating: step) < last {
      places.formUnion([Int(saturating: step), last - Int(saturating: step)])
      step = max(step + 1, step * 1.25)
    }
    let sorted = places.sorted()
    let vertices = sorted.map { roc[$0] }
    var best = (bound: -Double.infinity, upper: 0, lower: last)
    for (upper, high) in vertices.enumerated() {
      for (lower, low) in vertices.enumerated() where lower >= max(upper, 1) {
        let right = high.truePositives + roc.ranking.nonMemberCount - low.falsePositives
        let wrong = high.falsePositives + roc.ranking.memberCount - low.truePositives
        guard right > 0 else { continue }
        let bound = Beta.quantile(1 - level, Double(right), Double(wrong + 1))
        if bound > best.bound { best = (bound, sorted[upper], sorted[lower]) }
      }
    }
    return (roc[best.upper].threshold, roc[best.lower].threshold)
  }
}
