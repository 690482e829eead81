import Basics

/// The tokens of one text as they are drawn: sanitised glyphs, made once and shared by all layouts.
///
/// Line feeds are shown and end the line; a token without text is shown as an empty escape; a token
/// longer than `longest` cells is cut and says how many characters are left out.
package struct TokenStrip: Sendable {
  /// The most cells a token takes before it is cut.
  package static let longest = 64

  /// All glyphs of all tokens, one after another.
  package private(set) var pieces: [Sanitize.Piece] = []
  /// The first piece of each token, and one entry more for the end.
  private(set) var starts: [Int32] = [0]
  /// Packed per token, for a layout that touches nothing else; see `Metrics`.
  private(set) var metrics: [UInt32] = []
  let newline: Glyph
  private let escaping: Escaping
  private let ellipsis: Glyph

  package init(glyphs: GlyphSet) {
    escaping = glyphs.visibleWhitespace
    newline = escaping.newline ?? glyphs.pick("⏎", "$")
    ellipsis = glyphs.ellipsis
  }

  package init(tokens: some Sequence<some StringProtocol>, glyphs: GlyphSet) {
    self.init(glyphs: glyphs)
    for token in tokens { append(token) }
  }

  package var count: Int { metrics.count }

  /// Appends one token's text.
  package mutating func append(_ text: some StringProtocol) {
    var width = 0
    var isCut = false
    var hasNewline = false
    let first = pieces.count
    Sanitize.forEachPiece(of: text, escaping: escaping) { piece in
      guard width + piece.width <= Self.longest else {
        isCut = true
        return false
      }
      width += piece.width
      if piece.isEscape, piece.glyph == newline { hasNewline = true }
      pieces.append(piece)
      return true
    }
    if isCut { width += elide(text, shown: pieces.count - first) }
    if pieces.count == first {
      pieces.append(Sanitize.Piece(glyph: escaping.open, isEscape: true))
      pieces.append(Sanitize.Piece(glyph: escaping.close, isEscape: true))
      width = 2
    }
    var leading = 0
    while first + leading < pieces.count, isSpace(first + leading) { leading += 1 }
    // A token of spaces alone is its own body: it is tinted, and wraps as a whole.
    if first + leading == pieces.count { leading = 0 }
    starts.append(Int32(pieces.count))
    metrics.append(Metrics.pack(width: width, leading: leading, hasNewline: hasNewline))
  }

  private mutating func elide(_ text: some StringProtocol, shown: Int) -> Int {
    let note = "+" + NumberFormat.count(text.unicodeScalars.count - shown)
    pieces.append(Sanitize.Piece(glyph: ellipsis, isEscape: true))
    for scalar in note.unicodeScalars {
      pieces.append(Sanitize.Piece(glyph: .scalar(scalar), isEscape: true))
    }
    return 1 + note.utf8.count
  }

  func isSpace(_ piece: Int) -> Bool {
    pieces[piece].glyph == .space && !pieces[piece].isEscape
  }

  /// The pieces of a token, leading spaces included.
  package func pieces(of token: Int) -> Range<Int> {
    Int(starts[token])..<Int(starts[token + 1])
  }

  /// The pieces of a token without its leading spaces.
  package func body(of token: Int) -> Range<Int> {
    let all = pieces(of: token)
    return all.lowerBound + Metrics.leading(metrics[token])..<all.upperBound
  }

  /// The cells a token takes on one line, leading spaces included.
  package func width(of token: Int) -> Int { Metrics.width(metrics[token]) }

  /// The token a piece belongs to.
  package func token(ofPiece piece: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle + 1] <= Int32(piece) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Width, leading spaces and whether a line feed is inside, in 32 bits.
  enum Metrics {
    static let newlineFlag: UInt32 = 1 << 31

    static func pack(width: Int, leading: Int, hasNewline: Bool) -> UInt32 {
      UInt32(width) | UInt32(leading) << 16 | (hasNewline ? newlineFlag : 0)
    }
    static func width(_ bits: UInt32) -> Int { Int(bits & 0xFFFF) }
    static func leading(_ bits: UInt32) -> Int { Int(bits >> 16 & 0xFF) }
  }
}
