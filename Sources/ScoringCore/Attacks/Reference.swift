/// Reference difference: how much likelier the target finds the text (Carlini and others, 2021).
///
/// score = mean_j (t_j − r_j) in nats per token; also called "LiRA with one reference".
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

/// Reference ratio: the target's loss over the reference's (Carlini and others, 2021).
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

/// FLoRa: the loss of the fine-tuned model over that of its base, under pandora-llm's name.
///
/// score = −L_ft / L_base, which is `ref-ratio`.
public struct FLoRa: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "flora", title: "FLoRa", source: "pandora-llm (safr-ai-lab, 2024)",
    summary: "minus the fine-tuned model's loss over its base's", needs: [.target, .reference],
    ranksAs: ReferenceRatio.card.id)
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// Minus the ratio of losses; undefined where the base's loss is 0.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    ReferenceRatio().score(sequence, &scratch)
  }
}
