/// How the limits of a binomial rate are found from a count.
public enum BinomialLimits: String, CaseIterable, Hashable, Sendable {
  /// Exact: never narrower than their level (Clopper and Pearson 1934).
  case clopperPearson = "clopper_pearson"
  /// A count's own probability is split evenly between both tails (Lancaster 1961): close to the
  /// level on average, where exact limits are wider.
  case midP = "mid_p"

  /// The tail P(count or more successes), at a rate; half of P(count) less by mid-P.
  func atLeast(_ count: Int, of trials: Int, rate: Double) -> Double {
    let (successes, all) = (Double(count), Double(trials))
    let tail = count <= 0 ? 1 : Beta.cdf(rate, successes, all - successes + 1)
    return self == .midP ? tail - Binomial.mass(successes, of: all, p: rate) / 2 : tail
  }
}

extension Interval {
  /// The exact binomial interval of a rate (Clopper and Pearson 1934).
  ///
  /// Never narrower than its level. With no trials it is [0, 1].
  public static func clopperPearson(
    successes: Int, of trials: Int, level: Double = 0.95
  ) -> Interval {
    let ends = binomialLimits(Double(successes), of: Double(trials), level: level)
    return Interval(lower: ends.lower, upper: ends.upper, level: level, method: .clopperPearson)
  }

  /// The exact interval of the events that so many units have, from a count (Garwood 1936).
  ///
  /// - Parameters:
  ///   - events: how many were counted.
  ///   - units: on how many units, such as sequences.
  ///   - per: the units that the rate is of, such as 1,000.
  ///   - level: the nominal coverage.
  /// - Returns: the interval of the rate.
  public static func poisson(
    events: Int, of units: Int, per: Double = 1, level: Double = 0.95
  ) -> Interval {
    // A count of rare events is a binomial count out of very many.
    let many = 1e9
    let ends = binomialLimits(Double(events), of: many, level: level)
    let scale = per * many / Double(max(1, units))
    return Interval(
      lower: ends.lower * scale, upper: ends.upper * scale, level: level, method: .poisson)
  }

  /// The limits for a count that need not be whole (ties count one half).
  static func binomialLimits(
    _ successes: Double, of trials: Double, level: Double
  ) -> (lower: Double, upper: Double) {
    let tail = (1 - level) / 2
    let rest = trials - successes
    return (
      successes <= 0 ? 0 : Beta.quantile(tail, successes, rest + 1),
      rest <= 0 ? 1 : 1 - Beta.quantile(tail, rest, successes + 1)
    )
  }
}
