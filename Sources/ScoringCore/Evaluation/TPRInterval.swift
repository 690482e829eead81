import Basics

extension ROC {
  /// An interval of the TPR at an FPR, from order statistics.
  ///
  /// Two things are uncertain: which score the FPR belongs to, and the rate of members above it.
  /// The number of non-members above the true threshold is binomial (n, x). For each such number
  /// the members above the neighbouring non-members give binomial limits; an end is where the
  /// limits' tails, weighed by the chance of the number, add up to half the error. It needs no seed,
  /// and unlike percentiles of a bootstrap it knows that the true threshold may lie beyond the
  /// sample's highest scores: with fewer than about 3.7/x non-members nothing bounds the rate from
  /// below, and the result is one-sided, `orderStatisticsUpper`: the rate is at most its upper end.
  /// `ezscope-bench coverage` prints the simulated coverage of both kinds of limits.
  ///
  /// - Parameters:
  ///   - fpr: the false-positive rate, from 0 to 1.
  ///   - convention: `interpolated` counts the members tied with the upper neighbour as well.
  ///   - level: the nominal coverage.
  ///   - limits: the limits of the rate of members; mid-P ones are the default.
  public func tprInterval(
    fpr: Double, convention: FPRConvention = .achievable, level: Double = 0.95,
    limits: BinomialLimits = .midP
  ) -> Interval {
    let counts = ThresholdCounts(self, fpr: fpr, convention: convention, tail: (1 - level) / 2)
    guard hasLowerEnd(fpr: fpr, level: level) else {
      return Interval(
        lower: 0, upper: counts.upper(tail: 1 - level, limits), level: level,
        method: .orderStatisticsUpper)
    }
    return twoSided(counts, level, limits)
  }

  /// Whether there are enough non-members for a lower end of the TPR at an FPR.
  ///
  /// With fewer than about 3.7/x the chance that none of them exceeds the true threshold is above
  /// half of the error, and then the sample does not say that any member does.
  public func hasLowerEnd(fpr: Double, level: Double = 0.95) -> Bool {
    Binomial.mass(0, of: Double(ranking.nonMemberCount), p: fpr) <= (1 - level) / 2
  }

  /// The same with half of the error on each side, also where the lower end can only be 0.
  func twoSidedTPRInterval(
    _ target: RateTarget, level: Double, limits: BinomialLimits = .midP
  ) -> Interval {
    let counts = ThresholdCounts(
      self, fpr: target.fpr, convention: target.convention, tail: (1 - level) / 2)
    return twoSided(counts, level, limits)
  }

  private func twoSided(
    _ counts: ThresholdCounts, _ level: Double, _ limits: BinomialLimits
  ) -> Interval {
    let tail = (1 - level) / 2
    return Interval(
      lower: counts.lower(tail: tail, limits), upper: counts.upper(tail: tail, limits),
      level: level, method: limits == .midP ? .orderStatistics : .orderStatisticsExact)
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

/// How many members surely and possibly lie above the true threshold of an FPR, with what chance.
private struct ThresholdCounts {
  /// Numbers of non-members above the threshold that share a bin; each bin errs outwards.
  private struct Bin {
    var weight: Double
    /// Members certain to lie above the threshold; nil where the sample does not say.
    var sure: Int?
    /// Members that may lie above it; nil where the sample does not say.
    var possible: Int?
  }

  private let bins: [Bin]
  private let total: Double
  private let members: Int

  init(_ roc: ROC, fpr: Double, convention: FPRConvention, tail: Double) {
    let ranking = roc.ranking
    let nonMembers = ranking.nonMemberCount
    members = ranking.memberCount
    let limits = Self.countLimits(of: nonMembers, chance: fpr, tail: tail / 1000)
    let width = 1 + (limits.upper - limits.lower) / 64
    var bins: [Bin] = []
    for first in stride(from: limits.lower, through: limits.upper, by: width) {
      let last = min(first + width - 1, limits.upper)
      var bin = Bin(
        weight: Binomial.cdf(last, of: nonMembers, p: fpr)
          - Binomial.cdf(first - 1, of: nonMembers, p: fpr))
      if first > 0 { bin.sure = roc.membersAbove(nonMember: first - 1).strictly }
      if last < nonMembers {
        let beyond = roc.membersAbove(nonMember: last)
        bin.possible = convention == .interpolated ? beyond.orTied : beyond.strictly
      } else if ranking.definedMemberCount < members {
        // Rows without a score are never detected.
        bin.possible = ranking.definedMemberCount
      }
      bins.append(bin)
    }
    self.bins = bins
    total = bins.reduce(0) { $0 + $1.weight }
  }

  /// The rate below which the members found above the threshold would be too many by chance.
  func lower(tail: Double, _ limits: BinomialLimits) -> Double {
    root(of: tail * total) { rate in
      bins.reduce(0) { sum, bin in
        guard let sure = bin.sure else { return sum + bin.weight }
        return sum + bin.weight * limits.atLeast(sure, of: members, rate: rate)
      }
    }
  }

  /// The rate above which they would be too few.
  func upper(tail: Double, _ limits: BinomialLimits) -> Double {
    1
      - root(of: tail * total) { rest in
        bins.reduce(0) { sum, bin in
          guard let possible = bin.possible else { return sum + bin.weight }
          return sum + bin.weight * limits.atLeast(members - possible, of: members, rate: rest)
        }
      }
  }

  /// Where a rising function of a rate reaches a value, by false position kept from stalling.
  private func root(of value: Double, _ share: (Double) -> Double) -> Double {
    var (low, high) = (0.0, 1.0)
    var (below, above) = (share(low) - value, share(high) - value)
    if below > 0 { return 0 }
    if above <= 0 { return 1 }
    var stalled = 0
    for step in 0..<200 where high - low > 1e-14 {
      // Every third step halves, since a tail may be flat for most of the way.
      let slant = step % 3 == 2 ? 0.5 : below / (below - above)
      let middle = low + (high - low) * min(max(slant, 1e-3), 1 - 1e-3)
      let here = share(middle) - value
      if here > 0 {
        (high, above) = (middle, here)
        if stalled > 0 { below /= 2 }
        stalled = 1
      } else {
        (low, below) = (middle, here)
        if stalled < 0 { above /= 2 }
        stalled = -1
      }
    }
    return (low + high) / 2
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
}
