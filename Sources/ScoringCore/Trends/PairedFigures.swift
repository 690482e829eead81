import Basics

/// Figures of several runs over shared sequences, resampled together.
///
/// Runs scored on the same sequences err together, so a difference between them is surer than their
/// separate intervals suggest: every replicate draws sequences once, for all figures.
public struct PairedFigures: Sendable {
  /// The figures.
  public let figures: [PairedFigure]
  /// The nominal coverage of intervals.
  public let level: Double
  /// For each figure its values in the replicates.
  private let replicates: [[Double]]
  /// For each figure its value and interval.
  public let estimates: [Estimate]

  /// A figure with its uncertainty over sequences.
  public struct Estimate: Hashable, Sendable {
    /// The figure.
    public let value: Double
    /// Its interval; nil where there is nothing to judge by.
    public let interval: Interval?
    /// Its standard deviation over replicates.
    public let standardError: Double
  }

  /// Resamples figures over shared sequences.
  ///
  /// - Parameters:
  ///   - figures: the figures, all over the same shared sequences.
  ///   - kinds: for each shared sequence a number; resamples keep how many there are of each.
  ///   - clusters: one id a shared sequence; those of one id are drawn together.
  ///   - level: the nominal coverage of intervals.
  ///   - replicates: how many resamples to draw.
  ///   - seed: the seed of the resamples.
  ///   - isCancelled: asked before every resample; intervals then rest on those drawn so far.
  public init(
    _ figures: [PairedFigure], kinds: [Int], clusters: [Int]? = nil, level: Double = 0.95,
    replicates: Int = 2000, seed: UInt64 = 1, isCancelled: @Sendable () -> Bool = { false }
  ) {
    let units = SamplingUnits(kinds: kinds, clusters: clusters)
    let draws = Resamples(strata: units.strata, seed: seed).figures(
      replicates: replicates, isCancelled: isCancelled
    ) { weights in
      figures.map { figure in figure.value { Int(weights[units.unitOfRow[$0]]) } }
    }
    let columns = figures.indices.map { index in draws.map { $0[index] } }
    self.figures = figures
    self.level = level
    self.replicates = columns
    estimates = zip(figures, columns).map { figure, values in
      Estimate(
        value: figure.value, interval: figure.interval(values, level: level),
        standardError: values.standardDeviation)
    }
  }

  /// A weighted sum of figures, such as a difference or a slope.
  public struct Contrast: Hashable, Sendable {
    /// The sum.
    public let value: Double
    /// Its interval.
    public let interval: Interval
    /// The two-sided p-value of "it is 0".
    public let pValue: Double
  }

  /// A weighted sum of figures with a paired interval and test.
  ///
  /// The interval holds the percentiles of the replicates, the p-value is twice the smaller share of
  /// them on one side of 0. A figure at 0 or 1 never varies in resamples though it could in other
  /// sequences: where one takes part, both are widened by what the figures' own intervals allow
  /// (Zou and Donner's method of variance estimates recovery, 2008).
  ///
  /// - Parameter weights: the weight of each figure that takes part.
  /// - Returns: nil without replicates.
  public func contrast(_ weights: [Int: Double]) -> Contrast? {
    let parts = weights.sorted { $0.key < $1.key }.filter { $0.value != 0 }
    let value = parts.reduce(0) { $0 + $1.value * estimates[$1.key].value }
    let draws = (0..<(replicates.first?.count ?? 0)).map { replicate in
      parts.reduce(0) { $0 + $1.value * replicates[$1.key][replicate] }
    }.filter { !$0.isNaN }
    guard var interval = Interval(bootstrap: draws, level: level) else { return nil }
    var p = min(
      1,
      2 * Double(1 + min(draws.count { $0 <= 0 }, draws.count { $0 >= 0 }))
        / Double(1 + draws.count))
    if parts.contains(where: { estimates[$0.key].standardError == 0 }) {
      let (below, above) = recovered(parts)
      interval.lower = min(interval.lower, value - below)
      interval.upper = max(interval.upper, value + above)
      interval.method = .bootstrapWidened
      let towardsZero = value > 0 ? value - interval.lower : interval.upper - value
      let z = Normal.twoSidedQuantile(level: level) * abs(value) / towardsZero
      p = max(p, value == 0 ? 1 : Normal.twoSided(z))
    }
    return Contrast(value: value, interval: interval, pValue: p)
  }

  /// How far a sum may lie below and above its value by the intervals of its parts alone.
  private func recovered(
    _ parts: [(key: Int, value: Double)]
  ) -> (below: Double, above: Double) {
    var (below, above) = (0.0, 0.0)
    for part in parts {
      let estimate = estimates[part.key]
      guard let interval = estimate.interval else { continue }
      let (down, up) = (
        part.value * (estimate.value - interval.lower),
        part.value * (interval.upper - estimate.value)
      )
      below += part.value > 0 ? down * down : up * up
      above += part.value > 0 ? up * up : down * down
    }
    return (below.squareRoot(), above.squareRoot())
  }
}

extension [Double] {
  /// The standard deviation of those that are numbers; 0 for fewer than two.
  fileprivate var standardDeviation: Double {
    let known = filter { !$0.isNaN }
    guard known.count > 1 else { return 0 }
    let mean = known.reduce(0, +) / Double(known.count)
    let sum = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(known.count - 1)).squareRoot()
  }
}
