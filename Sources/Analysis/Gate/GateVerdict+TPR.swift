import Basics
import ScoringCore

extension GateVerdict {
  /// Whether an attack's TPR at an FPR stays within a budget.
  package init(
    _ evaluation: AttackEvaluation, run: String, attack: String, fpr: Double, budget: Double,
    guards: [GuardFinding], among attacks: Int = 1
  ) {
    let rate = evaluation.points.first { $0.point.fpr == fpr } ?? evaluation.points.first
    let (outcome, reason) = Self.judge(
      evaluation, rate, run: run, attack: attack, fpr: fpr, budget: budget, guards: guards,
      among: attacks)
    self.init(
      run: run, .tpr(attack: attack, fpr: fpr), budget: budget, outcome,
      figure: rate?.point.tpr, interval: rate?.interval, resolution: rate?.point.resolution,
      reason: reason, guards: guards)
  }

  private static func judge(
    _ evaluation: AttackEvaluation, _ rate: AttackEvaluation.Rate?, run: String, attack: String,
    fpr: Double, budget: Double, guards: [GuardFinding], among attacks: Int
  ) -> (Outcome, String) {
    guard let rate, let interval = rate.interval else {
      return (
        .undecided,
        "\(run): \(attack) has no TPR at an FPR of \(NumberFormat.rate(fpr)), because that needs "
          + "members and non-members and there are \(NumberFormat.count(evaluation.members)) and "
          + "\(NumberFormat.count(evaluation.nonMembers)). "
          + "Nothing is decided, so the gate does not open."
      )
    }
    let figure = sentence(evaluation, rate, interval, run, attack, fpr, budget)
    if let void = GateGuards.void(guards, attack: attack) {
      return (
        .undecided,
        figure + "The figure means nothing: \(void.summary). Nothing is decided, so the gate does "
          + "not open."
      )
    }
    if let auc = evaluation.auc, auc.ranksMembersBelow(among: attacks) {
      let area =
        "AUC \(NumberFormat.fixed(auc.auc, 3)) "
        + NumberFormat.interval(auc.interval.lower, auc.interval.upper, 3)
      return (
        .undecided,
        "\(run): \(attack) ranks members below non-members (\(area)): is the score's sign turned? "
          + "Its TPR says nothing of leakage. Declare a column that falls with membership as "
          + "'\(attack):negated', or look for what else tells the groups apart. The gate does not "
          + "open."
      )
    }
    guard rate.point.resolution != .notResolvable else {
      let needed = fpr > 0 ? Int(saturating: (1 / fpr).rounded(.up)) : nil
      return (
        .undecided,
        figure
          + "Fewer than one non-member may be mistaken at this FPR, so the figure is no evidence: "
          + (needed.map {
            "bring at least \(NumberFormat.counted($0, "non-member")) (better ten times as many), "
          } ?? "choose an FPR above 0, ")
          + "or gate at a higher FPR. The gate does not open."
      )
    }
    let weak =
      rate.point.resolution == .weak
      ? " Fewer than ten non-members decide it, so the interval is wide." : ""
    if interval.upper <= budget {
      return (
        .passed,
        figure + "The upper end is within the budget of \(NumberFormat.rate(budget))." + weak
      )
    }
    return (
      .failed,
      figure
        + (interval.lower > budget
          ? "The whole interval is above the budget of \(NumberFormat.rate(budget))."
          : "The upper end is above the budget of \(NumberFormat.rate(budget)), so leakage within "
            + "it is not shown.") + weak
    )
  }

  private static func sentence(
    _ evaluation: AttackEvaluation, _ rate: AttackEvaluation.Rate, _ interval: Interval,
    _ run: String, _ attack: String, _ fpr: Double, _ budget: Double
  ) -> String {
    let decimals = shownDecimals(interval, budget)
    func percent(_ share: Double) -> String { NumberFormat.percent(share, decimals) }
    // Where few non-members decide, the best threshold is too low on average.
    let cautious =
      rate.point.resolution == .weak
      ? evaluation.roc?.operatingPoint(fpr: fpr, convention: .conservative) : nil
    let best =
      cautious == nil
      ? "" : " by the conservative threshold (\(percent(rate.point.tpr)) by the best)"
    return
      "\(run): \(attack) finds \(percent(cautious?.tpr ?? rate.point.tpr)) of members at an FPR of "
      + "\(NumberFormat.rate(fpr))" + best + ", "
      + (interval.isUpperBound
        ? "at most \(percent(interval.upper)) (95%, one-sided)"
        : "95% interval \(percent(interval.lower)) to \(percent(interval.upper))")
      + ", over \(NumberFormat.counted(evaluation.members, "member")) and "
      + "\(NumberFormat.counted(evaluation.nonMembers, "non-member")). "
  }

  /// One decimal as everywhere, and more where the budget or what tells it from an end takes them.
  package static func shownDecimals(_ interval: Interval, _ budget: Double) -> Int {
    func differs(_ end: Double, _ decimals: Int) -> Bool {
      end == budget || NumberFormat.percent(end, decimals) != NumberFormat.percent(budget, decimals)
    }
    let least = budget > 0 && budget < 0.001 ? 3 : budget > 0 && budget < 0.01 ? 2 : 1
    return (least..<5).first { differs(interval.upper, $0) && differs(interval.lower, $0) } ?? 5
  }
}
