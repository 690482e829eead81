import Basics
import ScoringCore
import TerminalUI

/// The figures of every curve, with its letter and colour.
struct ROCTable {
  private let table: Table
  private let state: TableState
  private let look: Look

  init(_ app: AppState, _ curves: ROCCurves, isBeside: Bool) {
    state = app.roc.table
    look = app.look
    let look = app.look
    let width = isBeside ? Self.width(beside: app.size.width) : app.size.width
    let detail: Figures.Detail = width >= 104 ? .full : width >= 62 ? .medium : .short
    let names = curves.list.map { TextMeasure.width($0.name) }.max() ?? 8
    let rate = Figures.rateWidth(detail)
    let isOfRuns = app.roc.source == .runs
    table = Table(
      columns: [
        TableColumn("", .fixed(3)),
        TableColumn(
          isOfRuns ? "run" : "attack", .flex(min: min(names, 12), max: max(8, min(names, 28)))),
        TableColumn("AUC [95%]", .fixed(Figures.areaWidth(detail))),
        TableColumn(detail == .full ? " TPR at 1% FPR [95%]" : "TPR@1%", .fixed(rate)),
        TableColumn(
          detail == .full ? " TPR at 0.1% FPR [95%]" : "TPR@0.1%", .fixed(rate), priority: 1),
        TableColumn("edge cases", .flex(min: 12), priority: 2),
      ], rowCount: curves.list.count
    ) { .cells(Self.cells(curves.list[$0], detail, look)) }
  }

  /// The columns it takes beside the plot.
  static func width(beside total: Int) -> Int { min(106, total * 53 / 100) }

  func hit(_ point: Point, in area: Rect) -> Table.Hit? {
    table.hit(point, in: area, state: state)
  }

  func draw(in area: Rect, on frame: inout Frame) {
    table.draw(in: area, on: &frame, state: state, look: look)
  }

  private static func cells(
    _ curve: ROCCurve, _ detail: Figures.Detail, _ look: Look
  ) -> [TableCell] {
    let sign = curve.isShown ? look.pick("━━", "==") : "  "
    let key = TableCell([
      StyledText(String(curve.marker), Style(curve.role, [.bold])),
      StyledText(sign, Style(curve.role)),
    ])
    let name = TableCell(curve.name, curve.isShown ? .textStrong : .textDim)
    guard let evaluation = curve.evaluation else {
      return [key, name, TableCell(curve.problem ?? "", .textDim)]
    }
    func rate(_ fpr: Double) -> TableCell {
      TableCell(
        Figures.rate(evaluation.points.first { $0.point.fpr == fpr }, detail, look: look))
    }
    let edges = Figures.edgeCases(evaluation.counts)
    let cases = edges.map { "\(NumberFormat.count($0.count)) \($0.name)" }
    return [
      key, name, TableCell(Figures.area(evaluation.auc, detail)), rate(0.01), rate(0.001),
      TableCell(cases.isEmpty ? "none" : cases.joined(separator: ", "), .textDim),
    ]
  }
}
