import Basics

/// Whether the reference is better than the target at what the target was fine-tuned for.
///
/// Attacks read a text's rise in probability as memory. Where the target is the worse model they
/// read its damage, or target and reference have been swapped.
public struct ReferenceBetter: Hashable, Sendable {
  /// How much lower, in nats per token, a validation loss must be to count as better.
  public static let margin = 0.005

  /// The shifts of members.
  public let members: EvidenceSurvey.Shifts
  /// The shifts of non-members.
  public let nonMembers: EvidenceSurvey.Shifts
  /// The validation losses of target and reference, in nats per token, where both are known.
  public let losses: Losses?

  /// Two validation losses.
  public struct Losses: Hashable, Sendable {
    /// The target's.
    public let target: Double
    /// The reference's.
    public let reference: Double
  }

  /// Judges shifts and losses; nil without either.
  public init?(_ survey: EvidenceSurvey?, run: Run) {
    members = survey?.members ?? EvidenceSurvey.Shifts()
    nonMembers = survey?.nonMembers ?? EvidenceSurvey.Shifts()
    losses = run.validationLoss.flatMap { target in
      run.referenceValidationLoss.map { Losses(target: target, reference: $0) }
    }
    guard losses != nil || members.interval != nil || nonMembers.interval != nil else { return nil }
  }

  private var membersFell: Bool { (members.interval?.upper ?? 0) < 0 }
  private var nonMembersFell: Bool { (nonMembers.interval?.upper ?? 0) < 0 }
  private var lossIsNoBetter: Bool {
    losses.map { $0.target > $0.reference - Self.margin } ?? false
  }

  /// What was found, in words; controls are not fine-tuned for these texts, and need not be better.
  public func finding(method: FineTuningMethod?) -> GuardFinding {
    var figures: [GuardFinding.Figure] = []
    for (name, shifts) in [("members", members), ("non_members", nonMembers)]
    where shifts.count > 0 {
      figures.append(.init("mean_shift_\(name)", shifts.mean, shifts.interval))
    }
    if let losses {
      figures.append(.init("validation_loss", losses.target))
      figures.append(.init("reference_validation_loss", losses.reference))
    }
    let problem = method?.family == .control ? nil : problem
    return GuardFinding(
      .referenceBetter, problem == nil ? .passed : .tripped, figures: figures,
      sentence: problem?.sentence ?? passed(method), summary: problem?.summary ?? "")
  }

  private func shift(_ shifts: EvidenceSurvey.Shifts) -> String {
    (shifts.mean > 0 ? "+" : "") + NumberFormat.fixed(shifts.mean, 3)
  }

  private func passed(_ method: FineTuningMethod?) -> String {
    if method?.family == .control {
      return
        "A control need not be better than its reference: it was not fine-tuned on these texts."
    }
    if let losses {
      return "The target's validation loss is lower than its reference's "
        + "(\(NumberFormat.fixed(losses.target, 3)) against \(NumberFormat.fixed(losses.reference, 3)))."
    }
    let known = nonMembers.count > 0 ? nonMembers : members
    return "The target is no worse than its reference (mean shift \(shift(known)) nats per token)."
  }

  /// Losses come first: where they are known the models are, too, and are not swapped.
  private var problem: (sentence: String, summary: String)? {
    if membersFell, !lossIsNoBetter {
      return (
        "Members are less likely under the target than under its reference (mean shift "
          + "\(shift(members)) nats per token), although it was trained on them: the two may be "
          + "swapped, or the fine-tuning failed. Check which file is which.",
        "members became less likely"
      )
    }
    if let losses, lossIsNoBetter {
      let change =
        "\(NumberFormat.fixed(losses.target, 3)) against \(NumberFormat.fixed(losses.reference, 3)) "
        + "nats per token"
      return (
        "The target's validation loss is no better than its reference's (\(change)): it learned "
          + "nothing that it could use elsewhere, so that it leaks little says little, and what it "
          + "leaks bought nothing. Judge leakage on a target that was trained to be of use.",
        "its validation loss is no better than its reference's"
      )
    }
    guard nonMembersFell else { return nil }
    return (
      "Non-members are less likely under the target than under its reference (mean shift "
        + "\(shift(nonMembers)) nats per token): the target is over-fitted, so scores differ by what "
        + "it unlearned too. Compare with an earlier checkpoint.",
      "non-members became less likely"
    )
  }
}
