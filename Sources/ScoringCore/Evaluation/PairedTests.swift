import Basics

/// McNemar's exact test of whether two rules detect the same share of the same sequences.
///
/// For rules fixed beforehand, such as thresholds that a policy names. It is no test of whether TPRs
/// at an FPR differ: thresholds estimated from the sequences at hand move too, and between equal
/// curves it then rejects in 37 to 80 % of audits at a nominal 5 %. `Bootstrap.compare` counts that.
public struct McNemar: Hashable, Sendable {
  /// Sequences only the first rule detects.
  public let onlyFirst: Int
  /// Sequences only the second rule detects.
  public let onlySecond: Int
  /// Sequences both detect.
  public let both: Int
  /// Sequences neither detects.
  public let neither: Int

  /// Makes the test from the four counts.
  public init(onlyFirst: Int, onlySecond: Int, both: Int = 0, neither: Int = 0) {
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    self.both = both
    self.neither = neither
  }

  /// The two-sided p-value: the discordant sequences against a fair coin, exact at any size, for
  /// thresholds fixed beforehand.
  public var pValue: Double {
    let discordant = onlyFirst + onlySecond
    return min(1, 2 * Binomial.cdf(min(onlyFirst, onlySecond), of: discordant, p: 0.5))
  }

  /// Compares the detections of one class by two rankings of the same rows at their thresholds.
  ///
  /// - Parameters:
  ///   - first: a ranking.
  ///   - second: another ranking of the same rows.
  ///   - thresholds: a threshold for each; nil detects nothing.
  ///   - label: the class counted: members for the TPR, non-members for the FPR.
  /// - Returns: nil when the rankings do not hold the same rows.
  public static func compare(
    _ first: Ranking, _ second: Ranking, thresholds: (Score?, Score?), label: Label = .member
  ) -> McNemar? {
    guard first.holdsSameRows(as: second) else { return nil }
    let (a, b) = (
      first.detectedRows(at: thresholds.0), second.detectedRows(at: thresholds.1)
    )
    var counts = [0, 0, 0, 0]
    for row in first.order where first.labels[Int(row)] == label {
      counts[(a[Int(row)] ? 2 : 0) + (b[Int(row)] ? 1 : 0)] += 1
    }
    return McNemar(
      onlyFirst: counts[2], onlySecond: counts[1], both: counts[3], neither: counts[0])
  }
}

extension Ranking {
  /// Per input row, whether it scores at or above a threshold; nil detects nothing.
  public func detectedRows(at threshold: Score?) -> [Bool] {
    var detected = [Bool](repeating: false, count: labels.count)
    guard let threshold else { return detected }
    let groups = detectedGroupCount(at: threshold)
    for row in order.prefix(groups == 0 ? 0 : Int(ends[groups - 1])) { detected[Int(row)] = true }
    return detected
  }
}

/// Holm's correction of p-values for having made several tests (Holm 1979).
public enum Holm {
  /// The smallest family-wise error at which each hypothesis would be rejected.
  ///
  /// NaN p-values are not tested: they stay NaN and do not count.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    var result = pValues
    let tested = pValues.indices.filter { !pValues[$0].isNaN }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var largest = 0.0
    for (rank, row) in tested.enumerated() {
      largest = max(largest, min(1, pValues[row] * Double(tested.count - rank)))
      result[row] = largest
    }
    return result
  }
}
