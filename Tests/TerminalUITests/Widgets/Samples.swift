@testable import TerminalUI

/// What the tests of plots, histograms and overlays draw.
enum SamplePlot {
  /// A smooth curve through (0, 0) and (1, 1), bowed by `power`.
  static func curve(_ power: Double, _ name: String, _ marker: Character, _ role: Role)
    -> PlotSeries
  {
    let points = (0...400).map { step -> PlotSeries.Point in
      let t = Double(step) / 400
      let x = t * t * t
      return PlotSeries.Point(
        x: x, y: 1 - (1 - x.squareRoot().squareRoot()) * power - (1 - power) * (1 - x))
    }
    return PlotSeries(
      points: points, role: role, marker: marker, name: name, figures: "0.\(Int(power * 100))")
  }

  static func roc(log: Bool) -> Plot {
    let scale: PlotScale = log ? .log10(1e-3, 1) : .linear(0, 1)
    var selected = curve(0.9, "error zone", "A", .curve1)
    selected.isSelected = true
    selected.band = selected.points.map {
      .init(x: $0.x, lower: max(0, $0.y - 0.06), upper: min(1, $0.y + 0.06))
    }
    var plot = Plot(
      axes: PlotAxes(
        x: scale, y: .linear(0, 1), xTitle: "false positive rate", yTitle: "true positive rate"),
      series: [selected, curve(0.5, "min-k", "B", .curve2)], guides: [.diagonal])
    if log { plot.shade = Plot.Shade(from: 1e-3, to: 4e-3, label: "no evidence") }
    return plot
  }

  /// Few points with intervals, as a figure against the epoch of a run.
  static var trend: Plot {
    var full = PlotSeries(
      points: [(1, 0.55), (2, 0.68), (3, 0.81), (4, 0.9)].map { .init(x: $0.0, y: $0.1) },
      shape: .marked, role: .curve1, marker: "F", name: "full")
    full.hasErrorBars = true
    full.band = full.points.map { .init(x: $0.x, lower: $0.y - 0.06, upper: $0.y + 0.06) }
    let lora = PlotSeries(
      points: [(1, 0.51), (2, 0.53), (3, 0.58), (4, 0.6)].map { .init(x: $0.0, y: $0.1) },
      shape: .marked, role: .curve2, marker: "L", name: "LoRA")
    return Plot(
      axes: PlotAxes(x: .linear(0.5, 4.5), y: .linear(0.4, 1), yTitle: "AUC by epoch"),
      series: [full, lora], guides: [.horizontal(0.5)])
  }
}

enum SampleScatter {
  static let scatter = Scatter(
    axes: PlotAxes(
      x: .linear(-1, 3), y: .linear(-1, 3), xTitle: "score, full", yTitle: "score, LoRA"),
    classes: [
      Scatter.Class("member", role: .member, mark: "●", asciiMark: "*"),
      Scatter.Class("non-member", role: .nonMember, mark: "○", asciiMark: "o"),
    ],
    points: (0..<60).map { i in
      let group = i % 2
      let x = Double(i * 7 % 31) / 10 - (group == 0 ? 0.1 : 0.9)
      let y = x + Double(i * 11 % 17) / 17 - 0.5
      return Scatter.Point(x: x, y: y, group: group)
    },
    quadrants: .init(
      x: 1, y: 1, topLeft: "LoRA only 4", topRight: "both 20", bottomLeft: "neither 33",
      bottomRight: "full only 3"), selected: 8)
}

enum SampleHistogram {
  static func bins(_ count: Int) -> HistogramBins {
    var bins = HistogramBins(lower: -1, upper: 3, count: count)
    for i in 0..<2000 {
      let u = Double(i % 45 + i % 37 + i % 29) / 108
      bins.add(u * 3 - 1.2, toSecond: true)
      bins.add(u * 4 - 0.9, toSecond: false)
    }
    return bins
  }

  static func draw(
    _ layout: Histogram.Layout, _ area: Rect, _ frame: inout Frame, _ glyphs: GlyphSet
  ) {
    Histogram(
      bins: bins(16), firstName: "members", secondName: "non-members", layout: layout,
      threshold: .init(value: 1.35, label: layout == .sideways ? "" : "t = 1.35")
    ).draw(in: area, on: &frame, glyphs: glyphs)
  }
}

enum SampleOverlay {
  static let help = HelpOverlay(groups: [
    .init(
      "Everywhere", [.init("1-7", "screens"), .init("?", "help"), .init("q", "back, quit at top")]),
    .init(
      "Tokens", [.init("] [", "next, previous error zone"), .init("a", "all tokens or the zone")]),
  ])

  static let palette = Palette(
    items: [
      .init("next zone", note: "to the next error zone", keys: "]"),
      .init("quit", note: "leaves the program", keys: "q"),
      .init("zoom", note: "one pane fills the screen", keys: "z"),
    ], selected: 1)

  static let keyValue = KeyValue([
    .heading("Token 17"), .pair("p target", [StyledText("0.123"), StyledText(" up", .barUp)]),
    .pair("target wanted", [StyledText("the quick brown fox jumped over")]), .gap,
    .note("share of the sum of all positive shifts"),
  ])

  static func rows(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let tabs = [(1, "Runs"), (2, "Sequences"), (3, "Tokens")].map {
      TabBar.Tab(key: String($0.0), title: $0.1)
    }
    TabBar(tabs: tabs, current: 1, status: "demo").draw(in: area, on: &frame, glyphs: glyphs)
    StatusLine(
      chips: [StyledText("label=member", .chip)], message: StyledText("Saved.", .statusOK),
      right: [StyledText("12/99")]
    ).draw(in: area.splitTop(1).rest, on: &frame, glyphs: glyphs)
    HintLine([
      .init("Enter", "open"), .init("m", "mark", priority: 2), .init("?", "help", priority: 0),
    ]).draw(in: area.splitTop(2).rest, on: &frame, glyphs: glyphs)
    Progress(label: "Scoring", done: 30_000, total: 90_000, rate: 1200)
      .draw(in: area.splitTop(3).rest, on: &frame, glyphs: glyphs)
    Prompt(label: "/", state: PromptState("family:漢字"), note: StyledText("3 of 99", .textDim))
      .draw(in: area.splitTop(4).rest, on: &frame, glyphs: glyphs)
  }
}
