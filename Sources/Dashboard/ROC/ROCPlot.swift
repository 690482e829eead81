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
    let inner = axes.inner(of: area, look: state.look)
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
      plot.cursor = Plot.Cursor(x: vertex.fpr, y: vertex.tpr, readout: hasReadout ? cursorNote(vertex) : [])
    }
    plot.draw(in: area, on: &frame, look: state.look)
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
