import Analysis
import Basics
import ScoringCore

extension TrendsReport.Settings {
  /// What is followed, in words.
  var name: String {
    switch figure {
    case .auc: "AUC of \(attack)"
    case .tpr: "TPR@\(NumberFormat.rate(fpr)) of \(attack)"
    case .leaks: "Leaked spans per 1,000 members"
    case .discoverable:
      "Members discoverable within \(GateVerdict.drawCount(log2Draws)) draws"
    case .verbatim: "Verbatim reproduction of members"
    case .nearVerbatim: "Near-verbatim reproduction of members"
    case .rougeL: "ROUGE-L of members' continuations"
    }
  }

  /// What a figure that is no attack's is made of; nil for attacks and continuations.
  var convention: String? {
    switch figure {
    case .leaks:
      "Leaked spans: as ezscope leaks lists them, \(leaks.decoder.rawValue), for whose own tokens the "
        + "base would need \(NumberFormat.plain(leaks.referenceBits)) bits or more; a sequence may have "
        + "several. Intervals are bootstrap percentiles, widened to the exact limits of a count."
    case .discoverable:
      "Discoverable: the \(windows.suffix) tokens after the first \(windows.prefix) come within "
        + "\(GateVerdict.drawCount(log2Draws)) draws at temperature 1 with a probability of "
        + "\(NumberFormat.plain(windows.probability)) or more; members too short for both do not count."
    default: nil
    }
  }

  /// A figure as it is written.
  func shown(_ value: Double) -> String {
    figure.isRate ? NumberFormat.percent(value) : NumberFormat.fixed(value, decimals)
  }

  /// A difference as it is written.
  func change(_ value: Double) -> String {
    figure.isRate
      ? NumberFormat.signed(value * 100, 1) + "%" : NumberFormat.signed(value, decimals)
  }

  /// An interval as it is written.
  func shown(_ interval: Interval?) -> String {
    figure.isRate
      ? FigureText.percentInterval(interval)
      : interval.map { NumberFormat.interval($0.lower, $0.upper, decimals) } ?? "-"
  }

  private var decimals: Int { figure == .leaks ? 1 : 3 }
}

extension SharedRuns {
  /// Which runs have no place, those of one reason together and counted, a sentence each.
  var leftOutSentences: [String] {
    NamesByText(leftOut.map { ($0.run, $0.reason) }).groups.map { runs, reason in
      let count = runs.count > 1 ? "\(NumberFormat.count(runs.count)) runs, " : ""
      return "Left out: \(count)\(runs.joined(separator: ", ")): \(reason)."
    }
  }

  /// What is not in the figures though it is in the runs, for a title; empty if nothing.
  var droppedWords: String {
    var text = ""
    if dropped > 0 {
      text += "; up to \(NumberFormat.counted(dropped, "sequence")) of a run are not in all"
    }
    if tooShort > 0 {
      text += "; \(NumberFormat.counted(tooShort, "member")) too short for prefix and suffix"
    }
    return text
  }
}
