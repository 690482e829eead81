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
