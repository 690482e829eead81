/// One text with what a server said of its tokens, before it becomes a record.
struct DumpSequence {
  /// The tokenizer's ids, or nil if only texts are known; the first may be −1.
  var ids: [Int32]?
  /// Exact bytes of the tokens, or nil if some are not known.
  var tokens: TextList?
  /// What the model said of all tokens but the first.
  var model = RecordScratch.Model()
  /// Texts of token ids, wherever they occur.
  var spellings = Spellings()
  /// Whether the first token is not known.
  var startsLate = false
  /// Texts of all tokens but the first, where a server lists them by id and never the first.
  var laterTexts: TextList?

  /// Special tokens that a tokenizer puts before a text.
  private static let openers = [
    "<s>", "<bos>", "<|begin_of_text|>", "<|endoftext|>", "<|startoftext|>", "[CLS]",
  ].map { Array($0.utf8) }

  /// The text the tokens spell, without a special token at its start; nil if it is not known.
  var joinedText: [UInt8]? {
    guard let tokens, tokens.count > 0, !startsLate else { return nil }
    let start = Self.openers.contains(tokens[0]) ? tokens.range(0).upperBound : 0
    let text = Array(tokens.bytes[start...])
    return !text.isEmpty && text.withUnsafeBufferPointer { TokenSpelling.isUTF8($0) } ? text : nil
  }

  /// Puts a token before the first that is not known.
  mutating func prependUnknown() {
    startsLate = true
    ids?.insert(-1, at: 0)
    guard let known = tokens else { return }
    var list = TextList()
    list.append([])
    known.forEach { list.append($1) }
    tokens = list
  }
}

/// Texts of token ids.
struct Spellings {
  private(set) var ids: [Int32] = []
  private(set) var texts = TextList()

  mutating func add(_ id: Int32, _ text: [UInt8]) {
    ids.append(id)
    texts.append(text)
  }
}

/// The first choices of a model at the positions of one text, where they can be told.
struct FirstChoices {
  private(set) var ids: [Int32] = []
  private(set) var texts = TextList()
  private(set) var logprobs: [Float] = []
  private var hasIDs = true
  private var hasTexts = true
  private var isComplete = true
  /// Whether some position lists a token besides the true one.
  private(set) var hasAlternatives = false

  /// Adds a position: the candidates listed, and the true token with its log-probability.
  ///
  /// The true token is the first choice if none listed is more probable, so a tie is no error. A
  /// server lists by text two tokens of one text as one: then the log-probabilities decide.
  mutating func add(
    _ candidates: Candidates, _ position: Int, id: Int32?, text: [UInt8]?, logprob: Float
  ) {
    guard isComplete, let best = candidates.best(position) else {
      isComplete = false
      return
    }
    let others = candidates.range(position).contains { index in
      if let id, candidates.ids[index] >= 0 { return candidates.ids[index] != id }
      return candidates.logprobs[index] != logprob
        || text.map { candidates.texts[index] != $0 } ?? false
    }
    hasAlternatives = hasAlternatives || others
    guard candidates.logprobs[best] > logprob else {
      add(id ?? -1, text, logprob)
      return
    }
    let choice = candidates.hasText[best] ? candidates.texts[best] : nil
    if candidates.ids[best] < 0, let choice, choice == text {
      // Another token of the same text: naming it would make the true token the first choice.
      hasTexts = false
    }
    add(candidates.ids[best], choice, candidates.logprobs[best])
  }

  /// Adds a position at which nothing is listed.
  mutating func addUnknown() { isComplete = false }

  private mutating func add(_ id: Int32, _ text: [UInt8]?, _ logprob: Float) {
    hasIDs = hasIDs && id >= 0
    hasTexts = hasTexts && text != nil
    ids.append(id)
    texts.append(text ?? [])
    logprobs.append(logprob)
  }

  /// Puts what is known at every position into a model's columns.
  func fill(_ model: inout RecordScratch.Model, _ counts: inout ImportCounts) {
    guard isComplete, !logprobs.isEmpty else { return }
    counts.withChoices += 1
    if hasAlternatives { counts.withAlternatives += 1 }
    if model.ranks != nil { counts.ranked += 1 }
    model.top1Logprobs = logprobs
    if hasIDs { model.top1IDs = ids }
    if hasTexts, !hasIDs { model.top1Tokens = texts }
  }
}
