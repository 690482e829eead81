import ScoringCore

/// What an audit says of one run.
package struct AuditFinding {
  /// The conclusion in a word.
  package enum Standing: String, Sendable {
    /// Membership or text is given away by more than chance explains.
    case leaks
    /// Neither is, at this number of sequences.
    case notShown = "not_shown"
    /// The evidence cannot decide, and `doubts` says why.
    case undecided
    /// A model that must not leak, and does not.
    case cleanControl = "clean_control"
    /// A model that must not leak seems to: something else than membership tells the groups apart.
    case oddControl = "odd_control"
  }

  package let run: Run
  package let standing: Standing
  /// The area under the curve of the attack that decides; nil without both classes.
  package let area: AUCEstimate?
  /// The TPR at the audit's FPR; nil where the non-members do not resolve it.
  package let rate: AttackEvaluation.Rate?
  /// Whether the area alone shows leakage.
  package let showsMembership: Bool
  /// Leaked spans whose sequence is named at the audit's false-discovery rate; nil where only
  /// scores are known.
  package let namedSpans: Int?
  /// What speaks against the figures.
  package let doubts: [GuardFinding]

  /// Judges a run.
  ///
  /// - Parameters:
  ///   - report: the run's figures.
  ///   - attack: the attack that decides.
  ///   - fpr: the false-positive rate that all runs are judged at.
  ///   - leaks: the run's leaked spans that are named.
  ///   - count: how many runs are judged, for which chance is corrected.
  package init(_ report: RunReport, attack: String, fpr: Double, leaks: RunLeaks?, among count: Int)
  {
    run = report.run
    let evaluation = report.attacks.first { $0.spelling == attack }?.evaluation
    area = evaluation?.auc
    rate = evaluation?.points.first {
      $0.point.fpr == fpr && $0.point.resolution != .notResolvable
    }
    doubts = report.guards.tripped.filter {
      $0.groups != .suspects && $0.kind != .tooFewNonMembers
        && ($0.attacks.isEmpty || $0.attacks.contains(attack))
    }
    let isAbove = area?.ranksMembersAbove(among: count) ?? false
    showsMembership = isAbove
    let named = leaks.flatMap { $0.leaks == nil ? nil : $0.spans.count + $0.unlisted }
    namedSpans = named
    let isVoid = GateGuards.void(report.guards, attack: attack) != nil
    // Differences of the texts explain an area, not what a model says by itself.
    let isExplained = doubts.contains { $0.kind == .blindBaseline || $0.kind == .reversedSign }
    let hasSpans = (named ?? 0) > 0
    if isVoid || area == nil && !hasSpans {
      standing = .undecided
    } else if run.method?.family == .control {
      standing = isAbove ? .oddControl : .cleanControl
    } else if hasSpans || isAbove && !isExplained {
      standing = .leaks
    } else {
      standing = isExplained ? .undecided : .notShown
    }
  }
}
