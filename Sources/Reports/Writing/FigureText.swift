import Basics
import ScoringCore
import TerminalUI

/// Words for figures.
package enum FigureText {
  /// A figure and its interval, `0.981 [0.974, 0.986]` or `77.8% [74.1, 81.2]`; `-` without one.
  package static func cell(
    _ value: Double?, _ interval: Interval?, decimals: Int, percent: Bool = true
  ) -> String {
    guard let value, !value.isNaN else { return "-" }
    let scale: Double = percent ? 100 : 1
    let text = percent ? NumberFormat.percent(value, decimals) : NumberFormat.fixed(value, decimals)
    let space = String(repeating: " ", count: max(0, 5 - text.utf8.count))
    let ends = interval.map {
      $0.isUpperBound
        ? " at most " + NumberFormat.fixed($0.upper * scale, decimals)
        : " " + NumberFormat.interval($0.lower * scale, $0.upper * scale, decimals)
    }
    return space + text + (ends ?? "")
  }

  /// The TPR at an FPR with its interval, and a mark where there is too little evidence.
  package static func rateCell(_ evaluation: AttackEvaluation, fpr: Double) -> String {
    guard let rate = evaluation.points.first(where: { $0.point.fpr == fpr }) else { return "-" }
    let mark = mark(rate.point.resolution)
    return cell(rate.point.tpr, rate.interval, decimals: 1) + (mark.isEmpty ? "" : " " + mark)
  }

  /// The sign of a figure that rests on too few non-members: `~` unsteady, `x` no evidence.
  package static func mark(_ resolution: Resolution) -> String {
    switch resolution {
    case .ok: ""
    case .weak: "~"
    case .notResolvable: "x"
    }
  }

  /// A p-value; `-` where nothing was tested.
  package static func pValue(_ value: Double?) -> String {
    value.flatMap { $0.isNaN ? nil : NumberFormat.pValue($0) } ?? "-"
  }

  /// An interval of rates in percent: `[75.2, 80.9]`.
  package static func percentInterval(_ interval: Interval?) -> String {
    interval.map { NumberFormat.interval($0.lower * 100, $0.upper * 100, 1) } ?? "-"
  }

  /// Whether an FPR can be spoken about, in words.
  package static func words(_ resolution: Resolution) -> String {
    switch resolution {
    case .ok: "ok"
    case .weak:
      "weak, fewer than ten false positives are expected: the figure is unsteady, and too high on "
        + "average"
    case .notResolvable:
      "not resolvable, less than one false positive is expected: the figure is no evidence"
    }
  }

  /// The sequences that are no plain score, in words; nil if there are none.
  package static func edgeCases(_ counts: ScoreCounts) -> String? {
    let parts = [
      (counts.forcedNoErrors, "without any error position (ranked first)"),
      (counts.forcedN0, "without downward shift (ranked next)"),
      (counts.insufficient, "with too few error positions (score 0)"),
      (counts.zeroed, "set to 0 by the released policy"),
      (counts.noMovement, "without any movement (no score)"),
      (counts.undefined, "without a score"),
      (counts.nonFinite, "not finite (no score)"),
    ]
    let words = parts.filter { $0.0 > 0 }.map { "\(NumberFormat.count($0.0)) \($0.1)" }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  /// Text broken at spaces into lines of at most 100 cells, later ones indented.
  package static func wrapped(_ text: String, indent: Int = 0, hang: Int = 2) -> String {
    var lines = ""
    var line = String(repeating: " ", count: indent)
    var isEmpty = true
    for word in Sanitize.text(text, escaping: .preview).split(separator: " ") {
      if !isEmpty, Sanitize.width(of: line) + 1 + Sanitize.width(of: word) > 100 {
        lines += line + "\n"
        line = String(repeating: " ", count: indent + hang)
        isEmpty = true
      }
      if !isEmpty { line += " " }
      line += word
      isEmpty = false
    }
    return lines + line + "\n"
  }
}
