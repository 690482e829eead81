/// Groups of about equal size by length, so that figures can be told by length.
public struct LengthQuantiles: Hashable, Sendable {
  /// For each group the shortest and the longest length in it, ascending.
  public let ranges: [ClosedRange<Int>]
  /// For each sequence its group; nil for those that do not count.
  public let groups: [Int?]

  /// Cuts lengths at their quantiles; equal lengths share a group, so there may be fewer groups.
  ///
  /// - Parameters:
  ///   - lengths: one per sequence.
  ///   - isIncluded: which sequences count.
  ///   - count: how many groups are wanted; at least 1.
  public init(_ lengths: [Int], isIncluded: [Bool], count: Int) {
    let sorted = lengths.indices.filter { isIncluded[$0] }.map { lengths[$0] }.sorted()
    var ends: [Int] = []
    for group in 1...max(1, count) where !sorted.isEmpty {
      let end = sorted[max(0, group * sorted.count / max(1, count) - 1)]
      if ends.last.map({ $0 < end }) ?? true { ends.append(end) }
    }
    var starts: [Int] = []
    for index in ends.indices {
      let above = index == 0 ? Int.min : ends[index - 1]
      starts.append(sorted.first { $0 > above } ?? ends[index])
    }
    ranges = zip(starts, ends).map { $0...$1 }
    groups = lengths.indices.map { row in
      isIncluded[row] ? ends.firstIndex { lengths[row] <= $0 } : nil
    }
  }
}
