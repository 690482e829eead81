import Basics

/// Turns any text, hostile text too, into glyphs that are safe to draw and copy.
///
/// A spacing scalar and its marks become one glyph. What must not reach a terminal is drawn as a
/// visible escape, `⟨1B⟩` for U+001B (`<1B>` in ASCII). A joined emoji is drawn as its parts,
/// because terminals disagree about how wide the whole is. A fifth mark on one glyph is left out.
package enum Sanitize {
  /// A glyph of sanitised text.
  package struct Piece: Hashable, Sendable {
    package let glyph: Glyph
    /// Whether it stands for something that cannot be drawn as itself.
    package let isEscape: Bool

    /// The cells it takes: 1 or 2.
    package var width: Int { glyph.width }
  }

  /// The pieces text is drawn as, from left to right.
  package static func pieces(
    of text: some StringProtocol, escaping: Escaping = .unicode
  ) -> [Piece] {
    var pieces: [Piece] = []
    pieces.reserveCapacity(text.utf8.count)
    forEachPiece(of: text, escaping: escaping) {
      pieces.append($0)
      return true
    }
    return pieces
  }

  /// Calls `body` with each piece until it returns false.
  package static func forEachPiece(
    of text: some StringProtocol, escaping: Escaping = .unicode, _ body: (Piece) -> Bool
  ) {
    var builder = PieceBuilder(escaping: escaping)
    for scalar in text.unicodeScalars {
      guard builder.add(scalar, body) else { return }
    }
    _ = builder.flush(body)
  }

  /// The cells text takes when drawn.
  package static func width(of text: some StringProtocol, escaping: Escaping = .unicode) -> Int {
    var width = 0
    forEachPiece(of: text, escaping: escaping) {
      width += $0.width
      return true
    }
    return width
  }

  /// Text that is safe on a terminal, in a log and in a report: what it would be drawn as.
  package static func text(_ text: some StringProtocol, escaping: Escaping = .unicode) -> String {
    var safe = ""
    safe.reserveCapacity(text.utf8.count)
    forEachPiece(of: text, escaping: escaping) {
      $0.glyph.append(to: &safe)
      return true
    }
    return safe
  }
}

/// How characters without a shape of their own are made visible.
package struct Escaping: Hashable, Sendable {
  /// What stands before an escape's hexadecimal digits.
  package var open: Glyph
  /// What stands after them.
  package var close: Glyph
  /// What a line feed is drawn as; nil = an escape.
  package var newline: Glyph?
  /// What a tab is drawn as; nil = an escape.
  package var tab: Glyph?

  package init(open: Glyph, close: Glyph, newline: Glyph? = nil, tab: Glyph? = nil) {
    self.open = open
    self.close = close
    self.newline = newline
    self.tab = tab
  }

  /// Escapes as `⟨1B⟩`.
  package static let unicode = Escaping(open: "⟨", close: "⟩")
  /// Escapes as `<1B>`.
  package static let ascii = Escaping(open: "<", close: ">")
  /// As `unicode`, with `⏎` and `⇥` for line feed and tab.
  package static let unicodeWhitespace = Escaping(open: "⟨", close: "⟩", newline: "⏎", tab: "⇥")
  /// Line feeds and tabs become plain spaces: for previews of a text on one line.
  package static let preview = Escaping(open: "⟨", close: "⟩", newline: .space, tab: .space)
}

/// Gathers scalars into pieces; holds one glyph back until its marks are known.
private struct PieceBuilder {
  let escaping: Escaping
  private var pending: Sanitize.Piece?
  private var isFlag = false

  init(escaping: Escaping) { self.escaping = escaping }

  /// Takes one scalar; false if `body` wants no more.
  mutating func add(_ scalar: Unicode.Scalar, _ body: (Sanitize.Piece) -> Bool) -> Bool {
    if scalar == "\n", let newline = escaping.newline { return symbol(newline, body) }
    if scalar == "\t", let tab = escaping.tab { return symbol(tab, body) }
    let kind = Width.kind(of: scalar)
    switch kind {
    case .narrow, .wide:
      isFlag = scalar == "\u{1F3F4}"
      return start(.scalar(scalar), isEscape: false, body)
    case .mark:
      return addMark(scalar, body)
    case .dropped:
      return true
    case .tag:
      // Tags spell a region after a black flag; anywhere else they are text hidden from readers.
      return isFlag ? true : escape(scalar, body)
    case .unsafe:
      return escape(scalar, body)
    }
  }

  /// Hands over the glyph held back.
  mutating func flush(_ body: (Sanitize.Piece) -> Bool) -> Bool {
    guard let piece = pending else { return true }
    pending = nil
    return body(piece)
  }

  private mutating func start(
    _ glyph: Glyph, isEscape: Bool, _ body: (Sanitize.Piece) -> Bool
  ) -> Bool {
    guard flush(body) else { return false }
    pending = Sanitize.Piece(glyph: glyph, isEscape: isEscape)
    return true
  }

  private mutating func addMark(
    _ mark: Unicode.Scalar, _ body: (Sanitize.Piece) -> Bool
  ) -> Bool {
    if let piece = pending, !piece.isEscape {
      var glyph = piece.glyph
      _ = glyph.add(mark)
      pending = Sanitize.Piece(glyph: glyph, isEscape: false)
      return true
    }
    var circle = Glyph.dottedCircle
    _ = circle.add(mark)
    return start(circle, isEscape: false, body)
  }

  /// A visible stand-in that takes no marks of the text that follows.
  private mutating func symbol(_ glyph: Glyph, _ body: (Sanitize.Piece) -> Bool) -> Bool {
    isFlag = false
    guard flush(body) else { return false }
    return body(Sanitize.Piece(glyph: glyph, isEscape: glyph != .space))
  }

  private mutating func escape(
    _ scalar: Unicode.Scalar, _ body: (Sanitize.Piece) -> Bool
  ) -> Bool {
    guard symbol(escaping.open, body) else { return false }
    let digits = scalar.value < 0x10 ? 2 : (32 - scalar.value.leadingZeroBitCount + 3) / 4
    for place in (0..<digits).reversed() {
      let digit = scalar.value >> UInt32(4 * place) & 0xF
      guard let value = Unicode.Scalar(digit < 10 ? 0x30 + digit : 0x37 + digit),
        symbol(.scalar(value), body)
      else { return false }
    }
    return symbol(escaping.close, body)
  }
}
