import Basics
import ScoringCore

/// Whether one attack on one run stays within a leakage budget, and why.
package struct GateVerdict {
  package enum Outcome: String {
    /// The interval's upper end is within the budget.
    case passed
    /// It is not.
    case failed
    /// The evidence cannot decide: too few non-members for the FPR, or no figure at all.
    case undecided
  }

  package let run: String
  package let attack: String
  package let fpr: Double
  package let budget: Double
  package let outcome: Outcome
  /// The figure and its interval, where there is one.
  package let rate: AttackEvaluation.Rate?
  /// One paragraph for a person: what was found, against what, and what follows.
  package let reason: String
  /// What makes the verdict doubtful, whichever it is.
  package let doubts: [GuardFinding]
  /// What could not be looked at.
  package let notChecked: [GuardFinding]

  package init(
    _ evaluation: AttackEvaluation, run: String, attack: String, fpr: Double, budget: Double,
    guards: [GuardFinding]
  ) {
    // The verdict's own reason speaks of the number of non-members.
    let found = guards.filter {
      $0.kind != .tooFewNonMembers && ($0.attacks.isEmpty || $0.attacks.contains(attack))
    }
    doubts = found.tripped
    notChecked = found.filter { $0.outcome == .notChecked }
    self.run = run
    self.attack = attack
    self.fpr = fpr
    self.budget = budget
    rate = evaluation.points.first
    guard let rate, let interval = rate.interval else {
      outcome = .undecided
      reason =
        "\(run): \(attack) has no TPR at an FPR of \(NumberFormat.rate(fpr)), because that needs members "
        + "and non-members and there are \(NumberFormat.count(evaluation.members)) and "
        + "\(NumberFormat.count(evaluation.nonMembers)). "
        + "Nothing is decided, so the gate does not open."
      return
    }
    let decimals = Self.decimals(interval, budget)
    func percent(_ share: Double) -> String { NumberFormat.percent(share, decimals) }
    let figure =
      "\(run): \(attack) finds \(percent(rate.point.tpr)) of members at an FPR of "
      + "\(NumberFormat.rate(fpr)), 95% interval \(percent(interval.lower)) to "
      + "\(percent(interval.upper)), over \(NumberFormat.counted(evaluation.members, "member")) and "
      + "\(NumberFormat.counted(evaluation.nonMembers, "non-member")). "
    guard rate.point.resolution != .notResolvable else {
      outcome = .undecided
      let needed = fpr > 0 ? Int(saturating: (1 / fpr).rounded(.up)) : nil
      reason =
        figure
        + "Fewer than one non-member may be mistaken at this FPR, so the figure is no evidence: "
        + (needed.map {
          "bring at least \(NumberFormat.counted($0, "non-member")) (better ten times as many), "
        }
          ?? "choose an FPR above 0, ")
        + "or gate at a higher FPR. The gate does not open."
      return
    }
    let weak =
      rate.point.resolution == .weak
      ? " Fewer than ten non-members decide it, so the interval is wide." : ""
    if interval.upper <= budget {
      outcome = .passed
      reason = figure + "The upper end is within the budget of \(NumberFormat.rate(budget))." + weak
    } else {
      outcome = .failed
      reason =
        figure
        + (interval.lower > budget
          ? "The whole interval is above the budget of \(NumberFormat.rate(budget))."
          : "The upper end is above the budget of \(NumberFormat.rate(budget)), so leakage within it is "
            + "not shown.") + weak
    }
  }

  /// One decimal as everywhere, and more where the budget or what tells it from an end takes them.
  private static func decimals(_ interval: Interval, _ budget: Double) -> Int {
    func differs(_ end: Double, _ decimals: Int) -> Bool {
      end == budget || NumberFormat.percent(end, decimals) != NumberFormat.percent(budget, decimals)
    }
    let least = budget > 0 && budget < 0.001 ? 3 : budget > 0 && budget < 0.01 ? 2 : 1
    return (least..<5).first { differs(interval.upper, $0) && differs(interval.lower, $0) } ?? 5
  }
}
