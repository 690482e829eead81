import Basics

/// Whether texts of one group were cut more often than those of another.
///
/// A cut text ends where a window ended: members cut to the training length and non-members that
/// were not, or the other way round, differ in their ends without any memory.
public struct Truncation: Hashable, Sendable {
  /// How far apart the shares of cut texts must be.
  public static let threshold = 0.05

  /// How many texts of a group were cut.
  public struct Count: Hashable, Sendable {
    /// Texts that were cut.
    public var cut: Int
    /// Texts of which it is known.
    public var known: Int

    /// Counts texts.
    public init(cut: Int, known: Int) {
      self.cut = cut
      self.known = known
    }

    var share: Double { Double(cut) / Double(known) }
    var interval: Interval { .clopperPearson(successes: cut, of: known, level: 0.95) }
  }

  /// The first group's texts.
  public let first: Count
  /// The second group's texts.
  public let second: Count

  /// Compares two groups; nil where of one of them nothing is known.
  public init?(_ first: Count, _ second: Count) {
    guard first.known > 0, second.known > 0 else { return nil }
    self.first = first
    self.second = second
  }

  /// Whether one group was cut more often, by more than chance and more than a trifle.
  public var isUnequal: Bool {
    let (a, b) = (first.interval, second.interval)
    return abs(first.share - second.share) > Self.threshold
      && (a.lower > b.upper || b.lower > a.upper)
  }

  /// What was found, in words.
  public func finding(_ groups: GuardGroups) -> GuardFinding {
    let shares =
      "\(NumberFormat.share(first.share)) of \(groups.first) against "
      + "\(NumberFormat.share(second.share)) of \(groups.second)"
    let sentence =
      isUnequal
      ? "Texts were cut unequally (\(shares)): whole and cut texts differ in their ends and "
        + "lengths, so scores can differ without any memory. Cut both groups to the same window."
      : first.cut + second.cut == 0
        ? "No text of \(groups.first) or \(groups.second) was cut."
        : "Texts of both groups were cut alike (\(shares))."
    return GuardFinding(
      .truncation, isUnequal ? .tripped : .passed, groups: groups,
      figures: [
        .init("first_share", first.share, first.interval),
        .init("second_share", second.share, second.interval), .init("first_count", first.known),
        .init("second_count", second.known),
      ], sentence: sentence,
      summary: "\(groups.first) and \(groups.second) were cut unequally")
  }
}
