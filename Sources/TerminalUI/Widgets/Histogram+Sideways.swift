import Basics

extension Histogram {
  /// Rows for bins, the highest values on top, as beside a table sorted by score.
  func drawSideways(in body: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let plot = plotArea(body)
    let placed = place(plot.height)
    let highest = placed.reduce(0) { max($0, $1.first, $1.second) }
    let total = placed.reduce(0) { max($0, $1.start + $1.width) }
    guard highest > 0, plot.width >= 3 else { return }
    let half = (plot.width - 1) / 2
    let axis = plot.x + half
    let cut = threshold.flatMap { offset(of: $0.value, in: placed) }.map { total - 1 - $0 }
    for bar in placed {
      for step in 0..<bar.width {
        let y = plot.y + total - 1 - bar.start - step
        let row = Rect(x: plot.x, y: y, width: plot.width, height: 1)
        if cut == y - plot.y {
          frame.fill(row, glyphs.pick("╌", "="), style: Style(.threshold))
        }
        frame.put(
          glyphs.pick("│", "|"), at: Point(x: axis, y: y), style: Style(.plotAxis), clip: row)
        let right = Rect(x: axis + 1, y: y, width: plot.maxX - axis - 1, height: 1)
        grow(bar.first / highest, in: right, on: &frame, glyphs: glyphs)
        let left = Rect(x: plot.x, y: y, width: half, height: 1)
        growLeft(bar.second / highest, in: left, on: &frame, glyphs: glyphs)
      }
    }
    guard plot.x > body.x else { return }
    drawRowLabels(
      placed, total: total, plot: plot, body: body, cut: cut, on: &frame, glyphs: glyphs)
  }

  private func grow(_ share: Double, in row: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard share > 0 else { return }
    let eighths = max(1, Int(saturating: (share * Double(row.width * 8)).rounded()))
    let full = row.splitLeft(eighths / 8).left
    frame.fill(full, glyphs.pick("█", "#"), style: Style(firstRole))
    guard eighths % 8 > 0 else { return }
    let glyph = glyphs.isASCII ? "." : glyphs.horizontalBars[eighths % 8]
    frame.put(glyph, at: Point(x: full.maxX, y: row.y), style: Style(firstRole), clip: row)
  }

  private func growLeft(_ share: Double, in row: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard share > 0 else { return }
    // To the left fonts are sure of halves only.
    let halves = max(1, Int(saturating: (share * Double(row.width * 2)).rounded()))
    let full = row.splitRight(halves / 2).right
    frame.fill(full, glyphs.pick("█", "o"), style: Style(secondRole))
    guard halves % 2 > 0 else { return }
    let tip = Point(x: full.x - 1, y: row.y)
    frame.put(glyphs.pick("▐", "."), at: tip, style: Style(secondRole), clip: row)
  }

  private func drawRowLabels(
    _ placed: [Placed], total: Int, plot: Rect, body: Rect, cut: Int?, on frame: inout Frame,
    glyphs: GlyphSet
  ) {
    func label(_ text: String, row: Int, _ role: Role) {
      let area = Rect(x: body.x, y: plot.y + row, width: plot.x - body.x - 1, height: 1)
      frame.fill(area.intersection(body), style: .text)
      frame.putLine(
        text, in: area.intersection(body), style: Style(role), align: .right, glyphs: glyphs)
    }
    let scale = PlotScale.linear(bins.lower, bins.upper)
    for tick in scale.ticks(limit: max(2, plot.height / 3)) {
      guard let offset = offset(of: tick.value, in: placed) else { continue }
      label(tick.label, row: total - 1 - offset, .plotAxis)
    }
    if bins.below.first + bins.below.second > 0 {
      label(glyphs.pick("≤", "<"), row: total - 1, .plotAxis)
    }
    if bins.above.first + bins.above.second > 0 { label(glyphs.pick("≥", ">"), row: 0, .plotAxis) }
    if let cut, let threshold {
      let text = threshold.label.isEmpty ? NumberFormat.fixed(threshold.value, 2) : threshold.label
      label(text, row: cut, .threshold)
    }
  }
}
