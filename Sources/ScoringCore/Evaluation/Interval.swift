/// An interval for one figure, with how it was made.
///
/// Intervals speak about other sequences drawn like these, scored by the same trained model. They
/// say nothing about training the model again.
public struct Interval: Hashable, Sendable {
  /// How the ends were found; raw values appear in outputs.
  public enum Method: String, Hashable, Sendable {
    /// DeLong's variance on the logit scale, which stays inside [0, 1].
    case delongLogit = "delong_logit"
    /// DeLong's variance between clusters of sequences (Obuchowski 1997), on the logit scale.
    case delongClustered = "delong_clustered_logit"
    /// DeLong's variance, symmetric; may leave [0, 1].
    case delongWald = "delong_wald"
    /// Exact bound from min(members, non-members) disjoint pairs, where DeLong's variance is 0.
    case disjointPairs = "disjoint_pairs"
    /// Exact binomial (Clopper and Pearson 1934).
    case clopperPearson = "clopper_pearson"
    /// Exact for a count of rare events (Garwood 1936).
    case poisson = "poisson"
    /// Percentiles of a stratified bootstrap over sequences.
    case bootstrap = "bootstrap_percentile"
    /// Percentiles of a bootstrap over clusters of sequences.
    case clusterBootstrap = "cluster_bootstrap_percentile"
    /// A mean plus and minus a multiple of its standard error.
    case normal = "normal"
    /// Mid-P binomial limits of the rate, weighed over the places the threshold may have.
    case orderStatistics = "order_statistics_mid_p"
    /// The same with exact binomial limits, which are wider.
    case orderStatisticsExact = "order_statistics"
    /// The mid-P ones where non-members are too few for a lower end: all error is above.
    case orderStatisticsUpper = "order_statistics_one_sided"
    /// Bootstrap percentiles, widened to contain the order-statistics interval.
    case bootstrapWidened = "bootstrap_widened"
    /// A lower end from the distance of Kolmogorov and Smirnov, an upper end from Wilson's limits.
    case kolmogorovSmirnov = "kolmogorov_smirnov"
    /// Bootstrap percentiles mirrored and shifted by the bias that the bootstrap shows.
    case bootstrapCorrected = "bootstrap_bias_corrected"
    /// All values of a ratio that a test of its parts does not reject (Fieller 1954).
    case fieller = "fieller"
  }

  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double
  /// The nominal coverage, such as 0.95.
  public var level: Double
  /// How the ends were found.
  public var method: Method

  /// Makes an interval.
  public init(lower: Double, upper: Double, level: Double, method: Method) {
    self.lower = lower
    self.upper = upper
    self.level = level
    self.method = method
  }

  /// Whether the figure is only bounded from above, so that the lower end says nothing.
  public var isUpperBound: Bool { method == .orderStatisticsUpper }

  /// The interval in words: `[7.3 %, 32.8 %]`, or `at most 41.3 %` where it is one-sided.
  ///
  /// - Parameter format: writes an end, such as a share as a percentage.
  public func words(_ format: (Double) -> String) -> String {
    isUpperBound ? "at most \(format(upper))" : "[\(format(lower)), \(format(upper))]"
  }

  /// Whether a value lies inside, ends included.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}
