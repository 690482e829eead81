/// How much of the true text a continuation reproduces.
public struct Reproduction: Hashable, Sendable {
  /// What was compared.
  public enum Unit: String, CaseIterable, Sendable {
    /// The tokenizer's own tokens.
    case tokenIDs = "token_ids"
    /// Words and marks, because ids are missing on one side.
    case textTokens = "text_tokens"
  }

  /// Verbatim means these first tokens of the suffix, or the whole of a shorter one.
  ///
  /// Carlini and others (2021, 2023) count strings of 50 tokens.
  public static let verbatimTokens = 50
  /// The largest share of edited tokens that is still near-verbatim.
  public static let nearVerbatimShare = 0.1

  /// What was compared.
  public let unit: Unit
  /// How many tokens of the true suffix decide about verbatim reproduction.
  public let comparedTokens: Int
  /// Whether all of them came, in order, from the first token on.
  public let isVerbatim: Bool
  /// Edits between the compared tokens and as many of the continuation.
  public let editDistance: Int
  /// Tokens that agree before the first that differs, over the whole suffix.
  public let leadingTokens: Int
  /// The most consecutive tokens of the suffix found anywhere in the continuation.
  public let longestRun: Int
  /// The overlap over the whole suffix and the continuation cut to its length.
  public let rougeL: RougeL
  /// The similarity that came with the evidence, if any did.
  public let suppliedSimilarity: Double?
  /// What computed it.
  public let encoder: String?
  /// The likeness in wording; nil without both texts.
  public let lexicalSimilarity: Double?

  /// Whether at most a tenth of the compared tokens is edited; every verbatim one is.
  public var isNearVerbatim: Bool {
    Double(editDistance) <= Self.nearVerbatimShare * Double(comparedTokens)
  }

  /// Compares a continuation with the true suffix; nil where the suffix is empty or unknown.
  public init?(_ continuation: Continuation) {
    let made: [Int32]
    let truth: [Int32]
    if let ids = continuation.tokenIDs, let suffix = continuation.suffixTokenIDs {
      (made, truth, unit) = (ids, suffix, .tokenIDs)
    } else {
      (made, truth) = TextTokens.numbers(continuation.text, continuation.suffixText)
      unit = .textTokens
    }
    guard !truth.isEmpty else { return nil }
    comparedTokens = min(Self.verbatimTokens, truth.count)
    leadingTokens = CommonTokens.leading(made, truth)
    isVerbatim = leadingTokens >= comparedTokens
    editDistance =
      isVerbatim
      ? 0
      : EditDistance.between(
        Array(made.prefix(comparedTokens)), Array(truth.prefix(comparedTokens)))
    longestRun = CommonTokens.longest(made, truth)
    rougeL = RougeL(Array(made.prefix(truth.count)), truth: truth)
    suppliedSimilarity = continuation.similarity
    encoder = continuation.encoder
    lexicalSimilarity = LexicalSimilarity.cosine(continuation.text, continuation.suffixText)
  }
}
