/// Reference difference: how much likelier the target finds the text (Carlini and others, 2021).
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
    scoreOfMeans(sequence, &scratch) { target, reference in .ordinary(target - reference) }
  }
}

/// Reference ratio: the target's loss over the reference's (Carlini and others, 2021; FLoRa).
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
    scoreOfMeans(sequence, &scratch) { target, reference in
      reference == 0 ? .none(.undefined) : .ordinary(-(target / reference))
    }
  }
}

/// The score made of the mean log-probabilities under target and reference.
private func scoreOfMeans(
  _ sequence: borrowing SequenceView, _ scratch: inout Scratch,
  _ score: (_ target: Double, _ reference: Double) -> Score
) -> Score {
  guard let target = present(sequence.target.logprobs),
    let reference = present(sequence.reference.logprobs)
  else { return .none(.missingEvidence) }
  guard let targetMean = mean(target, sequence.scored, &scratch),
    let referenceMean = mean(reference, sequence.scored, &scratch)
  else { return .none(.tooShort) }
  return score(targetMean, referenceMean)
}
