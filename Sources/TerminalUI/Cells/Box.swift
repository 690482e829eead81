extension Frame {
  /// Draws a box along the inside of `area` with a title in its top line; returns what is within.
  @discardableResult
  package mutating func box(
    _ area: Rect, _ border: Border, style: Style, title: String = "", titleStyle: Style? = nil,
    glyphs: GlyphSet = .unicode
  ) -> Rect {
    guard area.width >= 2, area.height >= 2 else { return area.inset(by: 1) }
    let (left, right) = (area.minX, area.maxX - 1)
    let (top, bottom) = (area.minY, area.maxY - 1)
    fill(Rect(x: left, y: top, width: area.width, height: 1), border.horizontal, style: style)
    fill(Rect(x: left, y: bottom, width: area.width, height: 1), border.horizontal, style: style)
    fill(Rect(x: left, y: top, width: 1, height: area.height), border.vertical, style: style)
    fill(Rect(x: right, y: top, width: 1, height: area.height), border.vertical, style: style)
    put(border.topLeft, at: Point(x: left, y: top), style: style)
    put(border.topRight, at: Point(x: right, y: top), style: style)
    put(border.bottomLeft, at: Point(x: left, y: bottom), style: style)
    put(border.bottomRight, at: Point(x: right, y: bottom), style: style)
    if !title.isEmpty, area.width > 6 {
      put(
        " \(title) ", in: Rect(x: left + 2, y: top, width: area.width - 4, height: 1),
        style: titleStyle ?? style, glyphs: glyphs)
    }
    return area.inset(by: 1)
  }

  /// Draws a horizontal line across `area` on row `y` that joins the box around it.
  package mutating func divider(in area: Rect, y: Int, _ border: Border, style: Style) {
    guard area.width >= 2, y > area.minY, y < area.maxY - 1 else { return }
    fill(Rect(x: area.minX, y: y, width: area.width, height: 1), border.horizontal, style: style)
    put(border.teeLeft, at: Point(x: area.minX, y: y), style: style)
    put(border.teeRight, at: Point(x: area.maxX - 1, y: y), style: style)
  }
}
