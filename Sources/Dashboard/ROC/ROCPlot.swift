import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The curves with band, chance line, cursor and the part that is no evidence.
enum ROCPlot {
  static func axes(_ state: AppState, _ curves: ROCCurves) -> PlotAxes {
    .roc(
      state.roc.isLogarithmic ? .logLog : .linear, resolution: curves.resolution,
      lowest: curves.lowest)
  }

  static func draw(
    _ state: AppState, _ curves: ROCCurves, in area: Rect, on frame: inout Frame,
    hasReadout: Bool
  ) {
    let axes = axes(state, curves)
    let inner = axes.inner(of: area, glyphs: state.glyphs)
    var plot = Plot(axes: axes, series: [], guides: [.diagonal])
    for (index, curve) in curves.list.enumerated() {
      let isSelected = index == curves.selected
      guard let roc = curve.roc, curve.isShown || isSelected else { continue }
      var series = PlotSeries(
        points: roc.points(axes: axes, columns: inner.width), role: curve.role,
        marker: curve.marker, name: curve.name, figures: figures(curve), isSelected: isSelected)
      if isSelected, state.roc.hasBand, let analysis = curve.analysis, let attack = curve.attack,
        let band = state.roc.band, band.isOf(analysis, attack: attack)
      {
        series.band = band.intervals
      }
      plot.series.append(series)
    }
    if let roc = curves.current?.roc {
      plot.shadeUnresolved(roc.resolution, in: inner)
      let vertex = roc[roc.lastVertex(atMost: state.roc.cursorFPR)]
      plot.cursor = Plot.Cursor(
        x: vertex.fpr, y: vertex.tpr, readout: hasReadout ? cursorNote(vertex) : [])
    }
    let isLabelled = plot.shade?.label.isEmpty == false
    plot.shade?.label = ""
    plot.draw(in: area, on: &frame, glyphs: state.glyphs)
    if isLabelled, let shade = plot.shade {
      label(shade, axes, in: inner, on: &frame, glyphs: state.glyphs)
    }
  }

  /// Names the shaded part in the lowest row that no curve crosses.
  private static func label(
    _ shade: Plot.Shade, _ axes: PlotAxes, in inner: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let text = "no evidence"
    guard let left = axes.cell(shade.from, 0, in: inner)?.x,
      let right = axes.cell(shade.to, 0, in: inner)?.x, right - left > text.count
    else { return }
    for y in stride(from: inner.maxY - 2, through: inner.y, by: -1) {
      let row = Rect(x: left, y: y, width: right - left, height: 1)
      let isFree = (row.minX..<row.maxX).allSatisfy {
        let role = frame[Point(x: $0, y: y)].style.role
        return !Role.curves.contains(role) && role != .plotChance
      }
      guard isFree else { continue }
      frame.putLine(
        text, in: row, style: Style(.textDim, on: .plotShade), align: .center, glyphs: glyphs)
      return
    }
  }

  private static func figures(_ curve: ROCCurve) -> String {
    guard let auc = curve.evaluation?.auc else { return "" }
    return "AUC " + NumberFormat.fixed(auc.auc, 3)
  }

  /// The two rates, beside the cursor.
  private static func cursorNote(_ vertex: ROC.Vertex) -> [String] {
    [
      "TPR " + NumberFormat.percent(vertex.tpr),
      "FPR " + NumberFormat.percent(vertex.fpr, vertex.fpr < 0.01 ? 2 : 1),
    ]
  }
}
