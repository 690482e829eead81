/// How the shifts inside a zone become one number (Ilic et al., arXiv 2601.12104, appendix E.3).
public enum Aggregation: String, CaseIterable, Sendable {
  /// P / N.
  case ratio
  /// ln P − ln N: the same ROC curve as `ratio`.
  case logRatio = "log-ratio"
  /// ln((P + s)/(N + s)) with a smoothing s in nats: finite where nothing moved down, or at all.
  case smoothedLogRatio = "smoothed-log-ratio"
  /// P / (P + N): the share of mass, not of positions.
  case positiveFraction = "positive-fraction"
  /// The share of the zone's positions (of their weight) that moved up, which some code calls positive fraction.
  case countFraction = "count-fraction"
  /// P − N in nats; grows with length.
  case difference
  /// (P − N) over the number of positions in the zone (their weight), in nats.
  case mean
  /// The median shift in the zone, in nats.
  case median

  /// Whether it takes the single shifts: the masses do not tell it.
  var needsShifts: Bool { self == .median || self == .countFraction }
}

/// What a zone of one sequence holds.
public struct ZoneMasses: Hashable, Sendable {
  /// P: the sum of upward shifts, in nats.
  public var up = 0.0
  /// N: the sum of downward shifts as a positive number, in nats.
  public var down = 0.0
  /// The number of positions in the zone.
  public var errors = 0
  /// The sum of the positions' weights where these are not all 1, as in the soft zone.
  public var weight: Double?
  /// The number of positions that could be in the zone.
  public var eligible = 0
  /// The number left out because the true token is impossible (−inf) under both models.
  public var skipped = 0

  /// An empty zone.
  public init() {}
}
