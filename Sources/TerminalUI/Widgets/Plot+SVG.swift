import Basics

extension Plot {
  /// The size of a plot as a picture, in its own units.
  package struct PictureSize: Hashable, Sendable {
    package var width = 680.0
    package var height = 400.0

    package init() {}
  }

  /// The plot as an SVG element, at the places where the terminal draws it.
  ///
  /// Nothing of it has a colour: whoever embeds it styles its classes, `s0` to `s7` for series,
  /// `axis`, `grid`, `tick`, `chance`, `shade` and `band`, so that one picture is light and dark.
  ///
  /// - Parameters:
  ///   - id: a name for the element's parts, unique in the document.
  ///   - title: what it is, for those who do not see it.
  ///   - description: what is to be seen, figures included.
  package func svg(
    id: String, title: String, description: String, size: PictureSize = PictureSize()
  ) -> String {
    let picture = PlotPicture(plot: self, size: size)
    let name = SafeText.html(id)
    return """
      <svg viewBox="0 0 \(SVGPath.short(size.width)) \(SVGPath.short(size.height))" role="img" \
      aria-labelledby="\(name)-t \(name)-d"><title id="\(name)-t">\(SafeText.html(title))</title>\
      <desc id="\(name)-d">\(SafeText.html(description))</desc>
      \(picture.content)</svg>

      """
  }
}

/// A plot's parts as SVG.
private struct PlotPicture {
  let plot: Plot
  let size: Plot.PictureSize

  private let left = 58.0
  private let top = 30.0
  private var right: Double { size.width - 16 }
  private var foot: Double { size.height - 50 }

  var content: String {
    var parts = shade + grid
    for (number, one) in plot.series.enumerated() where !one.hasErrorBars {
      parts += band(one, number)
    }
    parts += plot.guides.map(guide).joined()
    // The selected curve last, above the others.
    let order =
      plot.series.indices.filter { !plot.series[$0].isSelected }
      + plot.series.indices.filter { plot.series[$0].isSelected }
    for number in order { parts += curve(plot.series[number], number) }
    for number in order { parts += marks(plot.series[number], number) }
    return parts
  }

  private func x(_ value: Double) -> Double? {
    plot.axes.x.clamped(value).map { left + $0 * (right - left) }
  }

  private func y(_ value: Double) -> Double? {
    plot.axes.y.clamped(value).map { foot - $0 * (foot - top) }
  }

  private func place(_ x: Double, _ y: Double) -> String {
    SVGPath.short(x) + " " + SVGPath.short(y)
  }

  private func text(
    _ words: String, _ kind: String, x: Double, y: Double, anchor: String = "middle"
  ) -> String {
    "<text class=\"\(kind)\" x=\"\(SVGPath.short(x))\" y=\"\(SVGPath.short(y))\" "
      + "text-anchor=\"\(anchor)\">\(SafeText.html(words))</text>\n"
  }

  private func path(_ data: String, _ kind: String) -> String {
    data.isEmpty ? "" : "<path class=\"\(kind)\" d=\"\(data)\"/>\n"
  }

  private var grid: String {
    var lines = ""
    var labels = ""
    for tick in plot.axes.x.ticks(limit: 7) {
      guard let x = x(tick.value) else { continue }
      lines += "M\(place(x, top))V\(SVGPath.short(foot))"
      labels += text(tick.label, "tick", x: x, y: foot + 18)
    }
    for tick in plot.axes.y.ticks(limit: 7) {
      guard let y = y(tick.value) else { continue }
      lines += "M\(place(left, y))H\(SVGPath.short(right))"
      labels += text(tick.label, "tick", x: left - 8, y: y + 4, anchor: "end")
    }
    let frame = "M\(place(left, top))V\(SVGPath.short(foot))H\(SVGPath.short(right))"
    return path(lines, "grid") + path(frame, "axis") + labels
      + text(plot.axes.xTitle, "title", x: (left + right) / 2, y: foot + 40)
      + text(plot.axes.yTitle, "title", x: 4, y: 16, anchor: "start")
  }

  private var shade: String {
    guard let shade = plot.shade, let from = x(shade.from), let to = x(shade.to), to > from else {
      return ""
    }
    let data =
      "M\(place(from, top))H\(SVGPath.short(to))V\(SVGPath.short(foot))"
      + "H\(SVGPath.short(from))z"
    let label =
      to - from >= 90 ? text(shade.label, "tick", x: (from + to) / 2, y: foot - 10) : ""
    return path(data, "shade") + label
  }

