/// Reference difference: how much likelier the target finds the text (Carlini et al. 2021).
///
/// score = mean_j (t_j − r_j) in nats a token; also called "LiRA with one reference".
public struct ReferenceDifference: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "ref-diff", title: "Reference difference", source: "Carlini et al. 2021",
    summary: "mean log-probability under the target minus that under the reference",
    needs: [.target, .reference])
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// The difference of means in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    switch meanLogprobs(sequence, &scratch) {
    case .failure(let reason): .none(reason.status)
    case .success(let means): .ordinary(means.target - means.reference)
    }
  }
}

/// Reference ratio: the target's loss over the reference's (Carlini et al. 2021; FLoRa).
///
/// score = −L / L_ref, without the small constant some implementations add.
public struct ReferenceRatio: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "ref-ratio", title: "Reference ratio", source: "Carlini et al. 2021",
    summary: "minus the target's loss over the reference's loss", needs: [.target, .reference])
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// Minus the ratio of losses; undefined where the reference's loss is 0.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    switch meanLogprobs(sequence, &scratch) {
    case .failure(let reason): .none(reason.status)
    case .success(let means):
      means.reference == 0 ? .none(.undefined) : .ordinary(-(means.target / means.reference))
    }
  }
}

private struct NoMeans: Error { let status: ScoreStatus }

private func meanLogprobs(
  _ sequence: borrowing SequenceView, _ scratch: inout Scratch
) -> Result<(target: Double, reference: Double), NoMeans> {
  guard let target = present(sequence.target.logprobs),
    let reference = present(sequence.reference.logprobs)
  else { return .failure(NoMeans(status: .missingEvidence)) }
  let (targetSum, count) = withScored(target, sequence.scored, &scratch.floats) {
    (sum($0), $0.count)
  }
  guard count > 0 else { return .failure(NoMeans(status: .tooShort)) }
  let referenceSum = withScored(reference, sequence.scored, &scratch.floats) { sum($0) }
  return .success((targetSum / Double(count), referenceSum / Double(count)))
}
