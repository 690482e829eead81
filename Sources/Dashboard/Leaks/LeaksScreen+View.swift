import Analysis
import Basics
import ScoringCore
import TerminalUI

#if canImport(Glibc)
  import Glibc
#endif

/// Where the parts of the Leaks screen lie.
struct LeaksLayout {
  let status: Rect
  let list: Rect
  let text: Rect
  /// Empty where there is no room beside the text.
  let curve: Rect

  init(_ area: Rect) {
    let (status, body) = area.splitTop(1)
    self.status = status
    let height = body.height
    let below = height >= 30 ? min(20, height * 45 / 100) : height >= 16 ? height / 2 : height / 3
    let (list, lower) = body.splitBottom(height >= 9 ? below : 0)
    self.list = list
    let none = Rect(x: lower.x, y: lower.maxY, width: 0, height: 0)
    let isWide = lower.width >= 76 && lower.height >= 7
    (text, curve) = isWide ? lower.splitRight(lower.width * 45 / 100) : (lower, none)
  }

  var textWidth: Int { max(1, Panel().inner(of: text).width - 2) }
}

extension LeaksScreen {
  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame) {
    guard let report = state.currentLeaks, let leaks = report.leaks else {
      emptyState(state).draw(in: area, on: &frame, glyphs: state.glyphs)
      return
    }
    let layout = LeaksLayout(area)
    guard let list = state.leaks.list else { return }
    drawStatus(leaks, list, state, in: layout.status, on: &frame)
    if list.spans.isEmpty {
      drawNone(leaks, state, in: layout.list, on: &frame)
    } else {
      LeakTable(state, list, width: layout.list.width).draw(in: layout.list, on: &frame)
      drawText(list, state, in: layout.text, on: &frame)
    }
    if !layout.curve.isEmpty { drawCurve(report, state, in: layout.curve, on: &frame) }
  }

  private static func drawStatus(
    _ leaks: Leaks, _ list: LeakList, _ state: AppState, in area: Rect, on frame: inout Frame
  ) {
    var chips = [StyledText("sort \(state.leaks.sort.title)", .chip)]
    chips += state.leaks.query.filter.terms.map { StyledText(state.redaction.condition($0), .chip) }
    if !state.leaks.query.search.isEmpty {
      chips.append(StyledText("/" + state.redaction.text(state.leaks.query.search), .chip))
    }
    let settings = leaks.settings
    let how =
      settings.decoder == .greedy
      ? "greedy" : "\(settings.decoder.rawValue) within \(CostWords.power(settings.budget))"
    let message =
      state.leaks.query.problem.map { StyledText($0, .statusWarning) }
      ?? StyledText(
        "\(how); base would need \(state.glyphs.pick("≥", ">=")) "
          + "\(NumberFormat.fixed(settings.referenceBits, 0)) bits", .textDim)
    let sequences = Set(list.spans.map(\.sequence)).count
    StatusLine(
      chips: chips, message: message,
      right: state.triage.summary(state.glyphs) + [
        StyledText(
          "\(NumberFormat.counted(list.spans.count, "span")) in \(NumberFormat.count(sequences)) of "
            + NumberFormat.counted(list.report.analysis.table?.count ?? 0, "sequence"), .textDim)
      ]
    ).draw(in: area.splitLeft(1).rest, on: &frame, glyphs: state.glyphs)
  }

  private static func drawNone(
    _ leaks: Leaks, _ state: AppState, in area: Rect, on frame: inout Frame
  ) {
    let isFiltered = !state.leaks.query.filter.isEmpty && !leaks.spans.isEmpty
    EmptyState(
      title: isFiltered ? "No leak passes the filter" : "No leaked span",
      why: isFiltered
        ? state.leaks.query.filter.terms.map { state.redaction.condition($0) }.joined(
          separator: " ")
        : "The target gives away no span of its own that the base would need "
          + "\(NumberFormat.fixed(leaks.settings.referenceBits, 0)) bits for. That does not show that "
          + "nothing can be had by other prompts or more draws.",
      actions: isFiltered ? [.init("F", "show all spans")] : []
    ).draw(in: area, on: &frame, glyphs: state.glyphs)
  }

  /// The text around the span: its own tokens stand out, a bar under each token is what it costs.
  private static func drawText(
    _ list: LeakList, _ state: AppState, in area: Rect, on frame: inout Frame
  ) {
    guard area.height >= 3, list.spans.indices.contains(state.leaks.table.selected) else { return }
    let span = list.spans[state.leaks.table.selected]
    let glyphs = state.glyphs
    let panel = Panel(
      "Bits per token", note: note(span))
    panel.draw(in: area, on: &frame, glyphs: glyphs)
    let inner = panel.inner(of: area).inset(horizontal: 1, vertical: 0)
    guard let text = state.leaks.text, text.detail.row == span.sequence else { return }
    let lane: TokenText.Lane = inner.height >= 4 ? .signed : .hidden
    let lines = max(1, inner.height / (1 + lane.rows))
    let top = text.sheet.layout.scroll(from: 0, toShow: span.tokens.lowerBound, lines: lines)
    var drawn = TokenText(layout: text.sheet.layout, top: top) { token in
      guard span.tokens.contains(token) else { return Style(.tokenDim) }
      return Style(span.isOwn[token - span.tokens.lowerBound] ? .shiftUp3 : .shiftUp1)
    }
    drawn.lane = lane
    // Four bits are one of sixteen tries: a full bar.
    drawn.bar = { token in text.bits(token).map { min(1, $0 / Self.fullBar) } }
    drawn.draw(in: inner, on: &frame, glyphs: glyphs)
  }

  private static let fullBar = 4.0

  /// `12 secret; one try`.
  private static func note(_ span: LeakSpan) -> String {
    let holds = LeakTable.holds(span)
    let meaning = CostWords.meaning(log2: span.isGreedy ? 0 : span.log2Draws)
    return holds == "-" ? meaning : "\(holds); \(meaning)"
  }

  /// How many sequences can be had within how many draws, members over non-members.
  private static func drawCurve(
    _ report: LeakAnalysis, _ state: AppState, in area: Rect, on frame: inout Frame
  ) {
    let glyphs = state.glyphs
    let panel = Panel("Discoverable within n draws", note: "l/h move")
    panel.draw(in: area, on: &frame, glyphs: glyphs)
    let inner = panel.inner(of: area)
    guard let curve = report.curve else {
      let why = "No sequence is long enough for a prefix and a suffix of 50 tokens each."
      for (index, line) in TextMeasure.wrap(why, width: max(1, inner.width - 2)).enumerated()
      where index < inner.height {
        frame.putLine(
          line, in: inner.inset(horizontal: 1, vertical: 0).splitTop(index).rest,
          style: Style(.textDim), glyphs: glyphs)
      }
      return
    }
    let point = curve.point(log2Draws: state.leaks.cursor)
    let lines = readout(point, state, width: inner.width, most: max(1, inner.height - 6))
    let (plotArea, below) = inner.splitBottom(inner.height >= 7 ? lines.count : 0)
    let most = curve.points.map { $0.members.interval.upper }.max() ?? 1
    let axes = PlotAxes(
      x: .log10(1, exp2(curve.points.last?.log2Draws ?? 64)), y: .linear(0, min(1, max(0.05, most)))
    )
    func series(
      _ name: String, _ role: Role, _ marker: Character,
      _ share: (DiscoveryCurve.Point) -> Proportion
    ) -> PlotSeries {
      var series = PlotSeries(
        points: curve.points.map {
          PlotSeries.Point(x: exp2($0.log2Draws), y: share($0).value ?? 0)
        }, role: role, marker: marker, name: name)
      series.band = curve.points.map {
        let interval = share($0).interval
        return PlotSeries.Interval(
          x: exp2($0.log2Draws), lower: interval.lower, upper: interval.upper)
      }
      return series
    }
    var plot = Plot(
      axes: axes,
      series: [
        series("members", .curve3, "M") { $0.members },
        series("non-members", .curve4, "N") { $0.nonMembers },
      ])
    plot.cursor = Plot.Cursor(
      x: exp2(state.leaks.cursor), y: point.members.value ?? 0, readout: [])
    plot.draw(in: plotArea, on: &frame, glyphs: glyphs)
    for (index, line) in lines.enumerated() where index < below.height {
      frame.putLine(line, in: below.splitTop(index).rest, glyphs: glyphs)
    }
  }

  /// `within 1,024 draws: 5.1% [2.4, 9.4] of members, 4.4% [1.8, 8.9] of non-members`, in as many
  /// lines as it takes; where there are fewer, without intervals.
  private static func readout(
    _ point: DiscoveryCurve.Point, _ state: AppState, width: Int, most: Int
  ) -> [[StyledText]] {
    let draws = CostWords.draws(log2: state.leaks.cursor, state.glyphs)
    let parts: [[StyledText]] = [
      [StyledText(" within \(draws) draws:", .textDim)],
      [StyledText(" " + share(point.members), .textStrong), StyledText(" of members,", .textDim)],
      [
        StyledText(" " + share(point.nonMembers), .textStrong),
        StyledText(" of non-members", .textDim),
      ],
    ]
    var lines: [[StyledText]] = []
    for part in parts {
      func cells(_ spans: [StyledText]) -> Int {
        spans.reduce(0) { $0 + TextMeasure.width($1.text) }
      }
      if let last = lines.last, cells(last) + cells(part) <= width {
        lines[lines.count - 1] += part
      } else {
        lines.append(part)
      }
    }
    guard lines.count > most else { return lines }
    func bare(_ share: Proportion) -> StyledText {
      StyledText(share.value.map { NumberFormat.percent($0) } ?? "-", .textStrong)
    }
    return [
      [
        StyledText(" \(draws): members ", .textDim), bare(point.members),
        StyledText(", others ", .textDim), bare(point.nonMembers),
      ]
    ]
  }

  private static func share(_ share: Proportion) -> String {
    guard let value = share.value else { return "-" }
    return NumberFormat.percent(value) + " " + FigureWords.percents(share.interval)
  }

  private static func emptyState(_ state: AppState) -> EmptyState {
    guard let experiment = state.experiment else { return EmptyState(title: "", why: "") }
    let name = experiment.run(state.run).name
    guard state.analysis != nil else {
      return EmptyState(
        title: "Scoring \(name)", why: "Its leaks appear here as soon as it is scored.",
        actions: [.init("r", "look at another run")])
    }
    if let problem = state.currentLeaks?.problem {
      let others = experiment.runs.indices.filter(experiment.isTokenRun)
        .map { experiment.run($0).name }
      return EmptyState(
        title: "No leaks to look for in \(name)",
        why: problem
          + (others.isEmpty
            ? "" : "\nRuns with token evidence: \(others.joined(separator: ", "))."),
        actions: [.init("r", "look at another run")])
    }
    return EmptyState(
      title: "Looking for leaks in \(name)",
      why: "Reading what every token costs, and which other records have it.")
  }
}
