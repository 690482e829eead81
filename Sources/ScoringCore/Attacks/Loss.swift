#if canImport(Glibc)
  import Glibc
#endif

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
    scoreOfMean(sequence, &scratch) { .ordinary($0) }
  }
}

/// Perplexity: LOSS on another scale, with the same order of sequences (Carlini and others, 2021).
///
/// score = −exp(L) = −exp(−mean_j t_j).
public struct Perplexity: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "perplexity", title: "Perplexity", source: "Carlini et al. 2021",
    summary: "minus the perplexity under the target", needs: .target, ranksAs: Loss.card.id)
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// Minus the perplexity.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    scoreOfMean(sequence, &scratch) { .ordinary(-exp(-$0)) }
  }
}

/// The score made of the target's mean log-probability, or the reason why there is none.
func scoreOfMean(
  _ sequence: borrowing SequenceView, _ scratch: inout Scratch, _ score: (Double) -> Score
) -> Score {
  guard let target = present(sequence.target.logprobs) else { return .none(.missingEvidence) }
  return mean(target, sequence.scored, &scratch).map(score) ?? .none(.tooShort)
}

/// The score made of the mean log-probabilities under target and reference.
func scoreOfMeans(
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
