import Basics

/// Two groups' distributions over the same bins, with a threshold that can be moved across them.
package struct Histogram: Sendable {
  package enum Layout: Hashable, Sendable {
    /// The first group rises from a common axis, the second hangs from it.
    case mirrored
    /// Both rise from the foot; where they overlap the bar is shaded.
    case overlaid
    /// Bins are rows, the highest first: the first group to the right of the axis, the second left.
    case sideways
  }

  package struct Threshold: Hashable, Sendable {
    package var value: Double
    package var label: String

    package init(value: Double, label: String = "") {
      self.value = value
      self.label = label
    }
  }

  package var bins: HistogramBins
  package var firstName: String
  package var secondName: String
  package var firstRole = Role.member
  package var secondRole = Role.nonMember
  package var layout: Layout
  package var threshold: Threshold?
  /// A value pointed at from the axis below upright bars, such as the one selected in a list.
  package var marker: Double?

  package init(
    bins: HistogramBins, firstName: String, secondName: String, layout: Layout = .mirrored,
    threshold: Threshold? = nil
  ) {
    self.bins = bins
    self.firstName = firstName
    self.secondName = secondName
    self.layout = layout
    self.threshold = threshold
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard !area.isEmpty else { return }
    let totals = bins.totals
    guard totals.first + totals.second > 0 else {
      let row = area.splitTop((area.height - 1) / 2).rest
      frame.putLine("no scores", in: row, style: Style(.textDim), align: .center, glyphs: glyphs)
      return
    }
    let (legend, body) = area.splitTop(area.height >= 6 ? 1 : 0)
    drawLegend(in: legend, on: &frame, glyphs: glyphs)
    if layout == .sideways {
      drawSideways(in: body, on: &frame, glyphs: glyphs)
    } else {
      drawUpright(in: body, on: &frame, glyphs: glyphs)
    }
  }

  private func drawLegend(in row: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let totals = bins.totals
    // Marks that tell the groups apart without colour: which way their bars go, or their shade.
    let (first, second) =
      switch layout {
      case .mirrored: (glyphs.pick("▲", "^"), glyphs.pick("▼", "v"))
      case .overlaid: (glyphs.pick("█", "#"), glyphs.pick("▒", ":"))
      case .sideways: (glyphs.pick("▶", ">"), glyphs.pick("◀", "<"))
      }
    var spans = [
      StyledText(first + " ", firstRole),
      StyledText("\(firstName) \(NumberFormat.count(totals.first))"),
      StyledText("   "),
      StyledText(second + " ", secondRole),
      StyledText("\(secondName) \(NumberFormat.count(totals.second))"),
    ]
    if bins.undefined > 0 {
      spans.append(StyledText("   \(NumberFormat.count(bins.undefined)) undefined", .statusWarning))
    }
    let width = spans.reduce(0) { $0 + TextMeasure.width($1.text) }
    if width > row.width {
      spans = [
        StyledText(first + " ", firstRole), StyledText(NumberFormat.compact(totals.first) + "  "),
        StyledText(second + " ", secondRole), StyledText(NumberFormat.compact(totals.second)),
      ]
    }
    let taken = frame.putLine(spans, in: row, glyphs: glyphs)
    guard let threshold, !threshold.label.isEmpty, layout != .sideways,
      row.width - taken > TextMeasure.width(threshold.label) + 2
    else { return }
    frame.putLine(
      threshold.label, in: row, style: Style(.threshold), align: .right, glyphs: glyphs)
  }

  /// Bars as columns: as wide as they fit, or several to a column when there are too many.
  struct Placed: Hashable {
    let start: Int
    let width: Int
    let first: Double
    let second: Double
    let kind: HistogramBins.Bar.Kind
  }

  func place(_ size: Int) -> [Placed] {
    let bars = bins.bars
    guard size > 0 else { return [] }
    if bars.count <= size {
      let width = size / bars.count
      return bars.enumerated().map {
        Placed(
          start: $0 * width, width: width, first: $1.first, second: $1.second, kind: $1.kind)
      }
    }
    return (0..<size).map { column in
      let group = bars[column * bars.count / size..<max(1, (column + 1) * bars.count / size)]
      return Placed(
        start: column, width: 1, first: group.reduce(0) { $0 + $1.first },
        second: group.reduce(0) { $0 + $1.second }, kind: group.first?.kind ?? .below)
    }
  }

  /// Where a value lies along the bars, in cells from their start.
  func offset(of value: Double, in placed: [Placed]) -> Int? {
    let inner = placed.filter { if case .bin = $0.kind { true } else { false } }
    guard !value.isNaN, let start = inner.first?.start, let last = inner.last,
      let total = placed.last.map({ $0.start + $0.width })
    else { return nil }
    if value < bins.lower { return 0 }
    if value > bins.upper { return total - 1 }
    let length = Double(last.start + last.width - start)
    let part = (value - bins.lower) / (bins.upper - bins.lower)
    return min(start + Int(saturating: part * length), total - 1)
  }

  /// The value under a point of the screen, for dragging the threshold; nil outside the bars.
  package func value(at point: Point, in area: Rect) -> Double? {
    let body = area.splitTop(area.height >= 6 ? 1 : 0).rest
    let plot = plotArea(body)
    guard plot.contains(point) else { return nil }
    let isSideways = layout == .sideways
    let placed = place(isSideways ? plot.height : plot.width)
    let inner = placed.filter { if case .bin = $0.kind { true } else { false } }
    guard let start = inner.first?.start, let last = inner.last else { return nil }
    let total = placed.reduce(0) { max($0, $1.start + $1.width) }
    let cell = isSideways ? total - 1 - (point.y - plot.y) : point.x - plot.x
    let part = (Double(cell - start) + 0.5) / Double(last.start + last.width - start)
    return bins.lower + min(max(part, 0), 1) * (bins.upper - bins.lower)
  }

  /// The cells the bars may take.
  func plotArea(_ body: Rect) -> Rect {
    if layout == .sideways {
      return body.splitLeft(body.width >= 16 ? 6 : 0).rest
    }
    let gutter = body.width >= 30 ? 5 : 0
    return body.splitLeft(gutter).rest.splitBottom(body.height >= 4 ? 1 : 0).rest
  }

  var highest: Double {
    bins.bars.reduce(0) { max($0, $1.first, $1.second) }
  }
}
