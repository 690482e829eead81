import Basics

/// How far something is, how fast it goes and how long it will take.
package struct Progress: Hashable, Sendable {
  package var label: String
  package var done: Int
  /// Unknown totals show a count and no bar.
  package var total: Int?
  /// Items a second, when known.
  package var rate: Double?
  package var unit: String

  package init(
    label: String, done: Int, total: Int? = nil, rate: Double? = nil, unit: String = ""
  ) {
    self.label = label
    self.done = done
    self.total = total
    self.rate = rate
    self.unit = unit
  }

  /// The figures after the bar, the most useful first: `12,431/50,000`, `25%`, `3.1k/s`, `12s left`.
  package var figures: [String] {
    var parts = [NumberFormat.count(done) + (total.map { "/" + NumberFormat.count($0) } ?? "")]
    if !unit.isEmpty { parts[0] += " " + unit }
    if let total, total > 0 {
      // 100 % is said only when it is so.
      let share = Double(min(max(0, done), total)) / Double(total)
      parts.append("\(done >= total ? 100 : min(99, Int(saturating: share * 100)))%")
    }
    if let rate, rate > 0, rate.isFinite {
      parts.append(NumberFormat.compact(Int(saturating: min(rate, 1e15))) + "/s")
      if let total, total > done {
        parts.append(NumberFormat.duration(Double(total - done) / rate) + " left")
      }
    }
    return parts
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    var row = area.splitTop(1).top
    guard !row.isEmpty else { return }
    let taken = frame.putLine(label, in: row, style: Style(.text), glyphs: glyphs)
    row = row.splitLeft(taken + 1).rest
    var parts = figures
    while parts.count > 1, TextMeasure.width(parts.joined(separator: "  ")) > row.width {
      parts.removeLast()
    }
    let text = parts.joined(separator: "  ")
    let width = TextMeasure.width(text)
    guard let total, total > 0, row.width >= width + 8 else {
      frame.putLine(text, in: row, style: Style(.textDim), glyphs: glyphs)
      return
    }
    let (bar, right) = row.splitRight(width + 1)
    Self.bar(Double(done) / Double(total), in: bar.splitLeft(40).left, on: &frame, glyphs: glyphs)
    let end = bar.splitLeft(40).left.maxX + 1
    frame.putLine(
      text, in: Rect(x: min(end, right.x + 1), y: row.y, width: width, height: 1).intersection(row),
      style: Style(.textDim), glyphs: glyphs)
  }

  /// A bar filled to a share of its row, in eighths of a cell.
  package static func bar(
    _ share: Double, in area: Rect, on frame: inout Frame, role: Role = .accent, glyphs: GlyphSet
  ) {
    guard !area.isEmpty else { return }
    let share = share.isFinite ? min(max(share, 0), 1) : 0
    let eighths = Int(saturating: (share * Double(area.width * 8)).rounded(.down))
    let row = area.splitTop(1).top
    if glyphs.isASCII {
      frame.fill(row, ".", style: Style(.border))
      frame.fill(row.splitLeft(eighths / 8).left, "#", style: Style(role))
      return
    }
    frame.fill(row, "─", style: Style(.border))
    frame.fill(row.splitLeft(eighths / 8).left, "█", style: Style(role))
    guard eighths % 8 > 0 else { return }
    frame.put(
      glyphs.horizontalBars[eighths % 8], at: Point(x: row.x + eighths / 8, y: row.y),
      style: Style(role), clip: row)
  }
}
