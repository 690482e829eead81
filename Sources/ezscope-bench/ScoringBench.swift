import ScoringCore

/// How fast attacks score, on texts of 128 tokens that lie in memory.
enum ScoringBench {
  private static let sequences = 100_000
  private static let positions = 127
  private static let repeats = 7

  /// Groups of attacks scored together, and the bytes of evidence they read a token.
  private static let groups = [
    ("loss", 4.0), ("ez", 12), ("ez,loss", 12), ("ref-diff", 8), ("min-k", 4), ("min-k++", 12),
    ("wbc", 8), ("ez,loss,ref-diff,min-k", 12), ("ez,ez:policy=released,ez:first=keep", 12),
    ("ez:zone=rank-gt-5", 12), ("ez:zone=target-lowest-20", 8),
  ]

  /// Times groups of attacks on one core and on all, and prints a table.
  static func run(only wanted: String? = nil) throws {
    let table = try SyntheticEvidence.table(sequences: sequences, positions: positions)
    let tokens = Double(sequences * positions)
    let bandwidth = readBandwidth(table)
    print("\(sequences) sequences of \(positions) positions; best of \(repeats)")
    print("reading the same columns: \(rounded(bandwidth / 1e9)) GB/s on one core\n")
    print("attacks                                cores  ns/token   Mtok/s   GB/s  of bandwidth")
    for (list, bytes) in groups where wanted == nil || wanted == list {
      let scorer = try Scorer(AttackCatalog.attacks(list), for: table)
      for workers in Set([1, Scorer.cores]).sorted() {
        let seconds = best { _ = scorer.scores(workers: workers) }
        let speed = tokens * bytes / seconds
        let share = workers == 1 ? "\(Int(100 * speed / bandwidth)) %" : ""
        print(
          padded(list, 40), padded("\(workers)", 4), padded(rounded(seconds / tokens * 1e9), 10),
          padded(rounded(tokens / seconds / 1e6), 8), padded(rounded(speed / 1e9), 6), share)
      }
    }
  }

  private static func best(_ work: () -> Void) -> Double {
    let clock = ContinuousClock()
    let times = (0..<repeats).map { _ in clock.measure(work) }
    return (times.min() ?? .zero) / .seconds(1)
  }

  /// Bytes a second in which the columns EZ needs can be read at all.
  private static func readBandwidth(_ table: EvidenceTable) -> Double {
    let columns = table.chunks[0].columns
    guard let target = columns.target.logprobs, let reference = columns.reference.logprobs,
      let ranks = columns.target.ranks
    else { return .nan }
    var total: UInt64 = 0
    let seconds = best {
      total &+= sum(target.span.bytes) &+ sum(reference.span.bytes) &+ sum(ranks.span.bytes)
    }
    // Printed only if it were 0, so that the sums cannot be left out.
    if total == 0 { print("") }
    return Double(sequences * positions * 12) / seconds
  }

  private static func sum(_ bytes: RawSpan) -> UInt64 {
    var sums = (SIMD8<UInt64>(), SIMD8<UInt64>())
    var offset = 0
    while offset + 128 <= bytes.byteCount {
      sums.0 &+= bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
      sums.1 &+= bytes.unsafeLoadUnaligned(fromByteOffset: offset + 64, as: SIMD8<UInt64>.self)
      offset += 128
    }
    return (sums.0 &+ sums.1).wrappedSum()
  }

  private static func rounded(_ value: Double) -> String {
    String((value * 100).rounded() / 100)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
