/// The overlap of a continuation with the true text as summaries are judged (Lin 2004).
public struct RougeL: Hashable, Sendable {
  /// The tokens of the longest common subsequence.
  public let common: Int
  /// `common` as a share of the true text.
  public let recall: Double
  /// `common` as a share of the continuation.
  public let precision: Double
  /// The harmonic mean of recall and precision; 0 where nothing is shared.
  public let f: Double

  /// Compares a continuation with the true text; two empty texts have nothing in common.
  ///
  /// The common subsequence is found by the bit-parallel algorithm of Crochemore and others (2001)
  /// in Hyyrö's form (2004).
  public init(_ continuation: [Int32], truth: [Int32]) {
    common = Self.longestCommonSubsequence(continuation, truth)
    recall = truth.isEmpty ? 0 : Double(common) / Double(truth.count)
    precision = continuation.isEmpty ? 0 : Double(common) / Double(continuation.count)
    f = common == 0 ? 0 : 2 * recall * precision / (recall + precision)
  }

  /// The length of the longest sequence of tokens found in both, in order, gaps allowed.
  static func longestCommonSubsequence(_ first: [Int32], _ second: [Int32]) -> Int {
    guard !first.isEmpty, !second.isEmpty else { return 0 }
    let masks = PatternMasks(first)
    var row = [UInt64](repeating: .max, count: masks.words)
    for token in second {
      let start = masks.start(of: token)
      var carry: UInt64 = 0
      for word in 0..<masks.words {
        let match = row[word] & masks[start + word]
        let (partial, overflow) = row[word].addingReportingOverflow(match)
        let (sum, more) = partial.addingReportingOverflow(carry)
        carry = overflow || more ? 1 : 0
        row[word] = sum | (row[word] &- match)
      }
    }
    // Bits beyond the pattern match nothing, so they stay set.
    return row.reduce(0) { $0 + (~$1).nonzeroBitCount }
  }
}
