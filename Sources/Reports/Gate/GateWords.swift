import Analysis
import Basics
import ScoringCore

extension GateVerdict {
  /// What is checked, in a few words: `TPR of ez at FPR 1%`.
  package var title: String {
    switch measure {
    case .tpr(let attack, let fpr): "TPR of \(attack) at FPR \(NumberFormat.rate(fpr))"
    case .leakedSpans: "leaked spans per 1,000 members"
    case .discoverable(let draws): "discoverable within \(Self.drawCount(draws)) draws"
    case .exposure: "canary exposure in bits"
    case .epsilon(let attack): "ε shown by \(attack)"
    case .baseline(let attack): "AUC of \(attack) above the baseline's"
    }
  }

  /// What the budget means, in a sentence.
  package var meaning: String {
    switch measure {
    case .tpr(_, let fpr):
      "TPR at FPR \(NumberFormat.rate(fpr)): of those trained on, the share an attacker would name "
        + "who may wrongly name \(NumberFormat.rate(fpr)) of the others. The upper end of the 95% "
        + "interval must be within the budget, for every attack."
    case .leakedSpans:
      "Leaked spans: stretches that greedy decoding gives away, for whose own tokens the base would "
        + "need 2^40 tries; counted per 1,000 members, above what non-members have."
    case .discoverable:
      "Discoverable: the share of members whose suffix comes out of sampling at temperature 1 within "
        + "the draws; top-k or another temperature may need fewer."
    case .exposure:
      "Canary exposure: how far planted secrets rank above ones kept out, mean in bits; 1 bit is "
        + "about chance."
    case .epsilon:
      "ε: a lower bound on what differential privacy would have had to allow. It can break a budget; "
        + "it cannot show that one is kept by a better attack."
    case .baseline:
      "Baseline: the AUC may not rise above the last release's by more than the tolerance, at the "
        + "upper end of the paired 95% interval."
    }
  }

  /// The key of the measure in documents.
  var key: String {
    switch measure {
    case .tpr: "tpr"
    case .leakedSpans: "leaked_spans_per_1000"
    case .discoverable: "discoverable"
    case .exposure: "canary_exposure"
    case .epsilon: "epsilon"
    case .baseline: "auc_above_baseline"
    }
  }

  /// A value of the measure, as tables show it.
  func cell(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "-" }
    return switch measure {
    case .tpr, .discoverable:
      NumberFormat.percent(value, interval.map { Self.shownDecimals($0, budget) } ?? 1)
    case .leakedSpans: NumberFormat.fixed(value, 1)
    case .exposure, .epsilon: NumberFormat.fixed(value, 2)
    case .baseline: NumberFormat.signed(value, 3)
    }
  }

  /// An interval of the measure, as tables show it.
  func cell(_ interval: Interval) -> String {
    interval.isUpperBound
      ? "at most \(cell(interval.upper))"
      : "\(cell(interval.lower)) to \(cell(interval.upper))"
  }

  /// The budget, as tables show it.
  var budgetCell: String {
    switch measure {
    case .tpr, .discoverable: NumberFormat.rate(budget)
    default: NumberFormat.plain(budget)
    }
  }
}

extension GateReport {
  /// The line that ends it: `FAILED: 3 of 24 checks did not pass`.
  var conclusion: String {
    let open = verdicts.count { $0.outcome == .passed }
    return isOpen
      ? "PASSED: all \(NumberFormat.counted(verdicts.count, "check"))"
      : "FAILED: \(NumberFormat.count(verdicts.count - open)) of "
        + "\(NumberFormat.counted(verdicts.count, "check")) did not pass"
  }

  /// What each kind of budget means, once.
  var meanings: [String] { Self.distinct(verdicts.map(\.meaning)) }
}
