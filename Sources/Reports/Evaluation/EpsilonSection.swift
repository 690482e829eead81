import Analysis
import Basics
import ScoringCore
import TerminalUI

extension EpsilonReport {
  /// The bounds, or the refusal.
  package func section(_ settings: EvaluationReport.Settings) -> ReportSection {
    if let refusal {
      return ReportSection(title: "No bound on epsilon", remarks: [refusal])
    }
    var table = AlignedTable([
      "attack", ">epsilon >=", ">at most", ">ln(TPR/FPR) >=", "calls", ">right", ">wrong", ">of",
    ])
    for (spelling, estimate) in attacks {
      guard let estimate else { continue }
      table.add([
        spelling, NumberFormat.fixed(estimate.oneRun, 2),
        NumberFormat.fixed(estimate.largestPossible, 2), NumberFormat.fixed(estimate.ratio, 2),
        estimate.call == .members ? "members" : "non-members",
        NumberFormat.count(estimate.right), NumberFormat.count(estimate.wrong),
        NumberFormat.count(estimate.members + estimate.nonMembers),
      ])
    }
    let level = NumberFormat.rate(settings.options.level)
    return ReportSection(
      title: "Lower bounds on epsilon, each with \(level) confidence", tables: [table],
      remarks: [
        "The threshold was chosen on one half of the sequences (seed \(settings.options.seed)) and "
          + "the calls counted on the other. epsilon: from the share of right calls, which holds "
          + "for a single training run (Steinke et al. 2023); at most: what so many sequences "
          + "could show; ln(TPR/FPR): from exact limits of both rates, taking sequences as "
          + "independent trials.",
        "For pure differential privacy (delta = 0), and only if each sequence was included by an "
          + "independent coin toss. Bounds are not corrected for having tried several attacks, "
          + "and 0 is no proof of privacy.",
      ])
  }

  /// One attack's bound as scripts read it; null where it was refused.
  package func json(_ spelling: String) -> JSON {
    guard let estimate = attacks.first(where: { $0.spelling == spelling })?.estimate else {
      return .object([("lower", .null), ("refused", .string(refusal))])
    }
    return .object([
      ("lower", .number(estimate.oneRun)), ("method", .string("one_run")),
      ("delta", .number(0)), ("level", .number(estimate.level)),
      ("largest_possible", .number(estimate.largestPossible)),
      ("log_ratio_lower", .number(estimate.ratio)),
      ("calls", .string(estimate.call.rawValue)), ("right", .int(estimate.right)),
      ("wrong", .int(estimate.wrong)), ("threshold", .threshold(estimate.threshold)),
      ("members", .int(estimate.members)), ("non_members", .int(estimate.nonMembers)),
    ])
  }
}
