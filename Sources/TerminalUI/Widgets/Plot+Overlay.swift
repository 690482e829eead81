extension Plot {
  /// Bars from the lower to the upper end of the interval at each point.
  func drawErrorBars(_ series: PlotSeries, in inner: Rect, on frame: inout Frame, glyphs: GlyphSet)
  {
    for interval in series.band {
      guard let low = axes.cell(interval.x, interval.lower, in: inner),
        let high = axes.cell(interval.x, interval.upper, in: inner)
      else { continue }
      for y in high.y...max(high.y, low.y) {
        frame.put(
          glyphs.pick("│", "|"), at: Point(x: low.x, y: y), style: Style(series.role), clip: inner)
      }
      guard low.y > high.y else { continue }
      for (y, glyph) in [(high.y, glyphs.pick("┬", "+")), (low.y, glyphs.pick("┴", "+"))] {
        frame.put(glyph, at: Point(x: low.x, y: y), style: Style(series.role), clip: inner)
      }
    }
  }

  /// An arrow at the left edge where a curve comes in from below the scale's floor.
  func flagClamped(_ series: PlotSeries, in inner: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard axes.x.kind == .log10, inner.width > 8,
      let last = series.points.last(where: { $0.x < axes.x.lower }), axes.y.contains(last.y),
      last.y > axes.y.lower, let cell = axes.cell(axes.x.lower, last.y, in: inner)
    else { return }
    let style = Style(series.role, on: frame.ground(at: cell), [.bold])
    frame.put(glyphs.pick("◂", "<"), at: cell, style: style, clip: inner)
  }

  /// Letters on the curve every dozen cells, or marks on its points.
  func drawMarkers(
    _ series: PlotSeries, number: Int, in inner: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let isAlone = self.series.count == 1
    let text = String(series.marker)
    func mark(_ cell: Point) {
      let style = Style(series.role, on: frame.ground(at: cell), [.bold])
      frame.put(text, at: cell, style: style, clip: inner)
    }
    if series.shape == .marked {
      for point in series.points {
        if let cell = axes.cell(point.x, point.y, in: inner) { mark(cell) }
      }
      return
    }
    guard !isAlone else { return }
    // Curves begin their letters at different columns so that they do not cover each other.
    var next = 4 + number * 3 % 12
    var previous: PlotSeries.Point?
    for point in series.points {
      guard let cell = axes.cell(point.x, point.y, in: inner) else { continue }
      let from = previous ?? point
      while cell.x - inner.x >= next, next < inner.width {
        let x = axes.x.value(at: (Double(next) + 0.5) / Double(inner.width))
        let part = point.x > from.x ? min(max(0, (x - from.x) / (point.x - from.x)), 1) : 1
        let y = series.shape == .steps ? from.y : from.y + part * (point.y - from.y)
        if let cell = axes.cell(x, y, in: inner) { mark(cell) }
        next += 12
      }
      previous = point
    }
  }

  /// Where it covers the fewest points; figures go first when space is short.
  func drawLegend(in inner: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let shown = series.filter { !$0.name.isEmpty }
    guard !shown.isEmpty else { return }
    let name = shown.map { TextMeasure.width($0.name) }.max() ?? 0
    let figures = shown.map { TextMeasure.width($0.figures) }.max() ?? 0
    let full = 5 + name + (figures > 0 ? 2 + figures : 0)
    let room = inner.width * 3 / 5
    let width = full <= room ? full : 5 + name
    guard width <= room, shown.count <= max(1, inner.height / 2) else { return }
    let line = glyphs.pick("━", "=")
    let corner = legendCorner(width: width, height: shown.count, in: inner)
    for (index, one) in shown.enumerated() {
      let row = Rect(x: corner.x, y: corner.y + index, width: width, height: 1)
      let air = Rect(x: row.x - 1, y: row.y, width: row.width + 2, height: 1)
      frame.fill(air.intersection(inner), style: .text)
      let emphasis: Emphasis = one.isSelected ? [.bold] : []
      let spans = [
        StyledText("\(one.marker) \(line)\(line) ", Style(one.role, [.bold])),
        StyledText(one.name, Style(.text, emphasis)),
      ]
      frame.putLine(spans, in: row, glyphs: glyphs)
      guard full <= room else { continue }
      frame.putLine(
        one.figures, in: row, style: Style(one.isSelected ? .textStrong : .textDim), align: .right,
        glyphs: glyphs)
    }
  }

  /// Bottom right, which a ROC curve never visits, unless single points lie there.
  private func legendCorner(width: Int, height: Int, in inner: Rect) -> Point {
    let margin = inner.height > 9 ? 1 : 0
    let (left, right) = (inner.x + 2, inner.maxX - width - 1)
    let (top, bottom) = (inner.y + margin, inner.maxY - height - margin)
    let corners = [(right, bottom), (right, top), (left, top), (left, bottom)].map {
      Point(x: $0.0, y: $0.1)
    }
    let points = series.filter { $0.shape == .marked }.flatMap { one in
      one.points.compactMap { axes.cell($0.x, $0.y, in: inner) }
    }
    func covered(_ corner: Point) -> Int {
      let air = Rect(x: corner.x - 1, y: corner.y, width: width + 2, height: height)
      return points.count { air.contains($0) }
    }
    return corners.min { covered($0) < covered($1) } ?? corners[0]
  }

  func drawCursor(in inner: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard let cursor, let cell = axes.cell(cursor.x, cursor.y, in: inner) else { return }
    let style = Style(.plotCursor)
    func trace(_ point: Point, _ glyph: String) {
      let isCurve = series.contains { $0.role == frame[point].style.role }
      guard !isCurve else { return }
      var style = style
      style.surface = frame.ground(at: point)
      frame.put(glyph, at: point, style: style, clip: inner)
    }
    for y in cell.y..<max(cell.y, inner.maxY) {
      trace(Point(x: cell.x, y: y), glyphs.pick("┊", ":"))
    }
    for x in min(inner.x, cell.x)..<cell.x {
      trace(Point(x: x, y: cell.y), glyphs.pick("┈", "-"))
    }
    frame.put(
      glyphs.pick("◆", "O"), at: cell,
      style: Style(.plotCursor, on: frame.ground(at: cell), [.bold]), clip: inner)
    drawReadout(cursor.readout, at: cell, in: inner, on: &frame, glyphs: glyphs)
    frame.cursor = cell
  }

  /// The figures beside the point, where there is room: right of it and below, else left or above.
  private func drawReadout(
    _ lines: [String], at cell: Point, in inner: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let width = (lines.map { TextMeasure.width($0) }.max() ?? 0) + 2
    guard !lines.isEmpty, width + 4 <= inner.width, lines.count + 1 < inner.height else { return }
    let isRight = cell.x + 2 + width <= inner.maxX
    let x = isRight ? cell.x + 2 : max(inner.x, cell.x - 1 - width)
    let isBelow = cell.y + 1 + lines.count < inner.maxY
    let y = isBelow ? cell.y + 1 : max(inner.y, cell.y - lines.count)
    let box = Rect(x: x, y: y, width: width, height: lines.count).intersection(inner)
    frame.fill(box, style: Style(.chip))
    for (index, line) in lines.enumerated() {
      let row = Rect(x: box.x + 1, y: box.y + index, width: box.width - 2, height: 1)
      frame.putLine(line, in: row, style: Style(.chip), glyphs: glyphs)
    }
  }
}

extension Frame {
  /// The ground that lies at a point, to draw on without painting it over.
  func ground(at point: Point) -> Role? {
    let style = self[point].style
    return style.surface ?? (style.role.isGround ? style.role : nil)
  }
}
