import Basics

/// Whether target and reference are one and the same model.
///
/// All shifts are then 0 but for rounding, no attack that uses the reference can find anything, and
/// an AUC of one half is no evidence that nothing leaked.
public struct SelfReference: Hashable, Sendable {
  /// The mean absolute shift, in nats, below which two models are one: what rounding leaves.
  public static let threshold = 0.002
  /// The share of shifts that are exactly 0 from which two models are one.
  public static let unmovedShare = 0.9

  /// The mean absolute shift over positions, in nats.
  public let meanAbsolute: Double
  /// The share of positions whose shift is exactly 0.
  public let unmoved: Double
  /// Positions that were looked at.
  public let positions: Int

  /// Judges shifts; nil where there are none.
  public init?(_ survey: EvidenceSurvey) {
    guard survey.positions > 0 else { return nil }
    positions = survey.positions
    meanAbsolute = survey.meanAbsolute
    unmoved = Double(survey.unmoved) / Double(survey.positions)
  }

  /// Whether nothing moved.
  public var isSelf: Bool { meanAbsolute < Self.threshold || unmoved >= Self.unmovedShare }

  /// What was found, in words; a run whose method is `self` is meant to be one.
  public func finding(method: FineTuningMethod?) -> GuardFinding {
    let shift = "mean absolute shift \(NumberFormat.fixed(meanAbsolute, 4)) nats per token"
    let isMeant = method == .selfReference
    let sentence =
      isSelf && isMeant
      ? "The target is its own reference, as this run says (\(shift))."
      : isSelf
        ? "Target and reference give the same log-probabilities (\(shift)): they are one model, so "
          + "scores that compare them cannot find anything. Check which checkpoint each file is of."
        : "The target is not its reference (\(shift))."
    return GuardFinding(
      .selfReference, isSelf && !isMeant ? .tripped : .passed,
      figures: [
        .init("mean_absolute_shift", meanAbsolute), .init("unmoved_share", unmoved),
        .init("positions", positions),
      ], sentence: sentence, summary: "target and reference are the same model")
  }
}
