import Basics
import ScoringCore
import TerminalUI

/// What the threshold under the cursor achieves, with exact intervals for that threshold.
struct ROCReadout {
  private let curve: ROCCurve
  private let point: OperatingPoint
  private let glyphs: GlyphSet

  /// Nil where the curve has nothing to read.
  init?(_ curve: ROCCurve, _ state: AppState) {
    guard let roc = curve.roc else { return nil }
    let vertex = roc[roc.lastVertex(atMost: state.roc.cursorFPR)]
    guard let point = roc.operatingPoint(fpr: vertex.fpr) else { return nil }
    self.curve = curve
    self.point = point
    glyphs = state.glyphs
  }

  private var threshold: String { FigureWords.threshold(point.threshold, glyphs: glyphs) }

  private var truePositives: String {
    "\(NumberFormat.count(point.truePositives)) of \(NumberFormat.count(point.memberCount)) members"
  }

  private var falsePositives: String {
    "\(NumberFormat.count(point.falsePositives)) of "
      + "\(NumberFormat.counted(point.nonMemberCount, "non-member"))"
  }

  private var tpr: String {
    NumberFormat.percent(point.tpr) + " " + FigureWords.percents(point.tprInterval())
  }

  private var fpr: String {
    let decimals = point.fprAchieved < 0.01 ? 2 : 1
    return NumberFormat.percent(point.fprAchieved, decimals) + " "
      + FigureWords.percents(point.fprInterval(), decimals)
  }

  /// With its interval: without a false positive the figure alone would promise too much.
  private func precision(_ prior: Double) -> String {
    guard let precision = point.precision(prior: prior) else { return "nothing detected" }
    return NumberFormat.percent(precision) + " "
      + FigureWords.percents(point.precisionInterval(prior: prior))
  }

  /// No false positive is not an FPR of zero, and few of them bound the TPR from above alone.
  private var caution: String? {
    guard point.falsePositives == 0 else {
      guard curve.roc?.hasLowerEnd(fpr: point.fpr) == false else { return nil }
      return "Too few non-members for a lower end at this FPR: known is this threshold alone."
    }
    let upper = NumberFormat.percent(point.fprInterval().upper, 2)
    return "No false positive here: that only shows an FPR below \(upper)."
  }

  /// Two kinds of interval stand on one screen.
  private var kinds: String {
    "95%: here exact for this threshold (Clopper-Pearson), in the table also for choosing it"
      + (isOverDocuments ? ", over documents." : ".")
  }

  /// Whether the intervals of the table are over documents.
  private var isOverDocuments: Bool { curve.evaluation?.clusterCount != nil }

  /// The whole readout on one line, for the clipboard.
  var text: String {
    "\(Sanitize.text(curve.name))  \(threshold)  TPR \(tpr)  FPR \(fpr)  \(falsePositives)  "
      + "PPV \(precision(0.5)) at prior 50%, \(precision(0.01)) at prior 1%"
  }

  func draw(in area: Rect, on frame: inout Frame, isPanel: Bool, glyphs: GlyphSet) {
    isPanel ? drawPanel(in: area, on: &frame) : drawLines(in: area, on: &frame)
  }

  private func drawLines(in area: Rect, on frame: inout Frame) {
    let mark = StyledText(glyphs.pick("◆ ", "O "), .plotCursor)
    let lines: [[StyledText]] = [
      [
        mark, StyledText(threshold, .textStrong), StyledText("   TPR ", .textDim), StyledText(tpr),
        StyledText("   FPR ", .textDim), StyledText(fpr),
        StyledText("   \(NumberFormat.count(point.falsePositives)) false positives", .textDim),
      ],
      [
        StyledText("  precision ", .textDim), StyledText(precision(0.5)),
        StyledText(" if 1 in 2 is, ", .textDim), StyledText(precision(0.01)),
        StyledText(" if 1 in 100 is", .textDim),
      ],
      caution.map { [StyledText("  " + $0, .statusWarning)] } ?? [
        StyledText("  " + kinds, .textDim)
      ],
    ]
    for (index, spans) in lines.prefix(area.height).enumerated() {
      frame.putLine(spans, in: area.splitTop(index).rest, glyphs: glyphs)
    }
  }

  private func drawPanel(in area: Rect, on frame: inout Frame) {
    let mark = glyphs.pick("◆ ", "O ")
    var rows: [KeyValue.Row] = [
      .heading(mark + curve.name + ", at the cursor"), .pair("threshold", [StyledText(threshold)]),
      .pair("TPR", [StyledText(tpr, .textStrong), StyledText("  " + truePositives, .textDim)]),
      .pair("FPR", [StyledText(fpr, .textStrong), StyledText("  " + falsePositives, .textDim)]),
      .gap, .heading("Precision: how many of those detected are members"),
      .pair("if half are members", [StyledText(precision(0.5), .textStrong)]),
      .pair("if 1 in 100 is a member", [StyledText(precision(0.01), .textStrong)]),
    ]
    if let caution { rows += [.gap, .note(caution)] }
    let edges = FigureWords.edgeCases(curve.evaluation?.counts ?? ScoreCounts([]))
    let cases = edges.map { "\(NumberFormat.count($0.count)) \($0.name)" }
    rows += [
      .gap,
      .pair("edge cases", [StyledText(cases.isEmpty ? "none" : cases.joined(separator: ", "))]),
    ]
    rows += [
      .gap,
      .note(
        kinds + " The band (b) holds the whole curve at 95%. "
          + (isOverDocuments ? "Cursor and band" : "All")
          + " are over sequences, of one trained model."),
    ]
    KeyValue(rows).draw(in: area, on: &frame, glyphs: glyphs)
  }
}
