import Basics

/// A band that contains a whole true ROC curve at once, for drawing around a measured one.
///
/// At each of K thresholds, the non-members of fixed ranks (spaced geometrically, and evenly), four
/// exact binomial limits hold together: two on the threshold's true FPR, from the beta distribution
/// of order statistics, and two on the true TPR strictly above it (Clopper and Pearson). Each gets
/// the share error/(4K), so by Bonferroni's inequality the band covers at least its level for any
/// distribution, tied or not, at any sample size. Between thresholds it goes on as a step. Like
/// the points it surrounds it knows sequences only, not other trainings.
public struct ROCBand: Hashable, Sendable {
  /// From `fpr` on, to the next step, the curve lies at or above (or below) `tpr`.
  public struct Step: Hashable, Sendable {
    /// Where the step begins.
    public var fpr: Double
    /// Its height.
    public var tpr: Double
  }

  /// The lower edge, from FPR 0, rising.
  public let lower: [Step]
  /// The upper edge, from FPR 0, rising.
  public let upper: [Step]
  /// The nominal coverage of the whole curve.
  public let level: Double

  /// Makes the band of a curve of achievable rates.
  public init(_ roc: ROC, level: Double = 0.95) {
    let ranking = roc.ranking
    let nonMembers = ranking.nonMemberCount
    let members = ranking.memberCount
    let ranks = Self.ranks(upTo: nonMembers)
    let tail = (1 - level) / Double(4 * ranks.count)
    var lower = [Step(fpr: 0, tpr: 0)]
    var upper: [Step] = []
    var reached = 0.0
    for rank in ranks {
      let above = roc.membersAbove(nonMember: rank - 1).strictly
      let rate = Interval.binomialLimits(
        Double(above), of: Double(members), level: 1 - 2 * tail)
      let (first, last) = (Double(rank), Double(nonMembers - rank + 1))
      // A threshold above this non-member may have any FPR up to the order statistic's.
      lower.append(Step(fpr: Beta.quantile(1 - tail, first, last), tpr: rate.lower))
      upper.append(Step(fpr: reached, tpr: rate.upper))
      reached = Beta.quantile(tail, first, last)
    }
    upper.append(Step(fpr: reached, tpr: 1))
    self.lower = lower
    self.upper = upper
    self.level = level
  }

  /// The band at one FPR.
  public func limits(atFPR fpr: Double) -> (lower: Double, upper: Double) {
    (Self.height(of: lower, at: fpr), Self.height(of: upper, at: fpr))
  }

  private static func height(of steps: [Step], at fpr: Double) -> Double {
    var (low, high) = (1, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].fpr > fpr { high = middle } else { low = middle + 1 }
    }
    return steps[low - 1].tpr
  }

  /// Ranks chosen before the data are seen: dense at the top, where low FPRs are decided.
  private static func ranks(upTo count: Int) -> [Int] {
    var chosen = Set((1...16).map { max(1, count * $0 / 16) })
    var rank = 1.0
    while rank < Double(count) {
      chosen.insert(Int(saturating: rank))
      rank = max(rank + 1, rank * 1.3)
    }
    return chosen.sorted()
  }
}
