/// What widgets need to know about the terminal besides roles: which glyphs it can show.
package struct Look: Hashable, Sendable {
  /// Whether only ASCII may be drawn (fonts without braille, screen readers, old locales).
  package var isASCII: Bool

  /// Whether backgrounds cannot be told apart, so that bands need a glyph of their own.
  package var fillsBands: Bool

  package init(isASCII: Bool = false, fillsBands: Bool = false) {
    self.isASCII = isASCII
    self.fillsBands = fillsBands || isASCII
  }

  /// The first text, or the second where only ASCII may be drawn.
  package func pick(_ unicode: String, _ ascii: String) -> String { isASCII ? ascii : unicode }

  /// Line feeds and tabs become blanks on a line of a widget; the rest escapes visibly.
  var escaping: Escaping {
    var escaping: Escaping = isASCII ? .ascii : .unicode
    escaping.newline = .space
    escaping.tab = .space
    return escaping
  }

  var ellipsis: String { pick("…", "~") }
  var gutterMark: String { pick("▌", ">") }
  var horizontal: String { pick("─", "-") }
  var vertical: String { pick("│", "|") }
  var ascending: String { pick("▲", "^") }
  var descending: String { pick("▼", "v") }
  var track: String { pick("│", "|") }
  var thumb: String { pick("█", "#") }
  var dot: String { pick("·", "-") }
}
