#if canImport(Glibc)
  import Glibc
#endif

/// LiRA: Gaussian likelihood ratio over shadow models (Carlini and others, 2022).
///
/// φ = ln(p/(1 − p)), p = exp(mean log-probability) (`signal=log-prob` takes the mean itself: language
/// models have no standard). Online: ln N(φ; μ_in, σ_in) − ln N(φ; μ_out, σ_out). Offline, with models
/// not trained on the text only: ln Pr[N(μ_out, σ_out) ≤ φ], the paper's one-sided test, or −ln N(φ;
/// μ_out, σ_out), the released code's two-sided one. μ is the median in the released code, the mean
/// in LeakPro. σ is the population standard deviation of a text's own φ, or one for all texts. Where σ
/// is 0 the score is undefined; the released code adds 10⁻³⁰ and lets the score explode.
public struct LikelihoodRatio: Attack {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "lira", title: "LiRA", source: "Carlini et al. 2022",
    summary: "Gaussian likelihood ratio of shadow models trained and not trained on the text",
    needs: [.target, .shadowIn, .shadowOut])
  /// The conventions on which paper and implementations differ.
  public static let parameters: [Parameter<Self>] = [
    .choice("mode", \.mode, "with models trained on the text, or without any"),
    .choice("center", \.center, "what stands for μ"),
    .choice("variance", \.variance, "a σ a text; one for all; or that of the trained for both"),
    .choice("offline", \.offline, "the paper's one-sided test, or the released two-sided one"),
    .choice("signal", \.signal, "φ on the logit scale, or the mean log-probability itself"),
  ]

  /// With which shadow models.
  public enum Mode: String, CaseIterable, Sendable {
    /// Models trained on the text and models that were not.
    case online
    /// Only models that were not.
    case offline
  }

  /// What stands for μ.
  public enum Center: String, CaseIterable, Sendable {
    /// The median, as in the released code.
    case median
    /// The mean, as in LeakPro.
    case mean
  }

  /// What stands for σ.
  public enum Variance: String, CaseIterable, Sendable {
    /// The standard deviation of a text's own φ.
    case perExample = "per-example"
    /// The standard deviation of the φ of all texts together.
    case global
    /// As `global`, but that of models trained on the texts for both, as in the released code.
    case globalIn = "global-in"
  }

  /// The offline test.
  public enum Offline: String, CaseIterable, Sendable {
    /// ln Pr[N ≤ φ].
    case oneSided = "one-sided"
    /// −ln N(φ).
    case twoSided = "two-sided"
  }

  /// What the Gaussians are over.
  public enum Signal: String, CaseIterable, Sendable {
    /// ln(p/(1 − p)).
    case logit
    /// ln p.
    case logProb = "log-prob"
  }

  /// With which shadow models.
  public var mode = Mode.online
  /// What stands for μ.
  public var center = Center.median
  /// What stands for σ.
  public var variance = Variance.perExample
  /// The offline test.
  public var offline = Offline.oneSided
  /// What the Gaussians are over.
  public var signal = Signal.logit

  /// The online attack with medians and a variance for every text.
  public init() {}

  /// The target and the shadow models the mode and the variance take.
  public var needs: EvidenceKinds {
    mode == .online || variance == .globalIn
      ? [.target, .shadowIn, .shadowOut] : [.target, .shadowOut]
  }

  /// A scorer that knows the variances that are the same for all texts.
  public func scorer(for table: EvidenceTable) throws(MissingEvidence) -> any SequenceScorer {
    try requireEvidence(of: table)
    var scorer = LikelihoodRatioScorer(attack: self)
    switch variance {
    case .perExample: break
    case .global:
      scorer.sigmaOut = deviation(of: .shadowOut, in: table)
      if mode == .online { scorer.sigmaIn = deviation(of: .shadowIn, in: table) }
    case .globalIn:
      scorer.sigmaIn = deviation(of: .shadowIn, in: table)
      scorer.sigmaOut = scorer.sigmaIn
    }
    return scorer
  }

  /// The standard deviation of all φ of a table, which infinite ones make NaN.
  private func deviation(of key: ExtraList, in table: EvidenceTable) -> Double {
    var moments = RunningMoments()
    for chunk in table.chunks {
      for row in 0..<chunk.count {
        guard let values = chunk.sequence(row).extra.list(key) else { continue }
        for index in values.indices { moments.add(signal.phi(values[index])) }
      }
    }
    return moments.deviation
  }
}

