/// What every token of one sequence costs, for screens that show it along the text.
///
/// Arrays have one entry a predicted position; position j is token j + 1.
public struct SequenceCosts: Sendable {
  /// Whether a position counts.
  public let isEligible: [Bool]
  /// Whether the token is the target's first choice; empty where nothing tells.
  public let isGreedy: [Bool]
  /// Bits under the target, by sampling.
  public let targetBits: [Double]
  /// Bits for an adversary who ranks; empty without ranks.
  public let guessBits: [Double]
  /// Bits under the reference; empty without one.
  public let referenceBits: [Double]
  /// The least cost to an adversary who ranks of any window that holds the token, in bits.
  ///
  /// NaN where no window of the length does; empty without ranks.
  public let windowBits: [Double]

  /// The costs of a sequence; nil without log-probabilities of the target.
  ///
  /// - Parameters:
  ///   - sequence: its row.
  ///   - table: the evidence.
  ///   - window: the length of windows, in tokens.
  ///   - rankLimit: the last rank an adversary goes through.
  ///   - first: whether the first predicted position counts.
  public init?(
    _ sequence: Int, in table: EvidenceTable, window: Int = 12, rankLimit: Int = 20,
    first: ErrorZone.First = .skip
  ) {
    let (chunk, index) = table.locate(sequence)
    var costs = PositionCosts()
    var scratch = Scratch()
    guard
      costs.read(
        chunk.sequence(index), rankLimit: rankLimit, skipFirst: first == .skip, &scratch)
    else { return nil }
    isEligible = costs.isEligible
    isGreedy = costs.isGreedy
    targetBits = costs.target
    guessBits = costs.guesses
    referenceBits = costs.reference
    windowBits =
      costs.guesses.isEmpty
      ? [] : WindowCosts.leastAround(costs.guesses, costs.isEligible, length: window)
  }
}
