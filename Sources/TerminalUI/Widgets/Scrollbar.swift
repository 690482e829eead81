/// A column that shows which part of a list is on screen.
package struct Scrollbar: Hashable, Sendable {
  package var total: Int
  package var visible: Int
  package var first: Int

  package init(total: Int, visible: Int, first: Int) {
    self.total = total
    self.visible = visible
    self.first = first
  }

  /// The thumb's first row and height within a track of `height` rows; nil when all is visible.
  package func thumb(height: Int) -> (start: Int, height: Int)? {
    guard height > 0, total > visible, visible > 0 else { return nil }
    let size = min(height, max(1, height * visible / total))
    let last = total - visible
    let first = min(max(0, first), last)
    var start = (height - size) * first / last
    // The ends are shown only when they are reached.
    if first > 0, start == 0, height > size { start = 1 }
    if first < last, start == height - size, start > 1 { start -= 1 }
    return (start, size)
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard let thumb = thumb(height: area.height) else { return }
    let column = area.splitLeft(1).left
    frame.fill(column, glyphs.pick("│", "|"), style: Style(.border))
    frame.fill(
      Rect(x: column.x, y: column.y + thumb.start, width: column.width, height: thumb.height),
      glyphs.pick("█", "#"), style: Style(.border))
  }
}
