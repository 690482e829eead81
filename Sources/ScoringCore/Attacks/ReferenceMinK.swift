/// Reference Min-K%: how far the least likely tokens rose above the base model's least likely ones.
///
/// score = Min-K% under the target − Min-K% under the reference, each over its own lowest
/// floor(T·k/100) positions: the difficulty calibration of Watson and others (2022) put on the
/// attack of Shi and others (2024). LoRA-Leak (Ran and others, arXiv 2507.18302) improves known
/// attacks with the pretrained model as reference; it is known here by its abstract only.
public struct ReferenceMinK: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "ref-min-k", title: "Reference Min-K%",
    source: "Shi et al. 2024, calibrated after Watson et al. 2022",
    summary: "Min-K% under the target minus Min-K% under the reference",
    needs: [.target, .reference])
  /// The share of positions.
  public static let parameters: [Parameter<Self>] = [
    .int("k", \.k, 1...100, "percent of positions kept", alwaysSpelled: true)
  ]

  /// The percentage of positions kept.
  public var k = 20

  /// The attack with k = 20.
  public init() {}

  /// The difference of both means, in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs),
      let reference = present(sequence.reference.logprobs)
    else { return .none(.missingEvidence) }
    var lowest = MinK()
    lowest.k = k
    let raised = lowest.score(target, sequence.scored, &scratch)
    let base = lowest.score(reference, sequence.scored, &scratch)
    guard raised.status == .ordinary else { return raised }
    return base.status == .ordinary ? .ordinary(raised.value - base.value) : base
  }
}
