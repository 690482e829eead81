import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What is known of the selected run, its curve, its warnings and its highest-scoring sequences.
struct RunDetail {
  private let state: AppState
  private let glyphs: GlyphSet

  init(_ state: AppState) {
    self.state = state
    glyphs = state.glyphs
  }

  func draw(in area: Rect, on frame: inout Frame) {
    guard area.height >= 3, let experiment = state.experiment else { return }
    let area = area.height >= 24 ? area.splitTop(1).rest : area
    let run = experiment.run(state.run)
    let (title, body) = area.splitTop(1)
    drawTitle(run, in: title, on: &frame)
    let inner = body.inset(horizontal: 1, vertical: 0)
    let parts = parts(of: inner)
    drawFacts(run, in: parts.facts, on: &frame)
    if let frontier = FrontierPlot(state), parts.plot.height >= 6 {
      frontier.draw(in: parts.plot, on: &frame)
    } else {
      drawCurve(in: parts.plot, on: &frame)
    }
  }

  private struct Parts {
    var facts: Rect
    var plot: Rect
  }

  /// What to know always; beside it, where there is width, leakage against what it bought.
  private func parts(of area: Rect) -> Parts {
    guard area.width >= 60 else {
      return Parts(facts: area, plot: Rect(x: area.x, y: area.y, width: 0, height: 0))
    }
    let share = area.width >= 150 ? 45 : area.width >= 90 ? 44 : 38
    let (plot, facts) = area.splitLeft(min(area.width * share / 100, area.height * 4))
    return Parts(facts: facts.splitLeft(2).rest, plot: plot)
  }

  private func drawTitle(_ run: Run, in row: Rect, on frame: inout Frame) {
    frame.fill(row, glyphs.border.horizontal, style: Style(.border))
    let family = run.method.map { " (\($0.rawValue), \($0.family.rawValue))" } ?? ""
    let inner = row.splitLeft(2).rest
    frame.putLine(
      [StyledText(" " + run.name, .title), StyledText(family + " ", .textDim)], in: inner,
      glyphs: glyphs)
  }

  private func drawFacts(_ run: Run, in area: Rect, on frame: inout Frame) {
    let warnings = state.runs.summary?.warnings ?? []
    let figures = area.height >= 12 ? counts : []
    // Where there is little room what can mislead comes before what the table says already.
    let panel = KeyValue(area.height >= 12 ? metadata(run) + figures : compact(run))
    panel.draw(in: area, on: &frame, glyphs: glyphs)
    var rest = area.splitTop(panel.height(width: area.width)).rest
    if area.height >= 12, !warnings.isEmpty { rest = rest.splitTop(1).rest }
    let standing = RunStanding(state)?.sentences ?? []
    rest = drawSentences(standing, in: rest, on: &frame)
    rest = drawWarnings(warnings, in: rest, on: &frame)
    rest = drawChecks(in: rest, on: &frame)
    drawAttacks(in: rest.splitTop(1).rest, on: &frame)
  }

  /// Draws what fits whole, and returns what is left of the area.
  private func drawSentences(
    _ sentences: [String], in area: Rect, on frame: inout Frame
  ) -> Rect {
    var rest = area
    for sentence in sentences {
      let lines = TextMeasure.wrap(sentence, width: max(1, rest.width))
      guard lines.count < rest.height else { break }
      for line in lines {
        frame.putLine(line, in: rest, style: Style(.text), glyphs: glyphs)
        rest = rest.splitTop(1).rest
      }
    }
    return rest
  }

  /// Draws what fits, says how many do not, and returns what is left of the area.
  private func drawWarnings(
    _ warnings: [String], in area: Rect, on frame: inout Frame
  ) -> Rect {
    var rest = area
    for (number, warning) in warnings.enumerated() {
      let lines = TextMeasure.wrap(warning, width: max(1, rest.width - 2))
      let isLast = number + 1 == warnings.count
      guard lines.count + (isLast ? 0 : 1) <= rest.height else {
        let left = warnings.count - number
        let note = NumberFormat.counted(left, "more warning")
        let shown = number == 0 ? lines : [note]
        for (index, line) in shown.prefix(rest.height).enumerated() {
          frame.putLine(
            [StyledText(index == 0 ? "! " : "  ", .statusWarning), StyledText(line)],
            in: rest.splitTop(index).rest, glyphs: glyphs)
        }
        return rest.splitTop(rest.height).rest
      }
      for (index, line) in lines.enumerated() {
        let mark = index == 0 ? "! " : "  "
        frame.putLine(
          [StyledText(mark, .statusWarning), StyledText(line)], in: rest, glyphs: glyphs)
        rest = rest.splitTop(1).rest
      }
    }
    return rest
  }

  /// What was checked and what was not, where there is room for all of it.
  private func drawChecks(in area: Rect, on frame: inout Frame) -> Rect {
    let checks = state.runs.summary?.checks ?? []
    let lines = checks.flatMap { TextMeasure.wrap($0, width: max(1, area.width - 2)) }
    guard !lines.isEmpty, lines.count <= area.height else { return area }
    for (index, line) in lines.enumerated() {
      frame.putLine(
        [StyledText("  " + line, .textDim)], in: area.splitTop(index).rest, glyphs: glyphs)
    }
    return area.splitTop(lines.count).rest
  }

