/// A straight line through figures at several levels: leakage against epoch, size or repeats.
public struct Trend: Hashable, Sendable {
  /// One figure.
  public struct Point: Hashable, Sendable {
    /// The level, such as an epoch or the logarithm of a size.
    public var x: Double
    /// The figure.
    public var y: Double
    /// Its standard error; nil gives every point the same weight.
    public var standardError: Double?

    /// Makes a point.
    public init(x: Double, y: Double, standardError: Double? = nil) {
      self.x = x
      self.y = y
      self.standardError = standardError
    }
  }

  /// The change of the figure per unit of level.
  public let slope: Double
  /// The line at level 0.
  public let intercept: Double
  /// The standard error of the slope.
  public let standardError: Double
  /// The two-sided p-value of "no slope".
  public let pValue: Double
  /// The ends of the slope's interval.
  public let lower: Double
  /// See `lower`.
  public let upper: Double
  /// Scatter about the line, in units of what the standard errors explain; nil without them.
  ///
  /// Far above 1, runs differ by more than their sequences: by seed, or not along a line.
  public let dispersion: Double?

  /// Fits a line by least squares, weighted by 1/standard error² where every point has one.
  ///
  /// With standard errors the slope's error is their consequence, enlarged by the scatter about the
  /// line where that exceeds them (Birge's ratio). Tests use Student's t with two degrees fewer
  /// than points where scatter is used, otherwise the normal distribution.
  ///
  /// - Returns: nil with fewer than two levels, or with two points and no standard errors.
  public init?(_ points: [Point], level: Double = 0.95) {
    let errors = points.compactMap(\.standardError).filter { $0 > 0 && $0.isFinite }
    let isWeighted = !points.isEmpty && errors.count == points.count
    let weights = isWeighted ? errors.map { 1 / ($0 * $0) } : points.map { _ in 1.0 }
    let total = weights.reduce(0, +)
    guard total > 0, Set(points.map(\.x)).count >= 2 else { return nil }
    let x = zip(points, weights).reduce(0) { $0 + $1.0.x * $1.1 } / total
    let y = zip(points, weights).reduce(0) { $0 + $1.0.y * $1.1 } / total
    var (spread, product) = (0.0, 0.0)
    for (point, weight) in zip(points, weights) {
      spread += weight * (point.x - x) * (point.x - x)
      product += weight * (point.x - x) * (point.y - y)
    }
    let slope = product / spread
    let residual = zip(points, weights).reduce(0) { sum, item in
      let rest = item.0.y - y - slope * (item.0.x - x)
      return sum + item.1 * rest * rest
    }
    let degrees = Double(points.count - 2)
    let scatter = degrees > 0 ? residual / degrees : nil
    guard isWeighted || scatter != nil else { return nil }
    let usesScatter = !isWeighted || (scatter ?? 0) > 1
    let error = ((usesScatter ? scatter ?? 1 : 1) / spread).squareRoot()
    let ratio = error > 0 ? slope / error : (slope == 0 ? 0 : .infinity)
    let half =
      error
      * (usesScatter
        ? StudentT.twoSidedQuantile(level: level, degrees: degrees)
        : Normal.twoSidedQuantile(level: level))
    self.slope = slope
    intercept = y - slope * x
    standardError = error
    pValue =
      usesScatter
      ? StudentT.twoSided(ratio, degrees: degrees) : Normal.twoSided(ratio)
    lower = slope - half
    upper = slope + half
    dispersion = isWeighted ? scatter : nil
  }
}
