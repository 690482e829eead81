import Basics

/// Two axes with their titles: where values lie in an area, and the lines and labels around it.
package struct PlotAxes: Hashable, Sendable {
  package var x: PlotScale
  package var y: PlotScale
  package var xTitle: String
  package var yTitle: String
  /// The least columns given to the labels of the y axis, so that plots above each other line up.
  package var gutter: Int

  package init(
    x: PlotScale, y: PlotScale, xTitle: String = "", yTitle: String = "", gutter: Int = 0
  ) {
    self.x = x
    self.y = y
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.gutter = gutter
  }

  /// Below this the plot is a sparkline: no axes, curves only.
  private static let smallest = Size(width: 18, height: 6)

  static func hasAxes(in area: Rect) -> Bool {
    area.width >= smallest.width && area.height >= smallest.height
  }

  /// The cells inside the axes.
  package func inner(of area: Rect, glyphs: GlyphSet) -> Rect {
    guard Self.hasAxes(in: area) else { return area }
    let top = titleRows(area)
    let bottom = 2 + (area.height >= 12 && !xTitle.isEmpty ? 1 : 0)
    let height = area.height - top - bottom
    let labels = yTicks(height, glyphs).reduce(gutter) { max($0, TextMeasure.width($1.label)) }
    let left = min(labels, area.width / 3) + 1
    return Rect(
      x: area.x + left, y: area.y + top, width: area.width - left - 1, height: height)
  }

  /// The dot of a canvas over the inner area that stands for a pair of values, clamped to it.
  func dot(_ x: Double, _ y: Double, in size: Size) -> Point? {
    guard let across = self.x.clamped(x), let up = self.y.clamped(y) else { return nil }
    let right = Double(max(0, size.width * 2 - 1))
    let foot = Double(max(0, size.height * 4 - 1))
    return Point(
      x: Int(saturating: (across * right).rounded()),
      y: Int(saturating: ((1 - up) * foot).rounded()))
  }

  /// The cell of the screen that stands for a pair of values, clamped to the inner area.
  package func cell(_ x: Double, _ y: Double, in inner: Rect) -> Point? {
    guard !inner.isEmpty, let dot = dot(x, y, in: inner.size) else { return nil }
    return Point(x: inner.x + dot.x / 2, y: inner.y + dot.y / 4)
  }

  /// The values at the middle of a cell, for a mouse that points into the plot.
  package func values(at point: Point, in inner: Rect) -> (x: Double, y: Double)? {
    guard inner.contains(point) else { return nil }
    let across = (Double(point.x - inner.x) + 0.5) / Double(inner.width)
    let up = 1 - (Double(point.y - inner.y) + 0.5) / Double(inner.height)
    return (x.value(at: across), y.value(at: up))
  }

  private func titleRows(_ area: Rect) -> Int { area.height >= 8 && !yTitle.isEmpty ? 1 : 0 }

  private func yTicks(_ height: Int, _ glyphs: GlyphSet) -> [PlotScale.Tick] {
    y.ticks(limit: max(2, height / 2), ascii: glyphs.isASCII)
  }

  private func xTicks(_ width: Int, _ glyphs: GlyphSet) -> [PlotScale.Tick] {
    x.ticks(limit: max(2, width / 9 + 1), ascii: glyphs.isASCII)
  }

  /// Draws titles, axis lines, labels and a mark where ticks of both axes cross.
  func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard Self.hasAxes(in: area) else { return }
    let inner = inner(of: area, glyphs: glyphs)
    guard !inner.isEmpty else { return }
    let axis = Style(.plotAxis)
    if titleRows(area) > 0 {
      let title = Rect(x: area.x, y: area.y, width: area.width, height: 1)
      let indent = max(0, inner.x - area.x - TextMeasure.width(yTitle))
      frame.putLine(
        yTitle, in: title.splitLeft(indent).rest, style: Style(.textDim), glyphs: glyphs)
    }
    let rule = Rect(x: inner.x - 1, y: inner.y, width: 1, height: inner.height)
    frame.fill(rule, glyphs.isASCII ? "|" : "│", style: axis)
    let floor = Rect(x: inner.x - 1, y: inner.maxY, width: inner.width + 1, height: 1)
    frame.fill(floor, glyphs.isASCII ? "-" : "─", style: axis)
    frame.put(glyphs.pick("└", "+"), at: Point(x: floor.x, y: floor.y), style: axis, clip: area)

    let rows = yTicks(inner.height, glyphs).compactMap { tick in
      cell(x.lower, tick.value, in: inner).map { (tick, $0.y) }
    }
    let columns = xTicks(inner.width, glyphs).compactMap { tick in
      cell(tick.value, y.lower, in: inner).map { (tick, $0.x) }
    }
    for (tick, row) in rows {
      let label = Rect(x: area.x, y: row, width: inner.x - 1 - area.x, height: 1)
      frame.putLine(tick.label, in: label, style: axis, align: .right, glyphs: glyphs)
      frame.put(glyphs.pick("┤", "+"), at: Point(x: inner.x - 1, y: row), style: axis, clip: area)
      for (_, column) in columns where column > inner.x && row < inner.maxY - 1 {
        let point = Point(x: column, y: row)
        frame.put(glyphs.pick("·", "."), at: point, style: Style(.plotGrid), clip: inner)
      }
    }
    drawLabels(columns, below: floor, area: area, on: &frame, glyphs: glyphs)
  }

  private func drawLabels(
    _ ticks: [(PlotScale.Tick, Int)], below floor: Rect, area: Rect, on frame: inout Frame,
    glyphs: GlyphSet
  ) {
    let row = Rect(x: area.x, y: floor.maxY, width: area.width, height: 1).intersection(area)
    var free = row.x
    for (tick, column) in ticks {
      let size = TextMeasure.width(tick.label)
      let start = min(max(row.x, column - size / 2), row.maxX - size)
      frame.put(
        glyphs.pick("┬", "+"), at: Point(x: column, y: floor.y), style: Style(.plotAxis), clip: area
      )
      // A label that would touch its neighbour is left out; its mark stays.
      guard start >= free else { continue }
      frame.put(tick.label, at: Point(x: start, y: row.y), style: Style(.plotAxis), clip: row)
      free = start + size + 1
    }
    let below = Rect(x: floor.x, y: row.maxY, width: floor.width, height: 1).intersection(area)
    frame.putLine(xTitle, in: below, style: Style(.textDim), align: .center, glyphs: glyphs)
  }
}
