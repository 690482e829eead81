/// What widgets need to know about the terminal besides roles: the glyphs it can show.
package struct Look: Hashable, Sendable {
  package var glyphs: GlyphSet
  /// Whether backgrounds cannot be told apart (no colour), so that bands need a glyph of their own.
  package var fillsBands: Bool

  package init(glyphs: GlyphSet = .unicode, fillsBands: Bool = false) {
    self.glyphs = glyphs
    self.fillsBands = fillsBands || glyphs.isASCII
  }

  package var isASCII: Bool { glyphs.isASCII }

  /// The first text, or the second where only ASCII may be drawn.
  package func pick(_ unicode: String, _ ascii: String) -> String { isASCII ? ascii : unicode }

  /// The first glyph, or the second where only ASCII may be drawn.
  func pick(_ unicode: Glyph, _ ascii: Glyph) -> Glyph { isASCII ? ascii : unicode }

  /// Line feeds and tabs become blanks on a line of a widget; the rest escapes visibly.
  var escaping: Escaping {
    var escaping = glyphs.escaping
    escaping.newline = .space
    escaping.tab = .space
    return escaping
  }
}
