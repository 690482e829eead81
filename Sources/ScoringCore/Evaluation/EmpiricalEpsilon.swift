import Basics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lower bound on the privacy loss epsilon that one trained model shows.
///
/// Only where chance decided which sequences were trained on: otherwise whatever else tells members
/// from non-members would count as privacy loss. The rule (a threshold, and whether sequences above
/// it are called members or those below it non-members) is chosen on one half of the sequences and
/// judged on the other. Bounds are for pure differential privacy (delta = 0), and of this attack: a
/// better attack may show more, so a bound of 0 is no proof of privacy.
public struct EmpiricalEpsilon: Hashable, Sendable {
  /// What the rule calls.
  public enum Call: String, Hashable, Sendable {
    /// Sequences at or above the threshold are called members.
    case members
    /// Sequences below the threshold are called non-members.
    case nonMembers = "non_members"
  }

  /// The bound that holds for a single training run (Steinke, Nasr and Jagielski 2023).
  ///
  /// Under epsilon-DP each call is right with odds of at most e^epsilon times those of a blind one,
  /// whatever was said of the others, so an exact binomial limit of right calls bounds epsilon.
  public let oneRun: Double
  /// ln of the lower limit of the true-positive rate over the upper limit of the false-positive
  /// rate (Clopper and Pearson, together at `level`); takes sequences as independent trials.
  public let ratio: Double
  /// The largest `oneRun` so many sequences could show, were every one called and called rightly.
  public let largestPossible: Double
  /// What the rule calls.
  public let call: Call
  /// Its threshold; nil lies above every score.
  public let threshold: Score?
  /// Right calls on the judging half.
  public let right: Int
  /// Wrong calls on the judging half.
  public let wrong: Int
  /// Members of the judging half.
  public let members: Int
  /// Non-members of the judging half.
  public let nonMembers: Int
  /// The nominal confidence of each bound.
  public let level: Double

  /// The fewest sequences of a class that make an estimate.
  public static let fewest = 20

  /// Chooses a rule on one half and judges it on the other.
  ///
  /// - Parameters:
  ///   - ranking: the rows; unknown ones take no part.
  ///   - clusters: one id per input row; rows of one cluster stay in one half.
  ///   - level: the confidence of each bound.
  ///   - seed: the seed of the split.
  /// - Returns: nil with fewer than `fewest` rows of a class.
  public static func estimate(
    _ ranking: Ranking, clusters: [Int]? = nil, level: Double = 0.95, seed: UInt64 = 1
  ) -> EmpiricalEpsilon? {
    guard min(ranking.memberCount, ranking.nonMemberCount) >= fewest else { return nil }
    let first = HoldoutSplit.firstHalf(of: ranking.labels, clusters: clusters, seed: seed)
    let rows = ranking.order.map { Int($0) }
    func half(_ isFirst: Bool) -> ROC? {
      ROC(
        Ranking(
          values: ranking.values, statuses: ranking.statuses, labels: ranking.labels,
          rows: rows.filter { first[$0] == isFirst }))
    }
    guard let choosing = half(true), let judging = half(false) else { return nil }
    var best = (bound: -Double.infinity, call: Call.members, threshold: Score?.none)
    for index in 0..<choosing.reachableCount {
      let vertex = choosing[index]
      for call in [Call.members, .nonMembers] {
        let bound = Counts(call, choosing, vertex.truePositives, vertex.falsePositives)
          .oneRun(level)
        if bound > best.bound { best = (bound, call, vertex.threshold) }
      }
    }
    let point = best.threshold.map(judging.operatingPoint(threshold:))
    let counts = Counts(
      best.call, judging, point?.truePositives ?? 0, point?.falsePositives ?? 0)
    let most = Counts(
      right: judging.ranking.memberCount, wrong: 0, rightOf: judging.ranking.memberCount,
      wrongOf: judging.ranking.nonMemberCount)
    return EmpiricalEpsilon(
      oneRun: max(0, counts.oneRun(level)), ratio: max(0, counts.ratio(level)),
      largestPossible: max(0, most.oneRun(level)), call: best.call, threshold: best.threshold,
      right: counts.right, wrong: counts.wrong, members: judging.ranking.memberCount,
      nonMembers: judging.ranking.nonMemberCount, level: level)
  }

  /// How often a rule is right and wrong.
  private struct Counts {
    var right: Int
    var wrong: Int
    /// Rows of the class that is called.
    var rightOf: Int
    /// Rows of the other class.
    var wrongOf: Int

    init(right: Int, wrong: Int, rightOf: Int, wrongOf: Int) {
      (self.right, self.wrong, self.rightOf, self.wrongOf) = (right, wrong, rightOf, wrongOf)
    }

    init(_ call: Call, _ roc: ROC, _ truePositives: Int, _ falsePositives: Int) {
      let (m, n) = (roc.ranking.memberCount, roc.ranking.nonMemberCount)
      switch call {
      case .members:
        self.init(right: truePositives, wrong: falsePositives, rightOf: m, wrongOf: n)
      case .nonMembers:
        self.init(
          right: n - falsePositives, wrong: m - truePositives, rightOf: n, wrongOf: m)
      }
    }

    func oneRun(_ level: Double) -> Double {
      guard right > 0 else { return -.infinity }
      // The exact binomial limit, all of the error on one side.
      let share = Beta.quantile(1 - level, Double(right), Double(wrong + 1))
      return log(share / (1 - share)) - log(Double(rightOf) / Double(wrongOf))
    }

    func ratio(_ level: Double) -> Double {
      let hits = Interval.binomialLimits(Double(right), of: Double(rightOf), level: level).lower
      let misses = Interval.binomialLimits(Double(wrong), of: Double(wrongOf), level: level).upper
      return log(hits / misses)
    }
  }
}
