/// Entropy: how sure the target is, whatever the true tokens are (Li and others, 2024).
///
/// score = −mean_j H_j, H_j = −Σ_v p_v ln p_v: the mean of the probability-weighted mean
/// log-probabilities. It is MaxRenyi at 100 % with α = 1.
public struct Entropy: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "entropy", title: "Entropy", source: "Li et al. 2024 (VL-MIA), α = 1, K = 100 %",
    summary: "minus the mean entropy of the target's predictions", needs: .targetEntropies)
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// Minus the mean entropy in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let negatives = negativeEntropies(sequence) else { return .none(.missingEvidence) }
    return mean(negatives, sequence.scored, &scratch).map(Score.ordinary) ?? .none(.tooShort)
  }
}

/// MaxRenyi-K%: the mean of the highest k % of entropies (Li and others, 2024).
///
/// score = −mean of the max(1, floor(T·k/100)) largest H_j, so that k = 0 is the single largest.
/// Only the Shannon entropy (α = 1) can be had from moments; other orders take whole distributions.
public struct MaxRenyi: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "max-renyi", title: "MaxRenyi-K%", source: "Li et al. 2024 (VL-MIA), α = 1",
    summary: "minus the mean of the highest k % of the target's entropies",
    needs: .targetEntropies)
  /// The share of positions.
  public static let parameters: [Parameter<Self>] = [
    .int(
      "k", \.k, 0...100, "percent of positions kept, at least one position", alwaysSpelled: true)
  ]

  /// The percentage of positions kept.
  public var k = 10

  /// The attack with k = 10.
  public init() {}

  /// Minus the mean of the highest entropies, in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let negatives = negativeEntropies(sequence) else { return .none(.missingEvidence) }
    guard let scored = sequence.scored else { return score(negatives, &scratch.keys) }
    compact(negatives, scored, into: &scratch.floats)
    let kept = scratch.floats
    return score(kept.span, &scratch.keys)
  }

  private func score(_ values: Span<Float>, _ keys: inout [SIMD16<Int32>]) -> Score {
    guard values.count > 0 else { return .none(.tooShort) }
    return .ordinary(meanOfLowest(max(1, values.count * k / 100), of: values, keys: &keys))
  }
}

/// SURP: the mean of low log-probabilities where the target was sure of something else.
///
/// score = mean of t_j over the positions that are among the lowest k % of t and have an entropy
/// below a limit (Zhang and others, arXiv 2407.21248). The lowest k % are floor(T·k/100) positions
/// and those tied with the last of them. Where no position is left the score is undefined; the
/// code of mia_llms_benchmark gives −100.
public struct SurprisingTokens: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "surp", title: "SURP", source: "Zhang et al. 2024, arXiv 2407.21248",
    summary: "mean of the lowest k % of log-probabilities where the target's entropy is low",
    needs: [.target, .targetEntropies])
  /// The share of positions, the limit of entropy, and what no positions give.
  public static let parameters: [Parameter<Self>] = [
    .int("k", \.k, 1...100, "percent of positions with low log-probability", alwaysSpelled: true),
    .number("entropy", \.entropy, 0...1000, "positions count below this entropy, in nats"),
    .choice("empty", \.empty, "where no position counts: undefined, or -100 as in released code"),
  ]

  /// What a sequence without surprising tokens gets.
  public enum Empty: String, CaseIterable, Sendable {
    /// No score.
    case undefined
    /// −100, as mia_llms_benchmark has it.
    case released
  }

  /// The percentage of positions with low log-probability.
  public var k = 40
  /// Positions count below this entropy, in nats.
  public var entropy = 2.0
  /// What a sequence without surprising tokens gets.
  public var empty = Empty.undefined

  /// The attack with k = 40 and entropies below 2 nats.
  public init() {}

  /// The mean log-probability of the surprising tokens, in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs),
      let negatives = negativeEntropies(sequence)
    else { return .none(.missingEvidence) }
    scratch.floats.removeAll(keepingCapacity: true)
    let scored = sequence.scored
    for index in 0..<target.count {
      if let scored, scored[index] == 0 { continue }
      scratch.floats.append(target[index])
    }
    let values = scratch.floats
    let kept = values.count * k / 100
    guard kept > 0 else { return none(.tooShort) }
    let limit =
      kept < values.count ? keyOfLowest(kept, of: values.span, keys: &scratch.keys) : Int32.max
    var (total, count) = (0.0, 0)
    for index in 0..<target.count where target[index].orderedKey <= limit {
      if let scored, scored[index] == 0 { continue }
      guard -Double(negatives[index]) < entropy else { continue }
      total += Double(target[index])
      count += 1
    }
    return count == 0 ? none(.undefined) : .ordinary(total / Double(count))
  }

  private func none(_ reason: ScoreStatus) -> Score {
    empty == .released ? .ordinary(-100) : .none(reason)
  }
}

/// Minus the target's entropy at each position, if its moments are weighted by probability.
@_lifetime(copy sequence)
private func negativeEntropies(_ sequence: borrowing SequenceView) -> Span<Float>? {
  guard sequence.target.momentsAreWeighted else { return nil }
  return present(sequence.target.logprobMeans)
}
