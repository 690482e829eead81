#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far a secret that was planted in the training data stands out among secrets that were not.
///
/// Carlini and others (2019): log2 |R| − log2 rank over candidates R, in bits.
public struct Exposure: Hashable, Sendable {
  /// The place among the candidates from the most likely, the canary itself included; from 1.
  public let rank: Int
  /// How many candidates there are, the canary itself included.
  public let candidates: Int

  /// An exposure by rank.
  public init(rank: Int, candidates: Int) {
    precondition(rank >= 1 && rank <= candidates, "a rank is one of 1 to the candidates")
    self.rank = rank
    self.candidates = candidates
  }

  /// Ranks a canary's score among those of controls that were never trained on; higher is likelier.
  ///
  /// Whoever ties with the canary ranks before it, so that a tie never looks like memory.
  public init(_ canary: Double, controls: [Double]) {
    self.init(rank: 1 + controls.count { $0 >= canary }, candidates: controls.count + 1)
  }

  /// The exposure in bits.
  public var bits: Double { log2(Double(candidates)) - log2(Double(rank)) }

  /// The most bits this many candidates can show.
  public var maximum: Double { log2(Double(candidates)) }

  /// The mean bits of canaries that were not trained on, whose rank may be any.
  public static func chance(candidates: Int) -> Double {
    (1...max(1, candidates)).reduce(0) {
      $0 + Exposure(rank: $1, candidates: max(1, candidates)).bits
    } / Double(max(1, candidates))
  }

  /// The chance of a rank this good if the canary was not trained on: 2 to the power of −bits.
  public var pValue: Double { Double(rank) / Double(candidates) }
}
