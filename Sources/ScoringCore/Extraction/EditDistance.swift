import Basics

/// How many tokens must be inserted, removed or replaced to turn one sequence into another.
///
/// Levenshtein's distance by Myers's bit-parallel algorithm (1999) in Hyyrö's form for patterns of
/// any length (2003): 64 cells of the table a step.
public enum EditDistance {
  /// The distance between two sequences of tokens.
  public static func between(_ first: [Int32], _ second: [Int32]) -> Int {
    // The shorter one is the pattern, so that fewer words are worked on.
    let (pattern, text) = first.count <= second.count ? (first, second) : (second, first)
    guard !pattern.isEmpty else { return text.count }
    let masks = PatternMasks(pattern)
    let last = UInt64(1) << UInt64((pattern.count - 1) % 64)
    // Where a cell of the current column is one more (or less) than the cell above it.
    var more = [UInt64](repeating: .max, count: masks.words)
    var less = [UInt64](repeating: 0, count: masks.words)
    var distance = pattern.count
    for token in text {
      let start = masks.start(of: token)
      // The row above the table grows by one with every column.
      var (carryMore, carryLess): (UInt64, UInt64) = (1, 0)
      for word in 0..<masks.words {
        var match = masks[start + word]
        let vertical = match | less[word]
        match |= carryLess
        let diagonal = (((match & more[word]) &+ more[word]) ^ more[word]) | match
        var horizontalMore = less[word] | ~(diagonal | more[word])
        var horizontalLess = more[word] & diagonal
        if word == masks.words - 1 {
          if horizontalMore & last != 0 { distance += 1 }
          if horizontalLess & last != 0 { distance -= 1 }
        }
        let (nextMore, nextLess) = (horizontalMore >> 63, horizontalLess >> 63)
        horizontalMore = horizontalMore << 1 | carryMore
        horizontalLess = horizontalLess << 1 | carryLess
        more[word] = horizontalLess | ~(vertical | horizontalMore)
        less[word] = horizontalMore & vertical
        (carryMore, carryLess) = (nextMore, nextLess)
      }
    }
    return distance
  }
}
