import Basics

/// Cuts text into words, marks and blanks, for continuations that carry no token ids.
///
/// A word takes the blank before it along, as byte-level tokenizers have it; every other mark is a
/// token of its own. The tokens joined are the text.
public enum TextTokens {
  /// Where each token of UTF-8 text begins and ends.
  public static func ranges(of text: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var place = 0
    while place < text.count {
      let start = place
      if text[place] == 0x20, place + 1 < text.count, !isBlank(text[place + 1]) { place += 1 }
      if isBlank(text[place]) {
        while place < text.count, isBlank(text[place]) { place += 1 }
        // The last blank belongs to the word that follows.
        if place < text.count, place - start > 1, text[place - 1] == 0x20 { place -= 1 }
      } else if isWord(text[place]) {
        while place < text.count, isWord(text[place]) { place += 1 }
      } else {
        place += 1
      }
      ranges.append(start..<place)
    }
    return ranges
  }

  /// The tokens of two texts as numbers: equal tokens have equal numbers.
  public static func numbers(_ first: String, _ second: String) -> (first: [Int32], second: [Int32])
  {
    var known: [ArraySlice<UInt8>: Int32] = [:]
    func numbers(_ text: String) -> [Int32] {
      let bytes = Array(text.utf8)
      return ranges(of: bytes).map { range in
        let next = Int32(known.count)
        let number = known[bytes[range], default: next]
        if number == next { known[bytes[range]] = next }
        return number
      }
    }
    return (numbers(first), numbers(second))
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte >= 0x09 && byte <= 0x0D
  }

  /// Letters, digits, `_`, and every byte beyond ASCII.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: true
    default: false
    }
  }
}
