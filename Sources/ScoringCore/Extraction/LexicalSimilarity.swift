import Basics

/// How alike two texts are in wording, for continuations that carry no similarity of their own.
///
/// The cosine between the counts of all spans of three bytes, ASCII letters lowered. It looks at
/// letters, not at meaning: a paraphrase scores low, and a form letter with other names scores high.
public enum LexicalSimilarity {
  /// What outputs call it.
  public static let name = "lexical (cosine of byte 3-grams)"

  /// The cosine, from 0 to 1; nil where a text has under three bytes.
  public static func cosine(_ first: String, _ second: String) -> Double? {
    let (a, b) = (counts(first), counts(second))
    guard !a.isEmpty, !b.isEmpty else { return nil }
    let product = a.reduce(0.0) { $0 + $1.value * (b[$1.key] ?? 0) }
    let lengths = [a, b].map { $0.values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return min(1, product / (lengths[0] * lengths[1]))
  }

  private static func counts(_ text: String) -> [UInt32: Double] {
    var counts: [UInt32: Double] = [:]
    var span: UInt32 = 0
    for (place, byte) in text.utf8.enumerated() {
      let lowered = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      span = (span << 8 | UInt32(lowered)) & 0xFF_FFFF
      if place >= 2 { counts[span, default: 0] += 1 }
    }
    return counts
  }
}
