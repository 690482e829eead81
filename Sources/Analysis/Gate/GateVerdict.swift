import Basics
import ScoringCore

/// Whether one figure of one run stays within a budget, and why.
package struct GateVerdict {
  package enum Outcome: String {
    /// The interval's upper end is within the budget.
    case passed
    /// It is not.
    case failed
    /// The evidence cannot decide: nothing is shown, so the gate does not open.
    case undecided
  }

  /// What is held against a budget.
  package enum Measure: Hashable {
    case tpr(attack: String, fpr: Double)
    case leakedSpans
    /// The share of members discoverable within 2 to this power draws.
    case discoverable(log2Draws: Double)
    case exposure
    case epsilon(attack: String)
    /// The AUC above that of the run of the same name in the baseline.
    case baseline(attack: String)

    /// The attack it is of; nil where there is none.
    package var attack: String? {
      switch self {
      case .tpr(let attack, _), .epsilon(let attack), .baseline(let attack): attack
      case .leakedSpans, .discoverable, .exposure: nil
      }
    }
  }

  package let run: String
  package let measure: Measure
  package let budget: Double
  package let outcome: Outcome
  /// The figure; nil where there is none.
  package let figure: Double?
  /// Its interval, where it has one.
  package let interval: Interval?
  /// How well a TPR's FPR is resolved; nil for other measures.
  package let resolution: Resolution?
  /// One paragraph for a person: what was found, against what, and what follows.
  package let reason: String
  /// What makes the verdict doubtful, whichever it is.
  package let doubts: [GuardFinding]
  /// What could not be looked at.
  package let notChecked: [GuardFinding]

  package init(
    run: String, _ measure: Measure, budget: Double, _ outcome: Outcome, figure: Double?,
    interval: Interval?, resolution: Resolution? = nil, reason: String,
    guards: [GuardFinding] = []
  ) {
    // The verdict's own reason speaks of the number of non-members.
    let found = guards.filter { finding in
      finding.kind != .tooFewNonMembers
        && (finding.attacks.isEmpty || measure.attack.map { finding.attacks.contains($0) } ?? false)
    }
    self.run = run
    self.measure = measure
    self.budget = budget
    self.outcome = outcome
    self.figure = figure
    self.interval = interval
    self.resolution = resolution
    self.reason = reason
    doubts = found.tripped
    notChecked = found.filter { $0.outcome == .notChecked }
  }

  /// A verdict that cannot be given; `why` says what is missing and what to do.
  static func undecided(
    _ run: String, _ measure: Measure, budget: Double, figure: Double? = nil,
    interval: Interval? = nil, guards: [GuardFinding] = [], because why: String
  ) -> GateVerdict {
    GateVerdict(
      run: run, measure, budget: budget, .undecided, figure: figure, interval: interval,
      reason: "\(run): \(why) Nothing is decided, so the gate does not open.", guards: guards)
  }
}

/// Guards that take a figure its meaning.
enum GateGuards {
  /// Those whose finding makes any verdict on leakage void, because no leakage was measured.
  private static let voiding: Set<GuardKind> = [
    .selfReference, .misalignedTokens, .unseenMembers,
  ]

  /// The first finding that voids the figures of an attack.
  static func void(_ guards: [GuardFinding], attack: String) -> GuardFinding? {
    guards.first {
      $0.isTripped && voiding.contains($0.kind) && $0.groups != .suspects
        && ($0.attacks.isEmpty || $0.attacks.contains(attack))
    }
  }
}
