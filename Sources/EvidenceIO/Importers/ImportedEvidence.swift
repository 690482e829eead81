import Basics
import ScoringCore

/// Which of a run's two models a dump is of.
package enum ModelSide: String, Sendable {
  /// The fine-tuned model.
  case target
  /// The model it is compared with.
  case reference
}

/// What came up while reading a dump that cost no record.
struct ImportCounts: Sendable {
  /// Tokens the server generated after the prompt, which are no evidence.
  var generatedTokens = 0
  /// Records that do not say where the prompt ends.
  var unknownPromptEnds = 0
  /// Records that begin after their text's first token.
  var lateStarts = 0
  /// Records whose text was put together from the texts of their tokens.
  var joinedTexts = 0
  /// Records without an id of their own.
  var unnamed = 0
  /// Records with first choices, and how many of them ever list a token besides the true one.
  var withChoices = 0
  var withAlternatives = 0
  /// Records with first choices and ranks, which tell the same.
  var ranked = 0

  mutating func add(_ other: ImportCounts) {
    generatedTokens += other.generatedTokens
    unknownPromptEnds += other.unknownPromptEnds
    lateStarts += other.lateStarts
    joinedTexts += other.joinedTexts
    unnamed += other.unnamed
    withChoices += other.withChoices
    withAlternatives += other.withAlternatives
    ranked += other.ranked
  }

  /// Whether first choices cannot be told from a list that holds the true token alone.
  var choicesAreHollow: Bool { withChoices > 0 && withAlternatives == 0 }

  /// What a user should know, a sentence each; first choices matter of the target only.
  func sentences(of side: ModelSide) -> [String] {
    func records(_ count: Int) -> String { NumberFormat.counted(count, "record") }
    var result: [String] = []
    if generatedTokens > 0 {
      result.append("left out \(generatedTokens) generated tokens after the prompts")
    }
    if unknownPromptEnds > 0 {
      result.append(
        "\(records(unknownPromptEnds)) without usage: if max_tokens was not 0, the last tokens are "
          + "generated ones; keep the server's usage in each record")
    }
    if lateStarts > 0 {
      result.append(
        "\(records(lateStarts)) begin after the first token of the text, which is not known then")
    }
    if joinedTexts > 0 {
      result.append(
        "the texts of \(records(joinedTexts)) were put together from token texts; zlib counts "
          + "their bytes, so keep the prompt in each record if they are not exact")
    }
    if unnamed > 0 {
      result.append(
        "\(records(unnamed)) without an id of their own are numbered; other files are paired with "
          + "them by their tokens")
    }
    if side == .target && choicesAreHollow && ranked < withChoices {
      result.append(
        "no list of top log-probabilities ever holds a token besides the true one, as if none had "
          + "been asked for: first choices are not known, and EZ is unavailable; ask for 1")
    }
    return result
  }
}

/// What became of one response in a dump.
enum ImportOutcome {
  case record(RecordScratch)
  case defect(RecordError)
}

/// What a server lists at each token of a text: candidates with their log-probabilities.
struct Candidates {
  /// Token ids, −1 where only a text is given.
  private(set) var ids: [Int32] = []
  private(set) var logprobs: [Float] = []
  /// Ranks in the whole vocabulary, 0 where there is none.
  private(set) var ranks: [Int32] = []
  /// Texts, empty where there is none.
  private(set) var texts = TextList()
  private(set) var hasText: [Bool] = []
  private var ends: [Int] = []
  /// Positions with null instead of a list.
  private(set) var nulls: Set<Int> = []
  /// Whether what stands at the first position is none, such as 0 for null.
  var hidesFirst = false

  /// The number of positions.
  var count: Int { ends.count }

  /// Where a position's candidates lie.
  func range(_ position: Int) -> Range<Int> {
    guard position > 0 else { return 0..<(hidesFirst ? 0 : ends[0]) }
    return ends[position - 1]..<ends[position]
  }

  /// Puts a position without candidates before the first.
  mutating func prependNull() {
    ends.insert(0, at: 0)
    nulls = Set(nulls.map { $0 + 1 }).union([0])
  }

  /// Adds a candidate to the position being read; `text` puts its bytes at the end of a list.
  mutating func add(id: Int32, logprob: Float, rank: Int32 = 0, text: [UInt8]? = nil) {
    ids.append(id)
    logprobs.append(logprob)
    ranks.append(rank)
    texts.append(text ?? [])
    hasText.append(text != nil)
  }

  /// Ends the position being read.
  mutating func endPosition() { ends.append(ids.count) }

  /// A position with null.
  mutating func addNull() {
    nulls.insert(ends.count)
    endPosition()
  }

  /// The candidate with the highest log-probability; the first of equals.
  func best(_ position: Int) -> Int? {
    var best: Int?
    for index in range(position) where best.map({ logprobs[index] > logprobs[$0] }) ?? true {
      best = index
    }
    return best
  }
}

/// One log-probability for a text of many tokens: what some servers answer instead of refusing.
enum TruncatedAnswer {
  static func failure(_ found: Int, of tokens: Int, field: String) -> RecordError {
    RecordError(
      field: field,
      failure: JSONError(
        problem: "\(NumberFormat.counted(found, "log-prob")) for \(tokens) prompt tokens",
        kind: .length,
        remedy: "llama.cpp's server gives log-probs of generated tokens only, whatever echo says; "
          + "use llama-cpp-python with logits_all=True and echo=True, or vLLM with "
          + "prompt_logprobs=0"))
  }
}

extension RecordError {
  /// A defect of a field.
  init(_ field: String, _ kind: Defect.Kind, _ problem: String, _ remedy: String = "") {
    self.init(
      field: field, failure: JSONError(problem: problem, kind: kind, remedy: remedy))
  }
}
