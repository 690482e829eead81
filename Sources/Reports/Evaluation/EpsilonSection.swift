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
    for bounds in attacks {
      guard let estimate = bounds.estimate else { continue }
      table.add([
        bounds.spelling, NumberFormat.fixed(estimate.oneRun, 2),
        NumberFormat.fixed(estimate.largestPossible, 2), NumberFormat.fixed(estimate.ratio, 2),
        estimate.call == .members ? "members" : "non-members",
        NumberFormat.count(estimate.right), NumberFormat.count(estimate.wrong),
        NumberFormat.count(estimate.members + estimate.nonMembers),
      ])
    }
    let level = NumberFormat.rate(settings.options.level)
    return ReportSection(
      title: "Lower bounds on epsilon, each with \(level) confidence",
      tables: [table, withDelta].filter { !$0.isEmpty },
      remarks: [
        "The threshold was chosen on one half of the sequences (seed \(settings.options.seed)) and "
          + "the calls counted on the other. epsilon: from the share of right calls, which holds "
          + "for a single training run (Steinke et al. 2023); at most: what so many sequences "
          + "could show; ln(TPR/FPR): from exact limits of both rates, taking sequences as "
          + "independent trials.",
        "Two-sided: the highest sequences are guessed to be members, the lowest to be non-members, "
          + "the rest is left open (theorem 5.2 of the same paper). A claim of (epsilon, delta)-DP "
          + "is tested at its own delta: --delta; this one is \(NumberFormat.pValue(delta)).",
        "The first table is for pure differential privacy (delta = 0). All hold only if each "
          + "sequence was included by a fair coin of its own, independently of the others; a deal "
          + "of exactly half the list is near that with many sequences, and no theorem covers it. "
          + "Bounds are not corrected for having tried several attacks, and 0 is no proof of "
          + "privacy.",
      ])
  }

  /// The bounds with delta; empty where the numbers of both classes are no fair coin's.
  private var withDelta: AlignedTable {
    var table = AlignedTable([
      "two-sided", ">epsilon >=", ">at delta", ">at most", ">guesses", ">right", ">open", ">of",
    ])
    for bounds in attacks {
      guard let bound = bounds.withDelta else { continue }
      table.add([
        bounds.spelling, NumberFormat.fixed(bound.epsilon, 2), NumberFormat.pValue(bound.delta),
        NumberFormat.fixed(bound.largestPossible, 2), NumberFormat.count(bound.guesses),
        NumberFormat.count(bound.right), NumberFormat.count(bound.abstained),
        NumberFormat.count(bound.sequences),
      ])
    }
    return table
  }

  /// One attack's bound as scripts read it; null where it was refused.
  package func json(_ spelling: String) -> JSON {
    let bounds = attacks.first { $0.spelling == spelling }
    guard let estimate = bounds?.estimate else {
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
      ("two_sided", bounds?.withDelta.map(Self.json) ?? .null),
    ])
  }

  private static func json(_ bound: EpsilonWithDelta) -> JSON {
    .object([
      ("lower", .number(bound.epsilon)), ("method", .string("one_run_two_sided")),
      ("delta", .number(bound.delta)), ("level", .number(bound.level)),
      ("largest_possible", .number(bound.largestPossible)), ("guesses", .int(bound.guesses)),
      ("right", .int(bound.right)), ("abstained", .int(bound.abstained)),
      ("sequences", .int(bound.sequences)),
      ("upper_threshold", .threshold(bound.upperThreshold)),
      ("lower_threshold", .threshold(bound.lowerThreshold)),
    ])
  }
}
