import Basics
import ScoringCore
import TerminalUI

/// The figures of every curve, with its letter and colour.
struct ROCTable: ListTable {
  let table: Table
  let place: TableState
  let glyphs: GlyphSet

  init(_ app: AppState, _ curves: ROCCurves, isBeside: Bool) {
    place = app.roc.table
    glyphs = app.glyphs
    let glyphs = app.glyphs
    let width = isBeside ? Self.width(beside: app.size.width) : app.size.width
    let detail: FigureWords.Detail = width >= 104 ? .full : width >= 62 ? .medium : .short
    let names = curves.list.map { TextMeasure.width($0.name) }.max() ?? 8
    let rate = FigureWords.rateWidth(detail)
    let isOfRuns = app.roc.source == .runs
    table = Table(
      columns: [
        TableColumn("", .fixed(3)),
        TableColumn(
          isOfRuns ? "run" : "attack", .flex(min: min(names, 12), max: max(8, min(names, 28)))),
        TableColumn("AUC [95%]", .fixed(FigureWords.areaWidth(detail))),
        TableColumn(detail == .full ? " TPR at 1% FPR [95%]" : "TPR@1%", .fixed(rate)),
        TableColumn(
          detail == .full ? " TPR at 0.1% FPR [95%]" : "TPR@0.1%", .fixed(rate), priority: 1),
        TableColumn("edge cases", .flex(min: 12), priority: 2),
      ], rowCount: curves.list.count
    ) { .cells(Self.cells(curves.list[$0], detail, glyphs)) }
  }

  /// The columns it takes beside the plot.
  static func width(beside total: Int) -> Int { min(106, total * 53 / 100) }

  private static func cells(
    _ curve: ROCCurve, _ detail: FigureWords.Detail, _ glyphs: GlyphSet
  ) -> [TableCell] {
    let sign = curve.isShown ? glyphs.pick("━━", "==") : "  "
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
        FigureWords.rate(evaluation.points.first { $0.point.fpr == fpr }, detail, glyphs: glyphs))
    }
    let edges = FigureWords.edgeCases(evaluation.counts)
    let cases = edges.map { "\(NumberFormat.count($0.count)) \($0.name)" }
    return [
      key, name, TableCell(FigureWords.area(evaluation.auc, detail)), rate(0.01), rate(0.001),
      TableCell(cases.isEmpty ? "none" : cases.joined(separator: ", "), .textDim),
    ]
  }
}
