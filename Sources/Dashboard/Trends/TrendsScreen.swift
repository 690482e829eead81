import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What the Trends screen remembers.
package struct TrendsState: Sendable {
  package var direction = TrendDirection.loss
  package var measure = TrendMeasure.area
  package var chart: TrendChart?
  /// What is being computed.
  var requested: TrendChart.Key?
  package var table = TableState()

  package init() {}
}

/// Leakage against what it depends on, with intervals, one panel per base.
enum TrendsScreen: Screen {
  static func settle(_ state: inout AppState) -> [Effect] {
    guard let experiment = state.experiment else { return [] }
    let key = TrendChart.Key(
      direction: state.trends.direction, measure: state.trends.measure,
      attack: state.currentAttack?.spelling ?? state.attack, run: state.run,
      analyses: state.analyses)
    var effects: [Effect] = []
    if state.trends.chart?.key.isSame(as: key) != true,
      state.trends.requested?.isSame(as: key) != true
    {
      state.trends.requested = key
      let known = state.leaks.known
      effects.append(
        state.request(for: TrendsScreen.self) {
          TrendChart(key, experiment, known: known, isCancelled: $0)
        })
    }
    guard let chart = state.trends.chart else { return effects }
    let points = points(chart)
    if let place = points.firstIndex(where: { $0.point.run == state.run }),
      points.indices.contains(state.trends.table.selected) == false
        || points[state.trends.table.selected].point.run != state.run
    {
      state.trends.table.selected = place
    }
    let layout = TrendsLayout(state.bodyArea)
    state.trends.table.settle(
      rowCount: points.count, page: table(state, chart).page(in: layout.table))
    return effects
  }

  static func receive(_ answer: any Sendable, _ state: inout AppState) {
    guard let chart = answer as? TrendChart else { return }
    state.rememberLeaks(chart.found)
    state.trends.chart = chart
    state.trends.requested = nil
  }

