/// Cuts and pads text to a width in cells; never cuts a wide glyph in half.
package enum Clip {
  /// Where text lies in a field wider than itself.
  package enum Alignment: Hashable, Sendable { case left, right, center }

  /// Which end of text that is too long is kept.
  package enum Kept: Hashable, Sendable { case start, end }

  /// The pieces of text that fit in `width` cells, with an ellipsis where something was cut.
  package static func pieces(
    of text: some StringProtocol, to width: Int, keeping kept: Kept = .start,
    ellipsis: Glyph = "…", escaping: Escaping = .unicode
  ) -> [Sanitize.Piece] {
    guard width > 0 else { return [] }
    let mark = Sanitize.Piece(glyph: ellipsis, isEscape: false)
    switch kept {
    case .start:
      // One piece beyond the width tells that there is more; the rest of a long text is not read.
      var pieces: [Sanitize.Piece] = []
      var total = 0
      Sanitize.forEachPiece(of: text, escaping: escaping) {
        pieces.append($0)
        total += $0.width
        return total <= width
      }
      guard total > width else { return pieces }
      while let last = pieces.last, total > width - ellipsis.width {
        total -= last.width
        pieces.removeLast()
      }
      return ellipsis.width <= width ? pieces + [mark] : pieces
    case .end:
      let pieces = Sanitize.pieces(of: text, escaping: escaping)
      var total = pieces.reduce(0) { $0 + $1.width }
      guard total > width else { return pieces }
      var tail = pieces[...]
      while let first = tail.first, total > width - ellipsis.width {
        total -= first.width
        tail.removeFirst()
      }
      return ellipsis.width <= width ? [mark] + tail : Array(tail)
    }
  }

  /// Text cut to at most `width` cells, safe to print.
  package static func text(
    _ text: some StringProtocol, to width: Int, keeping kept: Kept = .start,
    ellipsis: Glyph = "…", escaping: Escaping = .unicode
  ) -> String {
    join(pieces(of: text, to: width, keeping: kept, ellipsis: ellipsis, escaping: escaping))
  }

  /// Text cut or padded with spaces to exactly `width` cells, safe to print.
  package static func padded(
    _ text: some StringProtocol, to width: Int, align: Alignment = .left,
    ellipsis: Glyph = "…", escaping: Escaping = .unicode
  ) -> String {
    let pieces = pieces(of: text, to: width, ellipsis: ellipsis, escaping: escaping)
    let room = max(0, width - pieces.reduce(0) { $0 + $1.width })
    let left = align.offset(in: room)
    return String(repeating: " ", count: left) + join(pieces)
      + String(repeating: " ", count: room - left)
  }

  private static func join(_ pieces: [Sanitize.Piece]) -> String {
    var text = ""
    for piece in pieces { piece.glyph.append(to: &text) }
    return text
  }
}

extension Clip.Alignment {
  /// How much of the spare room lies to the left.
  fileprivate func offset(in room: Int) -> Int {
    switch self {
    case .left: 0
    case .right: room
    case .center: room / 2
    }
  }
}

extension Frame {
  /// Writes text on the first row of `area`, aligned, cut with an ellipsis where it is too long.
  ///
  /// Returns the cells the text takes.
  @discardableResult
  package mutating func put(
    _ text: some StringProtocol, in area: Rect, align: Clip.Alignment = .left,
    keeping kept: Clip.Kept = .start, style: Style, glyphs: GlyphSet = .unicode
  ) -> Int {
    guard !area.isEmpty else { return 0 }
    let pieces = Clip.pieces(
      of: text, to: area.width, keeping: kept, ellipsis: glyphs.ellipsis, escaping: glyphs.escaping)
    let width = pieces.reduce(0) { $0 + $1.width }
    var x = area.minX + align.offset(in: area.width - width)
    for piece in pieces {
      put(
        piece.glyph, at: Point(x: x, y: area.minY),
        style: piece.isEscape ? style.forEscapes : style, clip: area)
      x += piece.width
    }
    return width
  }
}

extension Style {
  /// How an escape looks within text of this style: its own colour on the text's ground.
  package var forEscapes: Style { Style(.tokenEscape, on: surface ?? role, emphasis) }
}
