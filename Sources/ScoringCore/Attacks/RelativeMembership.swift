#if canImport(Glibc)
  import Glibc
#endif

/// RMIA: how much of the population a text beats (Zarifzadeh and others, 2024), offline.
///
/// p_θ(s) = exp(mean log-probability); ratio(s) = p_target(s) / (½(1 + a)·p_out(s) + ½(1 − a)), with
/// p_out the mean over models that were not trained on s: the reference, or the shadow models of
/// `extra.shadow_out`. score(x) = the share of population texts z with ratio(x)/ratio(z) > γ. The
/// population is marked by `meta.population` and is not tested. Scores are multiples of 1/|Z|, so many
/// are tied: |Z| must be far above 1/FPR. Population texts without a ratio are left out of Z.
public struct RelativeMembership: Attack {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "rmia", title: "RMIA", source: "Zarifzadeh et al. 2024 (offline form)",
    summary: "share of population texts whose likelihood ratio the text's own exceeds",
    needs: [.target, .reference, .population])
  /// Offline scaling, threshold, and whether meeting it suffices.
  public static let parameters: [Parameter<Self>] = [
    .number("a", \.scaling, 0...1, "scales p_out to stand for models trained and not trained"),
    .number("gamma", \.gamma, 0...1e9, "by what factor a population text is beaten"),
    .choice("rule", \.rule, "whether the factor must be exceeded or reached"),
    .choice("models", \.models, "models not trained on a text: the reference, or shadow models"),
  ]

  /// Whether γ must be exceeded.
  public enum Rule: String, CaseIterable, Sendable {
    /// ratio(x)/ratio(z) > γ, as in Privacy Meter.
    case above
    /// ratio(x)/ratio(z) ≥ γ, as in the paper.
    case atLeast = "at-least"
  }

  /// The models that p_out is the mean over.
  public enum Models: String, CaseIterable, Sendable {
    /// The reference alone.
    case reference
    /// Those of `extra.shadow_out`.
    case shadows
  }

  /// a: scales p_out.
  public var scaling = 0.3
  /// γ: by what factor a population text is beaten.
  public var gamma = 1.0
  /// Whether γ must be exceeded.
  public var rule = Rule.above
  /// The models that p_out is the mean over.
  public var models = Models.reference

  /// The attack with a = 0.3, γ = 1 and one reference.
  public init() {}

  /// The target, the models that p_out is the mean over, and a population.
  public var needs: EvidenceKinds {
    [.target, .population, models == .reference ? .reference : .shadowOut]
  }

  /// A scorer that knows the population's ratios.
  ///
  /// - Throws: also if no population text has a ratio.
  public func scorer(for table: EvidenceTable) throws(MissingEvidence) -> any SequenceScorer {
    try requireEvidence(of: table)
    var scratch = Scratch()
    var ratios: [Double] = []
    for row in table.populationRows {
      let (chunk, index) = table.locate(row)
      let ratio = ratio(chunk.sequence(index), &scratch)
      if ratio.status == .ordinary { ratios.append(ratio.value) }
    }
    guard !ratios.isEmpty else {
      throw MissingEvidence(attack: spelling, missing: .population, in: table)
    }
    ratios.sort()
    return RelativeMembershipScorer(attack: self, population: ratios)
  }

  /// ratio(s), or why there is none.
  fileprivate func ratio(
    _ sequence: borrowing SequenceView, _ scratch: inout Scratch
  ) -> Score {
    let (scaling, weight) = (self.scaling, (1 + self.scaling) / 2)
    guard models == .shadows else {
      return scoreOfMeans(sequence, &scratch) { target, reference in
        .ordinary(exp(target) / (weight * exp(reference) + (1 - scaling) / 2))
      }
    }
    guard let shadows = sequence.extra.list(.shadowOut) else { return .none(.missingEvidence) }
    let out = meanProbability(shadows)
    return scoreOfMean(sequence, &scratch) {
      .ordinary(exp($0) / (weight * out + (1 - scaling) / 2))
    }
  }
}

private struct RelativeMembershipScorer: SequenceScorer {
  let attack: RelativeMembership
  /// The population's ratios, ascending.
  let population: [Double]

  func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    let own = attack.ratio(sequence, &scratch)
    guard own.status == .ordinary else { return own }
    // Whoever beats a text beats all with lower ratios.
    var (low, high) = (0, population.count)
    while low < high {
      let middle = (low + high) / 2
      let factor = own.value / population[middle]
      if attack.rule == .above ? factor > attack.gamma : factor >= attack.gamma {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return .ordinary(Double(low) / Double(population.count))
  }
}

/// The mean of exp over log-probabilities, of which there is at least one.
func meanProbability(_ logprobs: Span<Double>) -> Double {
  var total = 0.0
  for index in logprobs.indices { total += exp(logprobs[index]) }
  return total / Double(logprobs.count)
}