  /// Every point in the order of the table, with the series it is of.
  static func points(_ chart: TrendChart) -> [(panel: Int, series: String, point: TrendChart.Point)]
  {
    chart.panels.enumerated().flatMap { number, panel in
      panel.series.flatMap { series in series.points.map { (number, series.name, $0) } }
    }
  }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    if let move = TableState.Move(action) { return self.move(move, &state) }
    switch action {
    case .nextAxis: state.trends.direction = TrendDirection.allCases.after(state.trends.direction)
    case .nextMeasure: state.trends.measure = TrendMeasure.allCases.after(state.trends.measure)
    case .open: return state.analysis == nil ? [] : state.show(.sequences)
    case .copy: return copy(&state)
    default: break
    }
    return []
  }

  private static func move(_ move: TableState.Move, _ state: inout AppState) -> [Effect] {
    guard let chart = state.trends.chart else { return [] }
    let points = points(chart)
    guard !points.isEmpty else { return [] }
    let page = table(state, chart).page(in: TrendsLayout(state.bodyArea).table)
    state.trends.table.move(move, rowCount: points.count, page: page)
    return state.select(run: points[state.trends.table.selected].point.run)
  }

  private static func copy(_ state: inout AppState) -> [Effect] {
    guard let chart = state.trends.chart else { return [] }
    let lines = points(chart).map { entry in
      [
        chart.panels[entry.panel].title, entry.series, entry.point.label,
        place(entry.point.x, chart), chart.key.measure.shown(entry.point.value),
        chart.key.measure.shown(entry.point.interval),
      ].map { Sanitize.text($0) }.joined(separator: "\t")
    }
    state.notice = Notice(.success, "The points are copied")
    return [.copy(lines.joined(separator: "\n"))]
  }

  static func handle(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    guard let chart = state.trends.chart else { return [] }
    let layout = TrendsLayout(area)
    switch table(state, chart).gesture(mouse, in: layout.table, state: state.trends.table) {
    case .move(let move): return self.move(move, &state)
    case .row(let row): return move(.to(row), &state)
    case .header, nil: return []
    }
  }

  // MARK: Drawing

  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let glyphs = state.glyphs
    let layout = TrendsLayout(area)
    drawStatus(state, in: layout.status, on: &frame)
    guard let chart = state.trends.chart, !chart.panels.isEmpty else {
      emptyState(state).draw(in: layout.plots, on: &frame, glyphs: glyphs)
      return
    }
    for (panel, box) in zip(chart.panels, layout.boxes(chart.panels.count)) {
      drawPanel(panel, chart, state, in: box, on: &frame)
    }
    table(state, chart).draw(
      in: layout.table, on: &frame, state: state.trends.table, glyphs: glyphs)
  }

  private static func drawStatus(_ state: AppState, in area: Rect, on frame: inout Frame) {
    let chart = state.trends.chart
    var right: [StyledText] = []
    let leftOut = chart?.leftOut ?? []
    if !leftOut.isEmpty {
      right.append(
        StyledText("left out: " + leftOut.map(Self.words).joined(separator: "; "), .textDim))
    }
    let attack = chart?.key.attack ?? state.attack
    StatusLine(
      chips: [
        StyledText(state.trends.measure.title + " (a)", .chip),
        StyledText("against \(state.trends.direction.rawValue) (v)", .chip),
      ] + (state.trends.measure.isOfAttack ? [StyledText("by \(attack)", .chip)] : []),
      right: right
    ).draw(in: area.splitLeft(1).rest, on: &frame, glyphs: state.glyphs)
  }

  /// `46 runs (full-at-lora, full-at-head, …): scores only, no tokens`.
  private static func words(_ leftOut: (runs: [String], reason: String)) -> String {
    guard leftOut.runs.count > 1 else { return "\(leftOut.runs[0]): \(leftOut.reason)" }
    let some = leftOut.runs.prefix(2).joined(separator: ", ")
    return "\(NumberFormat.count(leftOut.runs.count)) runs (\(some)"
      + (leftOut.runs.count > 2 ? ", …" : "") + "): \(leftOut.reason)"
  }

  private static func drawPanel(
    _ panel: TrendChart.Panel, _ chart: TrendChart, _ state: AppState, in area: Rect,
    on frame: inout Frame
  ) {
    let box = Panel(
      panel.title, isFocused: panel.series.contains { $0.points.contains { $0.run == state.run } })
    box.draw(in: area, on: &frame, glyphs: state.glyphs)
    let inner = box.inner(of: area)
    let all = chart.panels.flatMap(\.series).flatMap(\.points)
    let values = all.flatMap { [$0.value] + ($0.interval.map { [$0.lower, $0.upper] } ?? []) }
    guard let least = values.min(), let most = values.max(), let low = all.map(\.x).min(),
      let high = all.map(\.x).max()
    else { return }
    let isArea = chart.key.measure == .area
    let top = chart.key.measure == .leaks ? max(1, most) : min(1, max(0.05, most))
    let isRatio = chart.key.direction == .size || chart.key.direction == .repeats
    let margin = max(0.004, (high - low) * 0.06)
    let axes = PlotAxes(
      x: isRatio && low > 0
        ? .log10(low * 0.8, high * 1.25) : .linear(low - margin, high + margin),
      y: .linear(isArea ? min(0.5, least) : 0, isArea ? 1 : top),
      xTitle: chart.key.direction.title, yTitle: chart.key.measure.title)
    var plot = Plot(axes: axes, series: [])
    if isArea { plot.guides = [.horizontal(0.5)] }
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    var names: [String] = []
    for series in panel.series {
      // Seeds of a method look alike, and the legend names them once.
      let isNew = !names.contains(series.name)
      if isNew { names.append(series.name) }
      let number = names.firstIndex(of: series.name) ?? 0
      var drawn = PlotSeries(
        points: series.points.map { PlotSeries.Point(x: $0.x, y: $0.value) },
        shape: .marked, role: Role.curves[number % Role.curves.count],
        marker: letters[number % letters.count], name: isNew ? series.name : "",
        isSelected: series.points.contains { $0.run == state.run })
      drawn.hasErrorBars = true
      drawn.band = series.points.compactMap { point in
        point.interval.map {
          PlotSeries.Interval(x: point.x, lower: $0.lower, upper: $0.upper)
        }
      }
      plot.series.append(drawn)
    }
    if let here = panel.series.flatMap(\.points).first(where: { $0.run == state.run }) {
      plot.cursor = Plot.Cursor(x: here.x, y: here.value, readout: [])
    }
    plot.draw(in: inner, on: &frame, glyphs: state.glyphs)
  }

  /// Where a point lies along the direction, in words.
  private static func place(_ x: Double, _ chart: TrendChart) -> String {
    switch chart.key.direction {
    case .loss: NumberFormat.fixed(x, 3)
    case .epoch, .repeats: NumberFormat.plain((x * 100).rounded() / 100)
    case .size: NumberFormat.compact(Int(saturating: x))
    case .method:
      chart.names.indices.contains(Int(saturating: x)) ? chart.names[Int(saturating: x)] : "-"
    }
  }

  private static func table(_ state: AppState, _ chart: TrendChart) -> Table {
    let points = points(chart)
    let name = points.map { TextMeasure.width($0.point.label) }.max() ?? 8
    return Table(
      columns: [
        TableColumn("point", .flex(min: min(name, 14), max: name)),
        TableColumn("method", .fixed(10), priority: 2),
        TableColumn(chart.key.direction.rawValue, .fixed(9), align: .right),
        TableColumn(chart.key.measure.title + " [95%]", .fixed(22)),
        TableColumn("base", .flex(min: 8, max: 24), priority: 3),
      ], rowCount: points.count
    ) { row in
      let entry = points[row]
      let value = chart.key.measure.shown(entry.point.value)
      let interval = chart.key.measure.shown(entry.point.interval)
      return .cells([
        TableCell(entry.point.label, .textStrong), TableCell(entry.series),
        TableCell(place(entry.point.x, chart)),
        TableCell([
          StyledText(FigureWords.padded(value, 6), .textStrong),
          StyledText(" " + interval, .textDim),
        ]),
        TableCell(chart.panels[entry.panel].title, .textDim),
      ])
    }
  }

  private static func emptyState(_ state: AppState) -> EmptyState {
    guard let chart = state.trends.chart else {
      return EmptyState(title: "Drawing", why: "The points are being gathered.")
    }
    let isScoring = state.analyses.contains { $0 == nil }
    return EmptyState(
      title: "No points against \(chart.key.direction.rawValue)",
      why: isScoring
        ? "Runs are still being scored."
        : chart.leftOut.prefix(4).map(Self.words).joined(separator: "\n"),
      actions: [.init("v", "against something else"), .init("e", "another attack")])
  }
}

/// Where the parts of the Trends screen lie.
struct TrendsLayout {
  let status: Rect
  let plots: Rect
  let table: Rect

  init(_ area: Rect) {
    let (status, body) = area.splitTop(1)
    self.status = status
    if body.width >= 150 {
      (plots, table) = body.splitRight(min(80, body.width * 2 / 5))
    } else {
      (plots, table) = body.splitBottom(body.height >= 12 ? body.height * 38 / 100 : 0)
    }
  }

  /// A box for each panel, beside each other as far as they stay readable.
  func boxes(_ count: Int) -> [Rect] {
    guard count > 0, !plots.isEmpty else { return [] }
    let columns = min(count, max(1, plots.width / 40))
    let rows = min((count + columns - 1) / columns, max(1, plots.height / 9))
    let (width, height) = (plots.width / columns, plots.height / rows)
    return (0..<min(count, rows * columns)).map { number in
      let (column, row) = (number % columns, number / columns)
      return Rect(
        x: plots.x + column * width, y: plots.y + row * height,
        width: column == columns - 1 ? plots.width - column * width : width,
        height: row == rows - 1 ? plots.height - row * height : height)
    }
  }
}
