import Basics

/// One printable character of the screen: a spacing scalar and at most four marks.
///
/// It cannot hold a control, format or bidirectional character: the only ways to make one check
/// their scalars against the width table. Sixteen bytes without a reference, so that copying a
/// frame is copying memory.
package struct Glyph: Hashable, Sendable {
  // 21 bits per scalar: base and marks 1 and 2 below, marks 3 and 4 above, then the width.
  private var low: UInt64
  private var high: UInt64

  private init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// A glyph of one scalar; nil if the scalar takes no cell or must not reach a terminal.
  package init?(_ base: Unicode.Scalar) {
    let width = Width.of(base)
    guard width > 0 else { return nil }
    self.init(low: UInt64(base.value), high: UInt64(width) << Self.widthShift)
  }

  /// A glyph of one scalar, or the replacement character where the scalar cannot be drawn.
  package static func scalar(_ scalar: Unicode.Scalar) -> Glyph {
    Glyph(scalar) ?? .replacement
  }

  package static let space = Glyph.known(0x20)
  /// U+FFFD, for what cannot be drawn.
  package static let replacement = Glyph.known(0xFFFD)
  /// The second half of a wide glyph, drawn by the first.
  package static let continuation = Glyph(low: 0, high: 0)
  static let dottedCircle = Glyph.known(0x25CC)

  private static let scalarBits: UInt64 = 0x1F_FFFF
  private static let widthShift: UInt64 = 42

  private static func known(_ value: UInt32) -> Glyph {
    Glyph(low: UInt64(value), high: 1 << widthShift)
  }

  /// The cells it takes: 1 or 2; 0 for a continuation.
  package var width: Int { Int(high >> Self.widthShift) }

  package var isContinuation: Bool { high == 0 }

  /// The spacing scalar; a space for a continuation.
  package var base: Unicode.Scalar {
    isContinuation ? " " : Self.scalar(bits: low)
  }

  /// Adds a mark; false if it has four already or the scalar is no mark.
  mutating func add(_ mark: Unicode.Scalar) -> Bool {
    guard !isContinuation, Width.kind(of: mark) == .mark else { return false }
    let value = UInt64(mark.value)
    if low >> 21 & Self.scalarBits == 0 {
      low |= value << 21
    } else if low >> 42 == 0 {
      low |= value << 42
    } else if high & Self.scalarBits == 0 {
      high |= value
    } else if high >> 21 & Self.scalarBits == 0 {
      high |= value << 21
    } else {
      return false
    }
    return true
  }

  /// Calls `body` with the base and each mark in order; with nothing for a continuation.
  package func forEachScalar(_ body: (Unicode.Scalar) -> Void) {
    guard !isContinuation else { return }
    body(base)
    for bits in [low >> 21, low >> 42, high, high >> 21] where bits & Self.scalarBits != 0 {
      body(Self.scalar(bits: bits))
    }
  }

  /// Whether it carries marks.
  package var hasMarks: Bool { low >> 21 != 0 }

  /// Its text; empty for a continuation.
  package var text: String {
    var text = ""
    append(to: &text)
    return text
  }

  /// Appends its text to a string.
  package func append(to text: inout String) {
    guard hasMarks else {
      if !isContinuation { text.unicodeScalars.append(base) }
      return
    }
    forEachScalar { text.unicodeScalars.append($0) }
  }

  private static func scalar(bits: UInt64) -> Unicode.Scalar {
    Unicode.Scalar(UInt32(bits & scalarBits)) ?? "\u{FFFD}"
  }
}

extension Glyph: ExpressibleByUnicodeScalarLiteral {
  package init(unicodeScalarLiteral scalar: Unicode.Scalar) { self = .scalar(scalar) }
}

extension Glyph: CustomStringConvertible {
  package var description: String { text }
}
