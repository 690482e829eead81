import Basics

extension Histogram {
  func drawUpright(in body: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let plot = plotArea(body)
    let placed = place(plot.width)
    let highest = placed.reduce(0) { max($0, $1.first, $1.second) }
    guard highest > 0, !plot.isEmpty else { return }
    let isMirrored = layout == .mirrored && plot.height >= 3
    let upper = plot.splitTop(isMirrored ? plot.height / 2 : plot.height).top
    let axis = Rect(x: plot.x, y: upper.maxY, width: plot.width, height: isMirrored ? 1 : 0)
    let lower = Rect(
      x: plot.x, y: axis.maxY, width: plot.width, height: plot.maxY - axis.maxY)
    frame.fill(axis, glyphs.pick("─", "-"), style: Style(.plotAxis))
    for bar in placed {
      let column = { (area: Rect) in
        Rect(x: area.x + bar.start, y: area.y, width: bar.width, height: area.height)
      }
      if isMirrored {
        rise(bar.first / highest, in: column(upper), on: &frame, glyphs: glyphs)
        hang(bar.second / highest, in: column(lower), on: &frame, glyphs: glyphs)
      } else {
        overlap(
          bar.first / highest, bar.second / highest, in: column(upper), on: &frame, glyphs: glyphs)
      }
    }
    drawThresholdLine(placed, in: plot, on: &frame, glyphs: glyphs)
    drawLabels(placed, plot: plot, body: body, highest: highest, on: &frame, glyphs: glyphs)
    guard plot.x > body.x, isMirrored else { return }
    let foot = Rect(x: body.x, y: lower.maxY - 1, width: plot.x - body.x - 1, height: 1)
    frame.putLine(
      NumberFormat.percent(highest, highest < 0.095 ? 1 : 0), in: foot, style: Style(.plotAxis),
      align: .right, glyphs: glyphs)
  }

  private func rise(_ share: Double, in column: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let eighths = Self.eighths(share, of: column.height)
    let full = column.splitBottom(eighths / 8).bottom
    frame.fill(full, glyphs.pick("█", "#"), style: Style(firstRole))
    guard eighths % 8 > 0 else { return }
    let tip = Rect(x: column.x, y: full.y - 1, width: column.width, height: 1)
    frame.fill(
      tip.intersection(column), glyphs.isASCII ? "." : glyphs.bars[eighths % 8],
      style: Style(firstRole))
  }

  private func hang(_ share: Double, in column: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let eighths = Self.eighths(share, of: column.height)
    let full = column.splitTop(eighths / 8).top
    frame.fill(full, glyphs.pick("█", "o"), style: Style(secondRole))
    let part = eighths % 8
    guard part > 0 else { return }
    let tip = Rect(x: column.x, y: full.maxY, width: column.width, height: 1)
    // No font is sure to have bars that hang by eighths: a line, a half, or all of the cell.
    let glyph: Glyph = glyphs.isASCII ? "'" : part <= 2 ? "▔" : part <= 5 ? "▀" : "█"
    frame.fill(tip.intersection(column), glyph, style: Style(secondRole))
  }

  private func overlap(
    _ first: Double, _ second: Double, in column: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let rows = { (share: Double) in
      share > 0 ? max(1, Int(saturating: (share * Double(column.height)).rounded())) : 0
    }
    let a = rows(first)
    let b = rows(second)
    frame.fill(
      column.splitBottom(b).bottom, glyphs.pick("▒", ":"), style: Style(secondRole))
    frame.fill(column.splitBottom(a).bottom, glyphs.pick("█", "#"), style: Style(firstRole))
    frame.fill(column.splitBottom(min(a, b)).bottom, glyphs.pick("▓", "%"), style: Style(firstRole))
  }

  private static func eighths(_ share: Double, of height: Int) -> Int {
    guard share > 0, height > 0 else { return 0 }
    return min(height * 8, max(1, Int(saturating: (share * Double(height * 8)).rounded())))
  }

  private func drawThresholdLine(
    _ placed: [Placed], in plot: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    guard let threshold, let offset = offset(of: threshold.value, in: placed) else { return }
    let line = Rect(x: plot.x + offset, y: plot.y, width: 1, height: plot.height)
    frame.fill(line.intersection(plot), glyphs.pick("┃", "|"), style: Style(.threshold, [.bold]))
  }

  private func drawLabels(
    _ placed: [Placed], plot: Rect, body: Rect, highest: Double, on frame: inout Frame,
    glyphs: GlyphSet
  ) {
    if plot.x > body.x {
      let head = Rect(x: body.x, y: plot.y, width: plot.x - body.x - 1, height: 1)
      frame.putLine(
        NumberFormat.percent(highest, highest < 0.095 ? 1 : 0), in: head, style: Style(.plotAxis),
        align: .right, glyphs: glyphs)
    }
    let row = Rect(x: plot.x, y: plot.maxY, width: plot.width, height: 1).intersection(body)
    var free = row.x
    let below = bins.below.first + bins.below.second > 0
    let above = bins.above.first + bins.above.second > 0
    var labels: [(Int, String)] = []
    if below { labels.append((0, glyphs.pick("≤", "<"))) }
    let scale = PlotScale.linear(bins.lower, bins.upper)
    for tick in scale.ticks(limit: max(2, plot.width / 9)) {
      if let offset = offset(of: tick.value, in: placed) { labels.append((offset, tick.label)) }
    }
    if above, let last = placed.last { labels.append((last.start, glyphs.pick("≥", ">"))) }
    for (offset, label) in labels {
      let size = TextMeasure.width(label)
      let x = min(max(row.x, row.x + offset - size / 2), row.maxX - size)
      guard x >= free else { continue }
      frame.put(label, at: Point(x: x, y: row.y), style: Style(.plotAxis), clip: row)
      free = x + size + 1
    }
    guard let marker, let offset = offset(of: marker, in: placed) else { return }
    frame.put(
      glyphs.pick("▲", "^"), at: Point(x: row.x + offset, y: row.y), style: Style(.accent, [.bold]),
      clip: row)
  }
}
