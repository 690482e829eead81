/// What a model wrote after the beginning of a sequence, beside what the sequence really says there.
public struct Continuation: Hashable, Sendable {
  /// How many of the sequence's tokens the model was given; nil where nobody says.
  public var prefixTokens: Int?
  /// How it was decoded, as the evidence spells it: `greedy`, `sampled`, ...
  public var decoding: String
  /// What the model wrote; empty where only ids are known.
  public var text: String
  /// The ids of what the model wrote; nil where only text is known.
  public var tokenIDs: [Int32]?
  /// What the sequence says there; empty where only ids are known.
  public var suffixText: String
  /// The ids of what the sequence says there; nil where only text is known.
  public var suffixTokenIDs: [Int32]?
  /// The similarity that came with the evidence, a cosine in [−1, 1].
  public var similarity: Double?
  /// What computed `similarity`.
  public var encoder: String?

  /// Makes a continuation.
  public init(
    prefixTokens: Int? = nil, decoding: String = Self.unstatedDecoding, text: String = "",
    tokenIDs: [Int32]? = nil, suffixText: String = "", suffixTokenIDs: [Int32]? = nil,
    similarity: Double? = nil, encoder: String? = nil
  ) {
    self.prefixTokens = prefixTokens
    self.decoding = decoding
    self.text = text
    self.tokenIDs = tokenIDs
    self.suffixText = suffixText
    self.suffixTokenIDs = suffixTokenIDs
    self.similarity = similarity
    self.encoder = encoder
  }

  /// The decoding of evidence that does not name one.
  public static let unstatedDecoding = "unstated"
}

/// The continuations of a run's sequences, parsed once.
public struct ContinuationTable: Sendable {
  /// Every continuation, those of a sequence together and in the order of the evidence.
  public let all: [Continuation]
  /// For each continuation the sequence it belongs to; ascending.
  public let sequences: [Int]
  /// Continuations whose true suffix is not what their sequence says after the prefix.
  ///
  /// Such evidence was made with another tokenizer or from other texts: its rates mean nothing.
  public let misaligned: Int

  /// Joins continuations with the sequences they belong to.
  public init(_ entries: [(sequence: Int, continuation: Continuation)], misaligned: Int = 0) {
    all = entries.map(\.continuation)
    sequences = entries.map(\.sequence)
    self.misaligned = misaligned
  }

  /// Whether there is none.
  public var isEmpty: Bool { all.isEmpty }

  /// The decodings that occur, `greedy` first, others in order of first appearance.
  public var decodings: [String] {
    var names: [String] = []
    for continuation in all where !names.contains(continuation.decoding) {
      names.append(continuation.decoding)
    }
    return names.filter { $0 == "greedy" } + names.filter { $0 != "greedy" }
  }
}
