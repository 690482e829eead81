import Basics
import ScoringCore
import TerminalUI

/// How figures and their uncertainty are written: the same on every screen.
package enum FigureWords {
  /// How much room a figure has: alone, with a sign for its resolution, or with everything.
  package enum Detail: Hashable, Sendable { case short, medium, full }

  /// `0.984 [0.977, 0.989]`, or only the area when `short`.
  package static func area(_ estimate: AUCEstimate?, _ detail: Detail = .full) -> [StyledText] {
    guard let estimate else { return [StyledText("-", .textDim)] }
    let value = StyledText(NumberFormat.fixed(estimate.auc, 3), .textStrong)
    guard detail != .short else { return [value] }
    let interval = estimate.interval
    return [
      value, StyledText(" " + NumberFormat.interval(interval.lower, interval.upper, 3), .textDim),
    ]
  }

  /// A TPR with its interval and, where there is too little evidence, a sign and words that say so.
  package static func rate(
    _ rate: AttackEvaluation.Rate?, _ detail: Detail = .full, glyphs: GlyphSet
  ) -> [StyledText] {
    guard let rate else { return [StyledText("-", .textDim)] }
    let resolution = rate.point.resolution
    let mark = mark(resolution, detail, glyphs: glyphs)
    let value = padded(NumberFormat.percent(rate.point.tpr), 6)
    if resolution == .notResolvable {
      guard detail == .full else { return [mark ?? StyledText("")] }
      return [StyledText(value + " ", .textDim)] + (mark.map { [$0] } ?? [])
    }
    var spans = [StyledText(value, .textStrong)]
    if detail == .full {
      spans.append(StyledText(" " + trailing(percents(rate.interval), 13), .textDim))
    }
    if let mark { spans += [StyledText(" "), mark] }
    return spans
  }

  /// The widths at which a TPR is written in each detail.
  package static func rateWidth(_ detail: Detail) -> Int {
    switch detail {
    case .short: 8
    case .medium: 13
    case .full: 27
    }
  }

  /// The widths at which an area is written in each detail.
  package static func areaWidth(_ detail: Detail) -> Int { detail == .short ? 5 : 20 }

  /// `~ weak` or `✗ not resolvable`; nil where there is enough evidence.
  package static func mark(_ resolution: Resolution, _ detail: Detail, glyphs: GlyphSet)
    -> StyledText?
  {
    switch resolution {
    case .ok: nil
    case .weak: StyledText(detail == .short ? "~" : "~ weak", .statusWarning)
    case .notResolvable:
      StyledText(
        cross(glyphs) + (detail == .full ? " not resolvable" : detail == .medium ? " too few" : ""),
        .statusError)
    }
  }

  package static func cross(_ glyphs: GlyphSet) -> String { glyphs.cross.text }

  /// The ends of a rate's interval in percent: `[74.3, 81.0]`, or `at most 41.3`; empty without one.
  package static func percents(_ interval: Interval?, _ decimals: Int = 1) -> String {
    interval.map {
      $0.isUpperBound
        ? "at most " + NumberFormat.fixed($0.upper * 100, decimals)
        : NumberFormat.interval($0.lower * 100, $0.upper * 100, decimals)
    } ?? ""
  }

  /// A p-value in a sentence: `p < 0.001`, `p = 0.023`.
  package static func pValue(_ value: Double) -> String {
    value < 0.001 ? "p < 0.001" : "p = " + NumberFormat.fixed(value, 3)
  }

  /// A score as a number, or what stands above all numbers in words.
  package static func score(_ score: Score, glyphs: GlyphSet) -> String {
    switch score.status {
    case .ordinary, .insufficient, .zeroed: number(score.value)
    case .forcedN0: "N = 0, P " + number(score.value)
    case .forcedNoErrors: "no errors"
    case .noMovement: "nothing moved"
    case .missingEvidence: "no evidence"
    case .tooShort: "too short"
    case .undefined: "undefined"
    case .nonFinite: "not a number"
    }
  }

  /// A statistic with four digits that count.
  package static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "-" : value > 0 ? "inf" : "-inf" }
    let size = abs(value)
    if size >= 100_000 || (size > 0 && size < 0.001) { return NumberFormat.scientific(value, 2) }
    return NumberFormat.fixed(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3)
  }

  /// The threshold of a point on a curve.
  package static func threshold(_ threshold: Score?, glyphs: GlyphSet) -> String {
    guard let threshold else { return "above every score" }
    let atLeast = glyphs.pick("≥", ">=")
    switch threshold.status {
    case .ordinary, .insufficient, .zeroed: return "score \(atLeast) \(number(threshold.value))"
    case .forcedN0: return "N = 0, P \(atLeast) \(number(threshold.value))"
    default: return "no error position"
    }
  }

  /// The sign and word of a label, so that colour is never the only difference.
  package static func label(_ label: Label, glyphs: GlyphSet) -> StyledText {
    switch label {
    case .member: StyledText(glyphs.pick("●", "*") + " member", .member)
    case .nonMember: StyledText(glyphs.pick("○", "o") + " non-member", .nonMember)
    case .unknown: StyledText("? unknown", .unknown)
    }
  }

  /// Which classes of score there are beside ordinary ones, each with its count; none is hidden.
  package static func edgeCases(_ counts: ScoreCounts) -> [(name: String, count: Int)] {
    [
      ("forced: no errors", counts.forcedNoErrors), ("forced: N = 0", counts.forcedN0),
      ("insufficient", counts.insufficient), ("zeroed", counts.zeroed),
      ("nothing moved", counts.noMovement), ("undefined", counts.undefined),
      ("not a number", counts.nonFinite),
    ].filter { $0.1 > 0 }
  }

  package static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - TextMeasure.width(text))) + text
  }

  package static func trailing(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - TextMeasure.width(text)))
  }
}
