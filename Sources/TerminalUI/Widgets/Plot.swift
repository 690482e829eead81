import Basics

/// Curves over two axes with bands, guides, a legend and a cursor; small areas get curves only.
package struct Plot: Sendable {
  /// A line to compare with.
  package enum Guide: Hashable, Sendable {
    /// y = x, dotted: what guessing achieves.
    case diagonal
    case horizontal(Double)
    case vertical(Double)
  }

  /// A part of the x axis where the curves mean nothing, with the reason.
  package struct Shade: Hashable, Sendable {
    package var from: Double
    package var to: Double
    package var label: String

    package init(from: Double, to: Double, label: String) {
      self.from = from
      self.to = to
      self.label = label
    }
  }

  /// A point on a curve and what is to be read there.
  package struct Cursor: Hashable, Sendable {
    package var x: Double
    package var y: Double
    package var readout: [String]

    package init(x: Double, y: Double, readout: [String]) {
      self.x = x
      self.y = y
      self.readout = readout
    }
  }

  package var axes: PlotAxes
  package var series: [PlotSeries]
  package var guides: [Guide] = []
  package var shade: Shade?
  package var cursor: Cursor?
  package var hasLegend = true

  package init(axes: PlotAxes, series: [PlotSeries], guides: [Guide] = []) {
    self.axes = axes
    self.series = series
    self.guides = guides
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard !area.isEmpty else { return }
    axes.draw(in: area, on: &frame, glyphs: glyphs)
    let inner = axes.inner(of: area, glyphs: glyphs)
    guard !inner.isEmpty else { return }
    let isSmall = !PlotAxes.hasAxes(in: area)

    drawShade(in: inner, isSmall: isSmall, on: &frame, glyphs: glyphs)
    for one in series where !one.hasErrorBars {
      drawBand(one, in: inner, on: &frame, glyphs: glyphs)
    }
    drawGuides(in: inner, on: &frame, glyphs: glyphs)
    // The selected curve last: a cell has one colour, and it goes to whom it matters most.
    let order =
      series.indices.filter { !series[$0].isSelected }
      + series.indices.filter { series[$0].isSelected }
    for index in order { drawCurve(series[index], in: inner, on: &frame, glyphs: glyphs) }
    guard !isSmall else { return }
    for index in order {
      drawMarkers(series[index], number: index, in: inner, on: &frame, glyphs: glyphs)
    }
    if hasLegend { drawLegend(in: inner, on: &frame, glyphs: glyphs) }
    drawCursor(in: inner, on: &frame, glyphs: glyphs)
  }

  private func drawShade(in inner: Rect, isSmall: Bool, on frame: inout Frame, glyphs: GlyphSet) {
    guard let shade, let left = axes.cell(shade.from, axes.y.lower, in: inner),
      let right = axes.cell(shade.to, axes.y.lower, in: inner), shade.from < shade.to
    else { return }
    let area = Rect(
      x: left.x, y: inner.y, width: right.x - left.x, height: inner.height)
    let style = Style(glyphs.fillsBands ? .textDim : .plotShade)
    frame.fill(area, style: style)
    // Diagonal stripes: sparse, so that curves stay readable on them.
    for y in 0..<area.height {
      for x in 0..<area.width where (x + y) % 4 == 0 {
        let point = Point(x: area.x + x, y: area.y + y)
        frame.put(glyphs.pick("╱", "/"), at: point, style: style, clip: inner)
      }
    }
    guard !isSmall, area.width >= 4 else { return }
    let lines = TextMeasure.wrap(shade.label, width: area.width - 2)
    for (index, line) in lines.enumerated() where index < inner.height / 3 {
      let row = Rect(x: area.x, y: inner.y + 1 + index, width: area.width, height: 1)
      frame.putLine(
        " " + line + " ", in: row,
        style: Style(.textDim, on: frame.ground(at: Point(x: row.x, y: row.y))), align: .center,
        glyphs: glyphs)
    }
  }

  private func drawBand(
    _ series: PlotSeries, in inner: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    guard !series.band.isEmpty else { return }
    for column in 0..<inner.width {
      let edges = [0.02, 0.5, 0.98].compactMap { part in
        series.interval(at: axes.x.value(at: (Double(column) + part) / Double(inner.width)))
      }
      guard let lower = edges.map(\.lower).min(), let upper = edges.map(\.upper).max(),
        let foot = axes.y.clamped(lower), let head = axes.y.clamped(upper)
      else { continue }
      // A cell is tinted when its middle lies in the band; a thin band keeps at least one cell.
      let height = Double(inner.height)
      let first = Int(saturating: ((1 - head) * height - 0.5).rounded(.up))
      let last = max(first, Int(saturating: ((1 - foot) * height - 0.5).rounded(.down)))
      let rows = Rect(
        x: inner.x + column, y: inner.y + min(max(0, first), inner.height - 1), width: 1,
        height: last - max(0, first) + 1
      ).intersection(inner)
      frame.fill(
        rows, glyphs.fillsBands ? (glyphs.isASCII ? ":" : "░") : .space,
        style: glyphs.fillsBands ? Style(.textDim) : Style(.plotBand, on: .plotBand))
    }
  }

  private func drawGuides(in inner: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    for guide in guides {
      switch guide {
      case .diagonal:
        var canvas = BrailleCanvas(size: inner.size)
        dotDiagonal(on: &canvas)
        canvas.draw(on: &frame, at: inner.origin, clip: inner, glyphs: glyphs)
      case .horizontal(let y):
        guard axes.y.contains(y), let cell = axes.cell(axes.x.lower, y, in: inner) else { break }
        for x in inner.x..<inner.maxX {
          rule(glyphs.pick("┈", "-"), at: Point(x: x, y: cell.y), in: inner, on: &frame)
        }
      case .vertical(let x):
        guard axes.x.contains(x), let cell = axes.cell(x, axes.y.lower, in: inner) else { break }
        for y in inner.y..<inner.maxY {
          rule(glyphs.pick("┊", ":"), at: Point(x: cell.x, y: y), in: inner, on: &frame)
        }
      }
    }
  }

  private func rule(_ glyph: Glyph, at point: Point, in inner: Rect, on frame: inout Frame) {
    let style = Style(.plotChance, on: frame.ground(at: point))
    frame.put(glyph, at: point, style: style, clip: inner)
  }

  /// y = x is a curve where only one axis is logarithmic, so it is followed column by column.
  private func dotDiagonal(on canvas: inout BrailleCanvas) {
    let last = Double(max(1, canvas.width - 1))
    for column in stride(from: 0, to: canvas.width, by: 3) {
      let value = axes.x.value(at: Double(column) / last)
      guard axes.y.contains(value) || abs(value - axes.y.upper) < 1e-9,
        let dot = axes.dot(value, value, in: canvas.size)
      else { continue }
      canvas.set(column, dot.y, .plotChance)
    }
  }

  private func drawCurve(
    _ series: PlotSeries, in inner: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    var canvas = BrailleCanvas(size: inner.size)
    var last: Point?
    for point in series.points {
      guard let dot = axes.dot(point.x, point.y, in: inner.size) else {
        last = nil
        continue
      }
      let from = last ?? dot
      guard last != dot else { continue }
      // Across first: between two points a step function still has the value of the first.
      let corner = series.shape == .steps ? Point(x: dot.x, y: from.y) : from
      canvas.line(from: from, to: corner, series.role)
      canvas.line(from: corner, to: dot, series.role)
      last = dot
    }
    canvas.draw(
      on: &frame, at: inner.origin, clip: inner, emphasis: series.isSelected ? [.bold] : [],
      glyphs: glyphs)
    if series.hasErrorBars { drawErrorBars(series, in: inner, on: &frame, glyphs: glyphs) }
    flagClamped(series, in: inner, on: &frame, glyphs: glyphs)
  }
}

extension Rect {
  fileprivate var origin: Point { Point(x: x, y: y) }
}
