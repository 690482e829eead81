import Basics

/// Turns UTF-16, as Windows PowerShell writes it, into UTF-8, piece by piece.
struct UTF16Decoder {
  private let isBigEndian: Bool
  private var half: UInt8?
  private var high: UInt16?

  /// A decoder for a stream that begins with these bytes; nil unless they are UTF-16's mark.
  init?(mark first: UInt8, _ second: UInt8) {
    guard (first, second) == (0xFF, 0xFE) || (first, second) == (0xFE, 0xFF) else { return nil }
    isBigEndian = first == 0xFE
  }

  /// The text of the next bytes, to which what was left of the last ones belongs.
  mutating func decode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for byte in bytes {
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      let unit =
        isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
      add(unit, to: &result)
    }
    return result
  }

  private mutating func add(_ unit: UInt16, to result: inout [UInt8]) {
    if let first = high {
      high = nil
      if unit & 0xFC00 == 0xDC00 {
        let code = 0x10000 + UInt32(first & 0x3FF) << 10 + UInt32(unit & 0x3FF)
        return append(code, to: &result)
      }
      append(0xFFFD, to: &result)
    }
    if unit & 0xFC00 == 0xD800 {
      high = unit
    } else {
      append(unit & 0xFC00 == 0xDC00 ? 0xFFFD : UInt32(unit), to: &result)
    }
  }

  /// What is left at the end: half a character is none.
  mutating func finish() -> [UInt8] {
    defer { (half, high) = (nil, nil) }
    return half == nil && high == nil ? [] : Array("\u{FFFD}".utf8)
  }

  private func append(_ code: UInt32, to result: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(code) else { return }
    // The mark itself is no text.
    if code != 0xFEFF {
      result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }
}