  /// All attacks on this run, where there is room to see at once which find more.
  private func drawAttacks(in area: Rect, on frame: inout Frame) {
    guard let analysis = state.analysis, analysis.attacks.count > 1,
      area.height >= analysis.attacks.count + 2, area.width >= 48
    else { return }
    let glyphs = glyphs
    let table = Table(
      columns: [
        TableColumn("attack", .flex(min: 10, max: 24)), TableColumn("AUC [95%]", .fixed(20)),
        TableColumn("TPR@1%", .fixed(13)),
      ], rowCount: analysis.attacks.count, isFocused: false
    ) { index in
      let attack = analysis.attacks[index]
      let rate = attack.evaluation.points.first { $0.point.fpr == 0.01 }
      return .cells([
        TableCell(attack.spelling), TableCell(FigureWords.area(attack.evaluation.auc)),
        TableCell(FigureWords.rate(rate, .medium, glyphs: glyphs)),
      ])
    }
    let place = area.splitTop(analysis.attacks.count + 2).top
    let selected = state.shownAttack(in: analysis) ?? -1
    table.draw(in: place, on: &frame, state: TableState(selected: selected), glyphs: glyphs)
  }

  /// The same in three lines.
  private func compact(_ run: Run) -> [KeyValue.Row] {
    var rows: [KeyValue.Row] = []
    if let loss = run.validationLoss {
      let base = run.referenceValidationLoss.map { " (base \(NumberFormat.fixed($0, 3)))" }
      rows.append(
        .pair(
          "val. loss", [StyledText(NumberFormat.fixed(loss, 3)), StyledText(base ?? "", .textDim)]))
    }
    // Two pieces stay on one line; one would wrap.
    return rows
      + counts.compactMap { row in
        guard case .pair(let label, let spans) = row else { return row }
        return spans.first?.text == "none" ? nil : .pair(label, spans + [StyledText("")])
      }
  }

  private func metadata(_ run: Run) -> [KeyValue.Row] {
    var rows: [KeyValue.Row] = []
    func add(_ label: String, _ value: String?) {
      if let value { rows.append(.pair(label, [StyledText(value)])) }
    }
    var model = run.model ?? "unknown"
    if let size = run.parameters { model += ", \(NumberFormat.compact(size)) parameters" }
    if let trained = run.trainableParameters {
      model += ", \(NumberFormat.compact(trained)) trained"
    }
    add("model", model)
    add("reference", run.reference)
    if let value = run.validationLoss {
      var text = "\(NumberFormat.fixed(value, 3)) nats/token"
      if let base = run.referenceValidationLoss {
        text +=
          ", reference \(NumberFormat.fixed(base, 3)) (\(NumberFormat.signed(value - base, 3)))"
      }
      add("val. loss", text)
    }
    var training: [String] = []
    if let epoch = run.epoch { training.append("epoch \(RunsTable.epoch(epoch))") }
    if let seed = run.seed { training.append("seed \(seed)") }
    if let precision = run.precision { training.append(precision) }
    training += run.details.map { "\($0.key) \($0.value)" }
    add("training", training.isEmpty ? nil : training.joined(separator: ", "))
    return rows
  }

  private var counts: [KeyValue.Row] {
    guard let analysis = state.analysis, let summary = state.runs.summary else {
      return [.note("This run is still being scored.")]
    }
    guard let index = state.shownAttack(in: analysis) else { return [] }
    let evaluation = analysis.attacks[index].evaluation
    let scored = NumberFormat.count(evaluation.counts.scored)
    let primary = NumberFormat.count(summary.primaryCount)
    var text = "\(scored) of \(primary) by \(analysis.attacks[index].spelling)"
    if evaluation.unknown > 0 { text += ", \(NumberFormat.count(evaluation.unknown)) unknown" }
    var rows: [KeyValue.Row] = [.pair("scored", [StyledText(text)])]
    let edges = FigureWords.edgeCases(evaluation.counts)
    let cases =
      edges.isEmpty
      ? "none" : edges.map { "\(NumberFormat.count($0.count)) \($0.name)" }.joined(separator: ", ")
    rows.append(.pair("edge cases", [StyledText(cases, edges.isEmpty ? .textDim : .textStrong)]))
    guard let outside = summary.outside else { return rows }
    let others = FigureWords.edgeCases(outside.counts)
    var note = NumberFormat.count(outside.count)
    if !others.isEmpty {
      note +=
        ": "
        + others.map { "\(NumberFormat.count($0.count)) \($0.name)" }.joined(separator: ", ")
    }
    rows.append(.pair("outside", [StyledText(note, others.isEmpty ? .textDim : .textStrong)]))
    return rows
  }

  private func drawCurve(in area: Rect, on frame: inout Frame) {
    guard let analysis = state.analysis, let index = state.shownAttack(in: analysis),
      let roc = analysis.attacks[index].evaluation.roc, !area.isEmpty
    else { return }
    let axes = PlotAxes.roc(
      .logX, resolution: roc.resolution, isTitled: area.height >= 10)
    let inner = axes.inner(of: area, glyphs: glyphs)
    var plot = Plot(
      axes: axes,
      series: [
        PlotSeries(
          points: roc.points(axes: axes, columns: inner.width), role: .curve1, marker: "A",
          name: "", isSelected: true)
      ], guides: [.diagonal])
    plot.hasLegend = false
    plot.shadeUnresolved(roc.resolution, in: inner)
    plot.draw(in: area, on: &frame, glyphs: glyphs)
  }
}
