/// LOSS: the mean log-probability of the true tokens under the target (Yeom and others, 2018).
///
/// score = mean_j t_j in nats, which is minus the loss; perplexity is exp(−score).
public struct Loss: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "loss", title: "LOSS", source: "Yeom et al. 2018",
    summary: "mean log-probability under the target", needs: .target)
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// The mean log-probability in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs) else { return .none(.missingEvidence) }
    return mean(target, sequence.scored, &scratch).map(Score.ordinary) ?? .none(.tooShort)
  }
}
