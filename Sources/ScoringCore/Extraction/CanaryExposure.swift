import Basics

/// A secret planted in the data, or one made like it and kept out.
public struct Canary: Hashable, Sendable {
  /// The sequence's row.
  public var sequence: Int
  /// Whether it was kept out of training.
  public var isControl: Bool
  /// Where its secret lies among the sequence's tokens; nil where nobody says.
  public var secret: Range<Int>?
  /// How often it was trained on, if the evidence says.
  public var duplicates: Int?

  /// Makes a canary.
  public init(sequence: Int, isControl: Bool, secret: Range<Int>? = nil, duplicates: Int? = nil) {
    self.sequence = sequence
    self.isControl = isControl
    self.secret = secret
    self.duplicates = duplicates
  }
}

/// What canaries are ranked by; higher is likelier.
///
/// Only the secret's own tokens count where its place is known: a template that the model learned
/// would otherwise pass for the secret. Means, not sums, because secrets differ in length.
public enum CanaryMeasure: String, CaseIterable, Sendable {
  /// The mean log-probability of the secret under the target, as Carlini and others (2019) rank.
  case logProbability = "log_probability"
  /// The mean shift of the secret from reference to target: what fine-tuning added to it.
  case shift

  /// A canary's value in nats per token; nil where the evidence is missing.
  func value(_ canary: Canary, in table: EvidenceTable) -> Double? {
    let (chunk, index) = table.locate(canary.sequence)
    let view = chunk.sequence(index)
    guard let target = view.target.logprobs else { return nil }
    // The prediction of token i is position i − 1.
    let secret = canary.secret.map { max(0, $0.lowerBound - 1)..<max(0, $0.upperBound - 1) }
    let places = secret ?? 0..<view.positions
    guard !places.isEmpty, places.upperBound <= view.positions else { return nil }
    var sum = 0.0
    for place in places {
      switch self {
      case .logProbability: sum += Double(target[place])
      case .shift:
        guard let reference = view.reference.logprobs else { return nil }
        sum += Double(target[place]) - Double(reference[place])
      }
    }
    let mean = sum / Double(places.count)
    return mean.isNaN ? nil : mean
  }
}

/// The exposure of a run's canaries by one measure.
public struct CanaryExposures: Sendable {
  /// What they were ranked by.
  public let measure: CanaryMeasure
  /// The canaries that were trained on, each with its sequence's id and its exposure.
  public let canaries: [(id: String, canary: Canary, exposure: Exposure)]
  /// How many candidates there are: the controls and the canary itself.
  public let candidates: Int
  /// Canaries and controls left out because evidence is missing.
  public let withoutEvidence: Int
  /// Whether the place of every secret is known, so that nothing else counts.
  public let isSecretOnly: Bool
  private let scores: [Double]
  private let controls: [Double]

  /// Ranks the canaries among the controls; nil without either.
  public init?(_ canaries: [Canary], by measure: CanaryMeasure, in table: EvidenceTable) {
    let measured = canaries.compactMap { canary in
      measure.value(canary, in: table).map { (canary: canary, value: $0) }
    }
    let controls = measured.filter(\.canary.isControl).map(\.value)
    let planted = measured.filter { !$0.canary.isControl }
    guard !controls.isEmpty, !planted.isEmpty else { return nil }
    self.measure = measure
    self.canaries = planted.map {
      (table.id($0.canary.sequence), $0.canary, Exposure($0.value, controls: controls))
    }
    candidates = controls.count + 1
    withoutEvidence = canaries.count - measured.count
    isSecretOnly = measured.allSatisfy { $0.canary.secret != nil }
    scores = planted.map(\.value)
    self.controls = controls
  }

  /// The mean exposure of some canaries.
  public struct Summary: Hashable, Sendable {
    /// How often they were trained on; nil for all together, or where nobody says.
    public let duplicates: Int?
    /// How many there are.
    public let count: Int
    /// Their mean exposure in bits.
    public let meanBits: Double
    /// Its interval, from a bootstrap over canaries and controls; nil for fewer than two canaries, and
    /// where every resample gives the same mean, from which no interval can be learned.
    public let interval: Interval?
    /// Those that no control ties with or beats: the most that can be shown.
    public let first: Proportion
  }

  /// Mean exposures by how often canaries were trained on, ascending; all of them last.
  public func summaries(
    level: Double = 0.95, replicates: Int = 1000, seed: UInt64 = 1
  ) -> [Summary] {
    let keys = Set(canaries.compactMap(\.canary.duplicates)).sorted()
    let groups: [Int?] = (keys.count > 1 ? keys.map { $0 } : []) + [nil]
    return groups.map { key in
      let places = canaries.indices.filter { key == nil || canaries[$0].canary.duplicates == key }
      return summary(places, key, level: level, replicates: replicates, seed: seed)
    }
  }

  private func summary(
    _ places: [Int], _ key: Int?, level: Double, replicates: Int, seed: UInt64
  ) -> Summary {
    let bits = places.map { canaries[$0].exposure.bits }
    let values = places.map { scores[$0] }
    let controls = controls
    let draws = Resamples(strata: [values.count, controls.count], seed: seed)
    let replicates = values.count < 2 ? 0 : replicates
    let means = draws.figures(replicates: replicates) { weights in
      let above = values.map { value in
        controls.indices.reduce(0) {
          $0 + (controls[$1] >= value ? Int(weights[values.count + $1]) : 0)
        }
      }
      let sum = above.indices.reduce(0.0) {
        $0 + Double(weights[$1])
          * Exposure(rank: above[$1] + 1, candidates: controls.count + 1).bits
      }
      return [sum / Double(values.count)]
    }
    let drawn = means.map { $0[0] }
    // Sums in another order differ in their last digit.
    let hasSpread = (drawn.max() ?? 0) - (drawn.min() ?? 0) > 1e-9
    return Summary(
      duplicates: key, count: places.count, meanBits: bits.reduce(0, +) / Double(bits.count),
      interval: hasSpread ? Interval(bootstrap: drawn, level: level) : nil,
      first: Proportion(
        places.count { canaries[$0].exposure.rank == 1 }, of: places.count, level: level)
    )
  }
}