  private func guide(_ guide: Plot.Guide) -> String {
    var data = ""
    switch guide {
    case .diagonal:
      // A curve where only one axis is logarithmic, so it is followed.
      for step in 0...60 {
        let value = plot.axes.x.value(at: Double(step) / 60)
        guard plot.axes.y.contains(value) || abs(value - plot.axes.y.upper) < 1e-9,
          let x = x(value), let y = y(value)
        else { continue }
        data += (data.isEmpty ? "M" : "L") + place(x, y)
      }
    case .horizontal(let value):
      guard plot.axes.y.contains(value), let y = y(value) else { break }
      data = "M\(place(left, y))H\(SVGPath.short(right))"
    case .vertical(let value):
      guard plot.axes.x.contains(value), let x = x(value) else { break }
      data = "M\(place(x, top))V\(SVGPath.short(foot))"
    }
    return path(data, "chance")
  }

  /// The upper edge forth and the lower one back, level between two entries of a step function.
  private func band(_ series: PlotSeries, _ number: Int) -> String {
    let edges = series.band.compactMap { entry -> (x: Double, low: Double, high: Double)? in
      guard let x = x(entry.x), let low = y(entry.lower), let high = y(entry.upper) else {
        return nil
      }
      return (x, low, high)
    }
    guard let first = edges.first else { return "" }
    let isStepped = series.shape == .steps
    var data = "M" + place(first.x, first.high)
    for (before, edge) in zip(edges, edges.dropFirst()) {
      if isStepped { data += "L" + place(edge.x, before.high) }
      data += "L" + place(edge.x, edge.high)
    }
    for (edge, before) in zip(edges, edges.dropFirst()).reversed().map({ ($0.1, $0.0) }) {
      data += "L" + place(edge.x, isStepped ? before.low : edge.low)
      if isStepped { data += "L" + place(before.x, before.low) }
    }
    return path(data + "L" + place(first.x, first.low) + "z", "band s\(number % 8)")
  }

  private func curve(_ series: PlotSeries, _ number: Int) -> String {
    var data = ""
    var last: (x: Double, y: Double)?
    for point in series.points {
      guard let x = x(point.x), let y = y(point.y) else {
        last = nil
        continue
      }
      if let last {
        // Across first: between two points a step function still has the value of the first.
        if series.shape == .steps { data += "L" + place(x, last.y) }
        data += "L" + place(x, y)
      } else {
        data += "M" + place(x, y)
      }
      last = (x, y)
    }
    var bars = ""
    for bar in series.hasErrorBars ? series.band : [] {
      guard let x = x(bar.x), let low = y(bar.lower), let high = y(bar.upper) else { continue }
      bars += "M\(place(x, low))V\(SVGPath.short(high))"
      for end in [low, high] { bars += "M\(place(x - 4, end))h8" }
    }
    let weight = series.isSelected ? " selected" : ""
    return path(data, "curve s\(number % 8)\(weight)") + path(bars, "bar s\(number % 8)")
  }

  /// The letter that tells a curve from others without colour: on its points, or along it.
  private func marks(_ series: PlotSeries, _ number: Int) -> String {
    var places: [(x: Double, y: Double)] = []
    if series.shape == .marked {
      places = series.points.compactMap { point in
        x(point.x).flatMap { x in y(point.y).map { (x, $0) } }
      }
    } else {
      // Curves begin their letters at different places so that they do not cover each other.
      for step in 0..<4 {
        let part = (Double(step) + 0.25 + Double(number % 6) / 8) / 4
        let at = plot.axes.x.value(at: min(part, 0.97))
        guard let point = series.points.last(where: { $0.x <= at }), let x = x(at),
          let y = y(point.y)
        else { continue }
        places.append((x, y))
      }
    }
    return places.map { place in
      "<circle class=\"dot s\(number % 8)\" cx=\"\(SVGPath.short(place.x))\" "
        + "cy=\"\(SVGPath.short(place.y))\" r=\"7\"/>"
        + text(String(series.marker), "mark", x: place.x, y: place.y + 3.5)
    }.joined()
  }
}
