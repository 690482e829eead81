/// Points of several classes over two axes, with quadrants and the diagonal to judge them by.
package struct Scatter: Sendable {
  package struct Class: Hashable, Sendable {
    package var name: String
    package var role: Role
    /// How a point is drawn, in Unicode and in ASCII; the shape tells classes apart without colour.
    package var mark: Glyph
    package var asciiMark: Glyph

    package init(_ name: String, role: Role, mark: Glyph, asciiMark: Glyph) {
      self.name = name
      self.role = role
      self.mark = mark
      self.asciiMark = asciiMark
    }
  }

  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double
    /// The number of its class.
    package var group: Int

    package init(x: Double, y: Double, group: Int) {
      self.x = x
      self.y = y
      self.group = group
    }
  }

  /// Lines that part the plot in four, with what each part means.
  package struct Quadrants: Hashable, Sendable {
    package var x: Double
    package var y: Double
    package var topLeft: String
    package var topRight: String
    package var bottomLeft: String
    package var bottomRight: String

    package init(
      x: Double, y: Double, topLeft: String = "", topRight: String = "", bottomLeft: String = "",
      bottomRight: String = ""
    ) {
      self.x = x
      self.y = y
      self.topLeft = topLeft
      self.topRight = topRight
      self.bottomLeft = bottomLeft
      self.bottomRight = bottomRight
    }
  }

  package var axes: PlotAxes
  package var classes: [Class]
  package var points: [Point]
  package var hasDiagonal = true
  package var quadrants: Quadrants?
  /// The number of the point under the cursor.
  package var selected: Int?

  package init(
    axes: PlotAxes, classes: [Class], points: [Point], quadrants: Quadrants? = nil,
    selected: Int? = nil
  ) {
    self.axes = axes
    self.classes = classes
    self.points = points
    self.quadrants = quadrants
    self.selected = selected
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    var ground = Plot(axes: axes, series: [], guides: hasDiagonal ? [.diagonal] : [])
    if let quadrants {
      ground.guides += [.vertical(quadrants.x), .horizontal(quadrants.y)]
    }
    ground.draw(in: area, on: &frame, glyphs: glyphs)
    let inner = axes.inner(of: area, glyphs: glyphs)
    guard !inner.isEmpty, !classes.isEmpty else { return }
    drawPoints(in: inner, on: &frame, glyphs: glyphs)
    guard PlotAxes.hasAxes(in: area) else { return }
    drawQuadrantNames(in: inner, on: &frame, glyphs: glyphs)
    drawLegend(above: inner, in: area, on: &frame, glyphs: glyphs)
    guard let selected, points.indices.contains(selected),
      let cell = axes.cell(points[selected].x, points[selected].y, in: inner)
    else { return }
    frame.put(glyphs.pick("◆", "@"), at: cell, style: Style(.plotCursor, [.bold]), clip: inner)
    frame.cursor = cell
  }

  /// A cell shows the class that has most points in it; bold when there is more than one.
  private func drawPoints(in inner: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    var counts = [Int32](repeating: 0, count: inner.width * inner.height * classes.count)
    for point in points where classes.indices.contains(point.group) {
      guard let cell = axes.cell(point.x, point.y, in: inner) else { continue }
      let index = (cell.y - inner.y) * inner.width + cell.x - inner.x
      counts[index * classes.count + point.group] += 1
    }
    for row in 0..<inner.height {
      for column in 0..<inner.width {
        let base = (row * inner.width + column) * classes.count
        let cell = counts[base..<base + classes.count]
        guard let most = cell.max(), most > 0, let index = cell.firstIndex(of: most) else {
          continue
        }
        let group = classes[index - base]
        let isDense = cell.reduce(0, +) > 1
        frame.put(
          glyphs.pick(group.mark, group.asciiMark),
          at: .init(x: inner.x + column, y: inner.y + row),
          style: Style(group.role, isDense ? [.bold] : []), clip: inner)
      }
    }
  }

  /// Each name in its quadrant's outermost line with room for it among the points, if there is one.
  private func drawQuadrantNames(in inner: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard let quadrants, inner.height >= 6,
      let cell = axes.cell(quadrants.x, quadrants.y, in: inner)
    else { return }
    let left = cell.x - inner.x
    let right = inner.maxX - cell.x - 1
    let upper = Array(inner.y..<cell.y)
    let lower = Array((cell.y + 1..<max(cell.y + 1, inner.maxY)).reversed())
    let names = [
      (quadrants.topLeft, 0, left, upper, Alignment.left),
      (quadrants.topRight, left + 1, right, upper, .right),
      (quadrants.bottomLeft, 0, left, lower, .left),
      (quadrants.bottomRight, left + 1, right, lower, .right),
    ]
    let taken = Set(points.compactMap { axes.cell($0.x, $0.y, in: inner) })
    for (name, offset, width, lines, align) in names {
      let size = TextMeasure.width(name) + 2
      guard !name.isEmpty, width >= size, let edge = lines.first else { continue }
      let start = inner.x + offset + (align == .left ? 0 : width - size)
      let free = lines.first { y in
        (start..<start + size).allSatisfy { !taken.contains(.init(x: $0, y: y)) }
      }
      let row = Rect(x: start, y: free ?? edge, width: size, height: 1)
      frame.putLine(" " + name + " ", in: row, style: Style(.textDim), glyphs: glyphs)
    }
  }

  private func drawLegend(
    above inner: Rect, in area: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    guard inner.y > area.y else { return }
    let spans = classes.flatMap { group in
      [
        StyledText(glyphs.pick(group.mark, group.asciiMark).text + " ", group.role),
        StyledText(group.name + "  ", .textDim),
      ]
    }
    let width = spans.reduce(0) { $0 + TextMeasure.width($1.text) }
    let title = TextMeasure.width(axes.yTitle)
    guard width + title + 4 < area.width else { return }
    let row = Rect(x: area.x, y: area.y, width: area.width, height: 1)
    frame.putLine(spans, in: row, align: .right, glyphs: glyphs)
  }
}
