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
    /// Percentiles of a stratified bootstrap over sequences.
    case bootstrap = "bootstrap_percentile"
    /// Percentiles of a bootstrap over clusters of sequences.
    case clusterBootstrap = "cluster_bootstrap_percentile"
    /// A mean plus and minus a multiple of its standard error.
    case normal = "normal"
    /// Exact binomial limits of the rate, weighed over the places the threshold may have.
    case orderStatistics = "order_statistics"
    /// Bootstrap percentiles, widened to contain the order-statistics interval.
    case bootstrapWidened = "bootstrap_widened"
    /// Bootstrap percentiles mirrored and shifted by the bias that the bootstrap shows.
    case bootstrapCorrected = "bootstrap_bias_corrected"
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

  /// Whether a value lies inside, ends included.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}
