/// What counts as a leaked span: what the target gives away and the reference does not.
public struct LeakSettings: Hashable, Sendable {
  /// How an adversary gets text out of the target.
  public enum Decoder: String, CaseIterable, Sendable {
    /// Greedily: every token is the target's first choice.
    case greedy
    /// By drawing samples at temperature 1 until one fits.
    case sampling
    /// By going through the target's ranking at every token.
    case ranking
  }

  /// How an adversary gets text out of the target.
  public var decoder = Decoder.greedy
  /// The most bits a span may cost by sampling or ranking: 2 to this power tries.
  ///
  /// Greedy decoding needs one try.
  public var budget = 20.0
  /// The fewest bits the reference must need for the span's own tokens.
  public var referenceBits = 40.0
  /// How many consecutive tokens another sequence must share for them to count as common property.
  ///
  /// With 0 every token is a sequence's own.
  public var sharedLength = 4
  /// The share of n-grams, of those that either has, from which two sequences are one record.
  ///
  /// So that a record with another date does not make the rest of it common property. With 1 only
  /// copies, and parts of one document, are one.
  public var versionShare = 0.7
  /// The last rank m that an adversary who ranks candidates goes through.
  public var rankLimit = 20
  /// The probability with which the stated draws must bring the span.
  public var probability = 0.5
  /// Whether the first predicted position counts.
  public var first = ErrorZone.First.skip

  /// Greedy spans for which the reference needs 40 bits, 4-grams shared with nobody.
  public init() {}

  /// The evidence that spans are found in.
  public var needs: EvidenceKinds {
    var needs: EvidenceKinds = [.target, .reference]
    if sharedLength > 0 { needs.insert(.tokenIDs) }
    switch decoder {
    case .greedy: needs.insert(.targetErrors)
    case .sampling: break
    case .ranking: needs.insert(.targetRanks)
    }
    return needs
  }
}

/// A stretch of a sequence that the target gives away, the reference does not, and no other has.
public struct LeakSpan: Sendable, Hashable {
  /// The sequence's row in the table.
  public let sequence: Int
  /// The span's tokens, counted from the sequence's first; its positions are one less.
  public let tokens: Range<Int>
  /// Whether every token is the target's first choice.
  public let isGreedy: Bool
  /// Bits of the whole span under the target: −log2 of the probability that a draw is the span.
  public let targetBits: Double
  /// Bits of the whole span for an adversary who ranks; NaN without ranks.
  public let guessBits: Double
  /// log2 of the draws that bring the span with the wanted probability; 0 for greedy decoding.
  public let log2Draws: Double
  /// Bits the reference needs for the span's own tokens.
  public let referenceBits: Double
  /// Bits the reference needs for all of the span's tokens.
  public let allReferenceBits: Double
  /// For each of the span's tokens whether it is the sequence's own.
  public let isOwn: [Bool]
  /// What sorts of content the own tokens are, most frequent first; empty where texts are unknown.
  public let classes: [ClassCount]
  /// The chance that a sequence like the non-members has a span as good: calibrated on them.
  public let pValue: Double
  /// The smallest false-discovery rate at which its sequence is named; NaN for non-members.
  public let falseDiscoveryRate: Double

  /// How many own tokens are of a class.
  public struct ClassCount: Sendable, Hashable {
    /// The class.
    public let tokenClass: TokenClass
    /// How many of the span's own tokens are of it.
    public let count: Int
  }

  /// How many of its tokens are the sequence's own.
  public var ownCount: Int { isOwn.count { $0 } }
}
