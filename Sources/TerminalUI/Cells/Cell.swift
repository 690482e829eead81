/// One cell of a frame: a glyph and how it is meant to look.
///
/// A glyph two cells wide sits in the first; the second is a `continuation` and is drawn by it.
package struct Cell: Hashable, Sendable {
  /// What the cell shows: one spacing scalar with at most four marks, never a control character.
  package var glyph: Glyph
  package var style: Style

  package init(glyph: Glyph, style: Style) {
    self.glyph = glyph
    self.style = style
  }

  package static let blank = Cell(glyph: .space, style: .text)
}

/// A printable glyph, small enough to copy freely; its text was sanitised when it was made.
package enum Glyph: Hashable, Sendable {
  /// A single scalar one or two cells wide.
  case scalar(Unicode.Scalar)
  /// A scalar with combining marks.
  case cluster(String)
  /// The second half of a wide glyph.
  case continuation

  package static let space = Glyph.scalar(" ")
}
