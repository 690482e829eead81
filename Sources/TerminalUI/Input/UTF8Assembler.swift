import Basics

/// Assembles scalars from single bytes, with U+FFFD for each maximal invalid part.
///
/// The replacement follows the Unicode Standard, section 3.9, and so agrees with
/// `String(decoding:as:)`.
struct UTF8Assembler: Hashable, Sendable {
  private var value: UInt32 = 0
  private var missing = 0
  /// The range the next continuation byte must lie in; narrower than 80–BF after E0, ED, F0, F4.
  private var allowed: ClosedRange<UInt8> = 0x80...0xBF

  enum Step: Hashable, Sendable {
    case more
    case scalar(Unicode.Scalar)
    /// The sequence broke off before this byte, which must be offered again.
    case broken
  }

  static let replacement: Unicode.Scalar = "\u{FFFD}"

  var isPending: Bool { missing > 0 }

  mutating func append(_ byte: UInt8) -> Step {
    guard missing > 0 else { return begin(byte) }
    guard allowed.contains(byte) else {
      missing = 0
      return .broken
    }
    value = value << 6 | UInt32(byte & 0x3F)
    allowed = 0x80...0xBF
    missing -= 1
    return missing > 0 ? .more : .scalar(Unicode.Scalar(value) ?? Self.replacement)
  }

  /// Gives up on a cut sequence.
  mutating func reset() { missing = 0 }

  private mutating func begin(_ byte: UInt8) -> Step {
    allowed = 0x80...0xBF
    switch byte {
    case 0x00...0x7F:
      return .scalar(Unicode.Scalar(byte))
    case 0xC2...0xDF:
      (value, missing) = (UInt32(byte & 0x1F), 1)
    case 0xE0...0xEF:
      (value, missing) = (UInt32(byte & 0x0F), 2)
      if byte == 0xE0 { allowed = 0xA0...0xBF }
      if byte == 0xED { allowed = 0x80...0x9F }
    case 0xF0...0xF4:
      (value, missing) = (UInt32(byte & 0x07), 3)
      if byte == 0xF0 { allowed = 0x90...0xBF }
      if byte == 0xF4 { allowed = 0x80...0x8F }
    default:
      return .scalar(Self.replacement)
    }
    return .more
  }
}
