import Basics

/// For each token of a pattern, the positions where it stands, a bit each.
///
/// What the bit-parallel algorithms look up: 64 positions are worked on at once.
struct PatternMasks {
  /// How many 64-bit words a position set takes.
  let words: Int
  private var numbers: [Int32: Int] = [:]
  private var masks: [UInt64] = []

  init(_ pattern: [Int32]) {
    words = (pattern.count + 63) / 64
    // Row 0 is empty: that of every token the pattern lacks.
    masks = Array(repeating: 0, count: words)
    for (position, token) in pattern.enumerated() {
      let next = masks.count / max(1, words)
      let number = numbers[token, default: next]
      if number == next {
        numbers[token] = next
        masks.append(contentsOf: repeatElement(0, count: words))
      }
      masks[number * words + position / 64] |= 1 << UInt64(position % 64)
    }
  }

  /// Where the words of a token's set begin.
  func start(of token: Int32) -> Int { (numbers[token] ?? 0) * words }

  subscript(_ index: Int) -> UInt64 { masks[index] }
}
