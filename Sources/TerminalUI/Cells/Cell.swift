/// One cell of a frame: a glyph and how it is meant to look.
///
/// A glyph two cells wide sits in the first; the second is a `continuation` and is drawn by it.
package struct Cell: Hashable, Sendable {
  package var glyph: Glyph
  package var style: Style

  package init(glyph: Glyph, style: Style) {
    self.glyph = glyph
    self.style = style
  }

  package static let blank = Cell(glyph: .space, style: .text)
}
