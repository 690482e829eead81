/// The straight line through figures at several levels, as weights of the figures.
///
/// Least squares with all points alike: slope and height are weighted sums of the figures, so that
/// they can be resampled, compared and tested like any other sum. Weights by standard errors would
/// let figures near 0 or 1, which hardly vary, decide alone.
public struct TrendLine: Hashable, Sendable {
  /// The levels of the points.
  public let levels: [Double]
  private let mean: Double
  private let spread: Double

  /// A line over these levels; nil with fewer than two that differ.
  public init?(levels: [Double]) {
    guard let first = levels.first, levels.contains(where: { $0 != first }) else { return nil }
    let mean = levels.reduce(0, +) / Double(levels.count)
    self.levels = levels
    self.mean = mean
    spread = levels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// The weight of each point in the slope.
  public var slope: [Double] { levels.map { ($0 - mean) / spread } }

  /// The weight of each point in the line's height at a level.
  public func height(at level: Double) -> [Double] {
    levels.map { 1 / Double(levels.count) + (level - mean) * ($0 - mean) / spread }
  }

  /// Whether a level lies between the lowest and the highest, where the line is no extrapolation.
  public func spans(_ level: Double) -> Bool {
    (levels.min() ?? 0) <= level && level <= (levels.max() ?? 0)
  }
}
