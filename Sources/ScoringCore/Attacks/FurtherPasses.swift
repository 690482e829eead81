#if canImport(Glibc)
  import Glibc
#endif

/// Lowercase: the loss of the text over that of its lower-cased version (Carlini and others, 2021).
///
/// score = −L(x) / L(lower(x)). Texts without capitals score −1: code, numbers and scripts without
/// case tell nothing. LLM-PBE divides perplexities instead, which orders otherwise.
public struct Lowercase: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "lowercase", title: "Lowercase", source: "Carlini et al. 2021",
    summary: "minus the text's loss over the lower-cased text's loss",
    needs: [.target, .lowercase])
  /// What is divided.
  public static let parameters: [Parameter<Self>] = [
    .choice("form", \.form, "losses divided, or perplexities as in LLM-PBE")
  ]

  /// What is divided.
  public enum Form: String, CaseIterable, Sendable {
    /// −L(x) / L(lower(x)).
    case loss
    /// −exp(L(x)) / exp(L(lower(x))).
    case perplexity
  }

  /// What is divided.
  public var form = Form.loss

  /// The attack on losses.
  public init() {}

  /// Minus the ratio; undefined where the lower-cased text's loss is 0.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let lower = sequence.extra.number(.lowercase) else { return .none(.missingEvidence) }
    let form = form
    return scoreOfMean(sequence, &scratch) { mean in
      switch form {
      case .loss: lower == 0 ? .none(.undefined) : .ordinary(-(mean / lower))
      case .perplexity: .ordinary(-exp(lower - mean))
      }
    }
  }
}

/// Neighborhood: how much likelier the text is than slightly changed versions (Mattern and others,
/// 2023).
///
/// score = −L(x) + mean_i L(x̃_i), in nats per token.
public struct Neighborhood: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "neighborhood", title: "Neighborhood", source: "Mattern et al. 2023",
    summary: "mean loss of changed versions minus the text's own loss",
    needs: [.target, .neighbors])
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// The difference in nats.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let neighbors = sequence.extra.list(.neighbors) else { return .none(.missingEvidence) }
    let level = mean(neighbors)
    return scoreOfMean(sequence, &scratch) { .ordinary($0 - level) }
  }
}

/// ReCaLL: how much a prefix of non-members changes the text's likelihood (Xie and others, 2024).
///
/// score = LL(x | P_non) / LL(x), both mean log-probabilities of the text's own tokens.
public struct ReCaLL: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "recall", title: "ReCaLL", source: "Xie et al. 2024",
    summary: "log-probability after a prefix of non-members over that without one",
    needs: [.target, .nonmemberPrefix])
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// The ratio; undefined where the text's loss is 0.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let conditional = sequence.extra.number(.nonmemberPrefix) else {
      return .none(.missingEvidence)
    }
    return scoreOfMean(sequence, &scratch) { mean in
      mean == 0 ? .none(.undefined) : .ordinary(conditional / mean)
    }
  }
}

/// Con-ReCall: ReCaLL with a prefix of members to contrast with (Wang and others, 2024).
///
/// score = (LL(x | P_non) − γ·LL(x | P_mem)) / LL(x). The paper tries γ from 0.1 to 1 and reports the
/// best on the test labels; the default here is 1, as in the ports that have no γ.
public struct ConReCall: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "con-recall", title: "Con-ReCall", source: "Wang et al. 2024",
    summary: "contrast of prefixes of non-members and members over the plain log-probability",
    needs: [.target, .nonmemberPrefix, .memberPrefix])
  /// The weight of the members' prefix.
  public static let parameters: [Parameter<Self>] = [
    .number("gamma", \.gamma, 0...100, "weight of the prefix of members")
  ]

  /// The weight of the members' prefix.
  public var gamma = 1.0

  /// The attack with γ = 1.
  public init() {}

  /// The contrast; undefined where the text's loss is 0.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let nonmember = sequence.extra.number(.nonmemberPrefix),
      let member = sequence.extra.number(.memberPrefix)
    else { return .none(.missingEvidence) }
    // 0 · (−inf) would be NaN where the members' prefix has no part in the score.
    let conditional = gamma == 0 ? nonmember : nonmember - gamma * member
    return scoreOfMean(sequence, &scratch) { mean in
      mean == 0 ? .none(.undefined) : .ordinary(conditional / mean)
    }
  }
}

/// SPV-MIA: how far the text's probability stands out among changed versions, compared with a
/// reference (Fu and others, 2024).
///
/// q_M(y) = exp(mean log-probability of y under M); score = (q(x) − mean_i q(x̃_i)) under the target
/// minus the same under the reference, as the released code has it. The paper's symmetric pairs of
/// changes are another statistic.
public struct ProbabilityVariation: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "spv", title: "SPV-MIA", source: "Fu et al. 2024 (released code)",
    summary: "how far the text's probability exceeds its neighbors', target minus reference",
    needs: [.target, .reference, .neighbors, .referenceNeighbors])
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// The difference of two differences of probabilities.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let neighbors = sequence.extra.list(.neighbors),
      let others = sequence.extra.list(.referenceNeighbors)
    else { return .none(.missingEvidence) }
    let (near, far) = (meanProbability(neighbors), meanProbability(others))
    return scoreOfMeans(sequence, &scratch) { target, reference in
      .ordinary((exp(target) - near) - (exp(reference) - far))
    }
  }
}

/// The mean of numbers, of which there is at least one.
private func mean(_ numbers: Span<Double>) -> Double {
  var total = 0.0
  for index in numbers.indices { total += numbers[index] }
  return total / Double(numbers.count)
}
