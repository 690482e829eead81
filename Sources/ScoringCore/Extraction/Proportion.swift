/// A share of counted things with its exact interval.
public struct Proportion: Hashable, Sendable {
  /// How many have the property.
  public let count: Int
  /// How many were looked at.
  public let total: Int
  /// The exact binomial interval (Clopper and Pearson 1934).
  public let interval: Interval

  /// A share of `total`, which may be 0.
  public init(_ count: Int, of total: Int, level: Double = 0.95) {
    self.count = count
    self.total = total
    interval = .clopperPearson(successes: count, of: total, level: level)
  }

  /// The share; nil of nothing.
  public var value: Double? { total == 0 ? nil : Double(count) / Double(total) }
}