private struct LikelihoodRatioScorer: SequenceScorer {
  let attack: LikelihoodRatio
  /// The standard deviations of all texts together, where those are wanted.
  var sigmaIn: Double?
  var sigmaOut: Double?

  func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let out = sequence.extra.list(.shadowOut) else { return .none(.missingEvidence) }
    let outside = gaussian(out, sigmaOut, &scratch.doubles)
    var inside: Gaussian?
    if attack.mode == .online {
      guard let trained = sequence.extra.list(.shadowIn) else { return .none(.missingEvidence) }
      inside = gaussian(trained, sigmaIn, &scratch.doubles)
    }
    let (signal, test) = (attack.signal, attack.offline)
    return scoreOfMean(sequence, &scratch) { mean in
      let phi = signal.phi(mean)
      // Not a number where a shadow model is infinitely sure: the score says so itself.
      guard outside.sigma != 0, inside?.sigma != 0 else { return .none(.undefined) }
      if let inside { return .ordinary(inside.logDensity(phi) - outside.logDensity(phi)) }
      return .ordinary(
        test == .oneSided ? outside.logCumulative(phi) : -outside.logDensity(phi))
    }
  }

  /// The Gaussian of some log-probabilities' φ.
  private func gaussian(
    _ logprobs: Span<Double>, _ sigma: Double?, _ values: inout [Double]
  ) -> Gaussian {
    values.removeAll(keepingCapacity: true)
    var moments = RunningMoments()
    for index in logprobs.indices {
      let phi = attack.signal.phi(logprobs[index])
      values.append(phi)
      moments.add(phi)
    }
    var mu = moments.mean
    if attack.center == .median {
      values.sort()
      let middle = values.count / 2
      mu = values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }
    return Gaussian(mu: mu, sigma: sigma ?? moments.deviation)
  }
}

extension LikelihoodRatio.Signal {
  /// φ of a mean log-probability.
  fileprivate func phi(_ logprob: Double) -> Double {
    switch self {
    case .logit: logprob - log(-expm1(logprob))
    case .logProb: logprob
    }
  }
}

/// Mean and population variance of numbers met one by one (Welford's recurrence).
private struct RunningMoments {
  private var count = 0.0
  private(set) var mean = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / count
    squares += difference * (value - mean)
  }

  var deviation: Double { (squares / count).squareRoot() }
}

/// A normal distribution.
private struct Gaussian {
  let mu: Double
  let sigma: Double

  private static let halfLogTau = 0.5 * log(2 * Double.pi)

  func logDensity(_ value: Double) -> Double {
    let z = (value - mu) / sigma
    return -z * z / 2 - log(sigma) - Self.halfLogTau
  }

  /// ln Pr[N ≤ value], also far out, where the probability itself would be 0 or 1.
  func logCumulative(_ value: Double) -> Double {
    let z = (value - mu) / sigma
    if z > 0 { return log1p(-0.5 * erfc(z * 0.5.squareRoot())) }
    if z > -20 { return log(0.5 * erfc(-z * 0.5.squareRoot())) }
    // Mills' ratio as an asymptotic series: at z = −20 its error is 1e-9.
    let w = 1 / (z * z)
    return -z * z / 2 - log(-z) - Self.halfLogTau
      + log1p(-w * (1 - 3 * w * (1 - 5 * w * (1 - 7 * w))))
  }
}
