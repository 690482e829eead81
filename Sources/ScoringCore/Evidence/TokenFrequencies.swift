import Basics

/// How often each token occurs in a reference corpus, by the tokenizer's ids.
public struct TokenFrequencies: Sendable {
  /// Token ids, ascending.
  private let ids: [Int32]
  /// How often each occurs.
  private let counts: [Double]
  /// The number of tokens of the corpus.
  public let total: Double
  /// V: the number of ids listed, or one more than the largest if that is more.
  ///
  /// The two are the same for a file that lists the whole vocabulary, zeros included.
  public let vocabularySize: Int

  /// Counts by id, or nil if an id is negative or occurs twice, or a count is negative or infinite.
  public init?(_ entries: [(id: Int32, count: Double)]) {
    let sorted = entries.sorted { $0.id < $1.id }
    guard sorted.allSatisfy({ $0.id >= 0 && $0.count >= 0 && $0.count.isFinite }),
      zip(sorted, sorted.dropFirst()).allSatisfy({ $0.id < $1.id })
    else { return nil }
    ids = sorted.map(\.id)
    counts = sorted.map(\.count)
    total = counts.reduce(0, +)
    vocabularySize = max(ids.count, Int(ids.last ?? -1) + 1)
  }

  /// How often a token occurs; 0 if it is not listed.
  public func count(of id: Int32) -> Double {
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id ? counts[low] : 0
  }
}
