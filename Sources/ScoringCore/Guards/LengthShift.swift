import Basics

/// Whether the sequences of one group are longer or shorter than those of another.
///
/// Scores are sums or means over positions: their spread, and for some attacks their mean, follows
/// the length. The rank sum of Mann and Whitney (1947) as an effect size (Vargha and Delaney 2000).
public struct LengthShift: Hashable, Sendable {
  /// How far from one half the whole interval must lie: a smaller shift is a trifle at any size.
  public static let threshold = 0.06

  /// The chance that one of the first group is longer than one of the second, ties one half.
  public let estimate: AUCEstimate
  /// The median length of the first group.
  public let firstMedian: Double
  /// The median length of the second group.
  public let secondMedian: Double

  /// Compares lengths; nil when a group is empty.
  public init?(_ first: [Int], _ second: [Int]) {
    guard let estimate = separation(first.map(Double.init), second.map(Double.init)) else {
      return nil
    }
    self.estimate = estimate
    firstMedian = Self.median(first)
    secondMedian = Self.median(second)
  }

  /// Whether the groups differ in length by more than chance and more than a trifle.
  public var isShifted: Bool {
    let margin = Self.threshold
    return estimate.interval.lower > 0.5 + margin || estimate.interval.upper < 0.5 - margin
  }

  /// What was found, in words; `unit` is what lengths count, such as `tokens`.
  public func finding(_ groups: GuardGroups, unit: String) -> GuardFinding {
    let medians = "a median of \(Self.text(firstMedian)) against \(Self.text(secondMedian)) \(unit)"
    let isLonger = estimate.auc > 0.5
    let sentence =
      isShifted
      ? "The \(groups.first) are \(isLonger ? "longer" : "shorter") than the \(groups.second) "
        + "(\(medians)). Scores depend on length, so they can differ without any memory. Compare "
        + "with \(groups.second) of the same lengths, or cut all texts alike."
      : "The lengths of \(groups.first) and \(groups.second) agree (\(medians))."
    return GuardFinding(
      .lengthShift, isShifted ? .tripped : .passed, groups: groups,
      figures: .separation(estimate) + [
        .init("first_median", firstMedian), .init("second_median", secondMedian),
      ], sentence: sentence,
      summary: "\(groups.first) and \(groups.second) differ in length")
  }

  private static func median(_ lengths: [Int]) -> Double {
    let sorted = lengths.sorted()
    let middle = sorted.count / 2
    guard sorted.count % 2 == 0 else { return Double(sorted[middle]) }
    return Double(sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func text(_ median: Double) -> String {
    median == median.rounded() ? String(Int(saturating: median)) : String(median)
  }
}
