extension ROC {
  /// An exact interval of the TPR at an FPR, from order statistics.
  ///
  /// Two things are uncertain: which score the FPR belongs to, and the rate of members above it.
  /// Half of the error goes to each: binomial limits on how many non-members lie above the true
  /// threshold pick two of their scores, and exact binomial limits (Clopper and Pearson) bound the
  /// members above those. It covers at least its level for any distribution, with or without ties,
  /// at any sample size, and is wide where there is little evidence: with fewer than about
  /// ln(4/error)/x non-members the lower end is 0.
  public func exactInterval(
    fpr: Double, convention: FPRConvention = .achievable, level: Double = 0.95
  ) -> Interval {
    let tail = (1 - level) / 4
    let nonMembers = ranking.nonMemberCount
    let limits = Self.countLimits(of: nonMembers, chance: fpr, tail: tail)
    let sure = limits.lower == 0 ? 0 : membersAbove(nonMember: limits.lower - 1).strictly
    let possible: Int
    if limits.upper >= nonMembers {
      possible = ranking.definedMemberCount
    } else {
      let place = membersAbove(nonMember: limits.upper)
      possible = convention == .interpolated ? place.orTied : place.strictly
    }
    let members = ranking.memberCount
    return Interval(
      lower: sure == 0
        ? 0 : Beta.quantile(tail, Double(sure), Double(members - sure + 1)),
      upper: possible == members
        ? 1 : 1 - Beta.quantile(tail, Double(members - possible), Double(possible + 1)),
      level: level, method: .orderStatistics)
  }

  /// Counts a binomial variable stays within but for a chance of `tail` on each side.
  private static func countLimits(
    of trials: Int, chance: Double, tail: Double
  ) -> (lower: Int, upper: Int) {
    /// The first count in 0...trials + 1 at which a condition, once true, stays true.
    func first(_ holds: (Int) -> Bool) -> Int {
      var (low, high) = (0, trials + 1)
      while low < high {
        let middle = (low + high) / 2
        if holds(middle) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let upper = first { Binomial.survival($0 + 1, of: trials, p: chance) <= tail }
    let lower = first { Binomial.cdf($0, of: trials, p: chance) > tail }
    return (lower, upper)
  }

  /// Members with a score above, and at or above, the non-member at a place counted from the top.
  func membersAbove(nonMember place: Int) -> (strictly: Int, orTied: Int) {
    var (low, high) = (0, ranking.groupCount)
    while low < high {
      let middle = (low + high) / 2
      if Int(ranking.nonMemberEnds[middle]) > place { high = middle } else { low = middle + 1 }
    }
    guard low < ranking.definedGroupCount else {
      return (ranking.definedMemberCount, ranking.definedMemberCount)
    }
    return (low == 0 ? 0 : Int(ranking.memberEnds[low - 1]), Int(ranking.memberEnds[low]))
  }
}
