/// Min-K%: the mean of the lowest k % of the target's log-probabilities (Shi et al. 2024).
///
/// The number kept is floor(T·k/100) in integers; where that is 0 the score is undefined, while
/// the released code and its ports return NaN.
public struct MinK: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "min-k", title: "Min-K%", source: "Shi et al. 2024",
    summary: "mean of the lowest k % of the target's log-probabilities", needs: .target)
  /// The share of positions.
  public static let parameters: [Parameter<Self>] = [
    .int("k", \.k, 1...100, "percent of positions kept", alwaysSpelled: true)
  ]

  /// The percentage of positions kept.
  public var k = 20

  /// The attack with k = 20.
  public init() {}

  /// The mean of the lowest log-probabilities, in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs) else { return .none(.missingEvidence) }
    if let scored = sequence.scored {
      scratch.floats.removeAll(keepingCapacity: true)
      for index in 0..<target.count where scored[index] != 0 {
        scratch.floats.append(target[index])
      }
      let kept = scratch.floats
      return meanOfLowest(k, percentOf: kept.span, keys: &scratch.keys)
    }
    return meanOfLowest(k, percentOf: target, keys: &scratch.keys)
  }
}

/// The mean of the lowest `percent` of values, as a score; too short where that is none of them.
func meanOfLowest(
  _ percent: Int, percentOf values: Span<Float>, keys: inout [Int32]
) -> Score {
  let kept = values.count * percent / 100
  guard kept > 0 else { return .none(.tooShort) }
  return .ordinary(sumOfLowest(kept, of: values, keys: &keys) / Double(kept))
}

/// Min-K%++: Min-K% of log-probabilities standardised position by position (Zhang et al. 2024).
///
/// z_j = (t_j − μ_j)/σ_j with μ and σ the probability-weighted moments of log p under the target's
/// own distribution. Positions with σ = 0 have no z and do not count; files whose moments are
/// unweighted define another attack and are not used here.
public struct MinKPlusPlus: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "min-k++", title: "Min-K%++", source: "Zhang et al. 2024",
    summary: "mean of the lowest k % of standardised log-probabilities under the target",
    needs: [.target, .targetMoments])
  /// The share of positions.
  public static let parameters: [Parameter<Self>] = [
    .int("k", \.k, 1...100, "percent of positions kept", alwaysSpelled: true)
  ]

  /// The percentage of positions kept.
  public var k = 20

  /// The attack with k = 20.
  public init() {}

  /// The mean of the lowest standardised log-probabilities, without unit.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs),
      let means = present(sequence.target.logprobMeans),
      let stds = present(sequence.target.logprobStds), sequence.target.momentsAreWeighted
    else { return .none(.missingEvidence) }
    scratch.floats.removeAll(keepingCapacity: true)
    for index in 0..<target.count where stds[index] > 0 {
      if let scored = sequence.scored, scored[index] == 0 { continue }
      let z = (Double(target[index]) - Double(means[index])) / Double(stds[index])
      guard !z.isNaN else { return .none(.nonFinite) }
      scratch.floats.append(Float(z))
    }
    let standardised = scratch.floats
    return meanOfLowest(k, percentOf: standardised.span, keys: &scratch.keys)
  }
}
