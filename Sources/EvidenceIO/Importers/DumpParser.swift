/// Reads what model servers answer, one response, or a list of responses, a line.
///
/// Every shape is told by its own keys, so one file may mix them, and a response may lie in an
/// object with the keys `id`, `label`, `prompt` and `meta` that says what it is about.
struct DumpParser {
  /// Whose log-probabilities these are.
  let side: ModelSide
  private(set) var counts = ImportCounts()

  init(side: ModelSide) { self.side = side }

  /// The records of one line; a defect of one leaves the others.
  mutating func parse(_ cursor: inout JSONCursor) -> [ImportOutcome] {
    var responses: [DumpResponse] = []
    do throws(RecordError) {
      try read(&cursor, &responses)
    } catch {
      return [.defect(error)]
    }
    return responses.flatMap { outcomes(of: $0) }
  }

  private func read(
    _ cursor: inout JSONCursor, _ responses: inout [DumpResponse]
  ) throws(RecordError) {
    var reader = DumpResponseReader()
    do throws(JSONError) {
      cursor.skipSpace()
      let key = try cursor.consumeKey()
      if cursor.byte == UInt8(ascii: "[") {
        try cursor.list { (cursor) throws(JSONError) in
          responses.append(try reader.response(&cursor))
        }
      } else {
        responses.append(try reader.response(&cursor))
      }
      reader.field = ""
      try cursor.finish()
      for index in responses.indices where responses[index].id.isEmpty {
        guard let key else { break }
        responses[index].id = key + (responses.count > 1 ? Array("/\(index)".utf8) : [])
      }
    } catch {
      throw RecordError(field: reader.field, failure: error)
    }
  }

  private mutating func outcomes(of response: DumpResponse) -> [ImportOutcome] {
    let parts: [(suffix: String, shape: DumpResponse.Shape)]
    do throws(RecordError) {
      parts = try response.parts()
    } catch {
      return [.defect(error)]
    }
    return parts.map { part in
      // What a response counts is only kept if it becomes a record.
      var counted = ImportCounts()
      do throws(RecordError) {
        let (sequence, other) = try part.shape.sequence(response, side, &counted)
        let record = record(sequence, other, response, part.suffix, &counted)
        counts.add(counted)
        return .record(record)
      } catch {
        return .defect(error)
      }
    }
  }

  private func record(
    _ sequence: DumpSequence, _ other: RecordScratch.Model?, _ response: DumpResponse,
    _ suffix: String, _ counts: inout ImportCounts
  ) -> RecordScratch {
    var record = RecordScratch()
    record.id = response.id.isEmpty ? [] : response.id + Array(suffix.utf8)
    if record.id.isEmpty { counts.unnamed += 1 }
    record.label = response.label
    record.meta = response.meta
    record.clamped = response.clamped
    record.tokenIDs = sequence.ids
    record.spellings = sequence.spellings
    if let tokens = sequence.tokens, let ids = sequence.ids, sequence.startsLate {
      // The unknown token has no text to remember.
      tokens.forEach { index, text in
        if ids[index] >= 0 { record.spellings?.add(ids[index], Array(text)) }
      }
    } else {
      record.tokens = sequence.tokens
    }
    if !response.text.isEmpty, suffix.isEmpty {
      record.text = response.text
      if let tokens = record.tokens,
        let exact = TokenAlphabet.exact(tokens, spelling: response.text)
      {
        record.tokens = exact
      }
    } else if let text = sequence.joinedText {
      record.text = text
      counts.joinedTexts += 1
    }
    if let first = FirstToken.text(in: record.text, before: sequence.laterTexts) {
      if let id = sequence.ids?.first, id >= 0 {
        record.spellings?.add(id, first)
      } else {
        record.firstText = first
      }
    }
    if sequence.startsLate, record.firstText == nil { counts.lateStarts += 1 }
    switch side {
    case .target:
      record.target = sequence.model
      record.reference = other ?? RecordScratch.Model()
    case .reference:
      record.reference = sequence.model
      record.target = other ?? RecordScratch.Model()
    }
    return record
  }
}

/// The text of a prompt's first token, which servers never list: what of the prompt is left before
/// the others.
enum FirstToken {
  /// The longest text that a single token is taken for.
  private static let longest = 48

  /// The first token's text; nil if the others do not end the text, or leave more than one token.
  static func text(in text: [UInt8], before later: TextList?) -> [UInt8]? {
    guard let later, !text.isEmpty, later.bytes.count < text.count,
      text.suffix(later.bytes.count).elementsEqual(later.bytes)
    else { return nil }
    let first = text.dropLast(later.bytes.count)
    return isOne(first) ? Array(first) : nil
  }

  /// Whether a text may be one token: a word at most, with its blanks before it.
  static func isOne(_ text: some Collection<UInt8>) -> Bool {
    guard text.count <= longest else { return false }
    let word = text.drop { $0 <= 0x20 }
    return word.isEmpty || !word.contains { $0 <= 0x20 }
  }
}

/// One response as it was read, whatever server it is from.
struct DumpResponse {
  /// The id the user gave, empty if there is only one that the server made up.
  var id: [UInt8] = []
  var hasCustomID = false
  var label: Int8 = -1
  /// The text that was scored, if the record says so.
  var text: [UInt8] = []
  var meta: [UInt8] = []
  var clamped = 0
  /// Lists under names of somebody's own.
  var flat = FlatEvidence()
  /// Whether prompt log-probabilities have a key, and nothing under it.
  var hasNullPrompt = false
  /// What Together says of the prompt, apart from what was generated.
  var promptChoices: [DumpChoice] = []
  /// TensorRT-LLM's list, which has no entry for the first token.
  var lateLogprobs: Candidates?
  var promptIDs: [Int32]?
  var promptLogprobs: Candidates?
  var choices: [DumpChoice]?
  var promptTokens: Int?
  var completionTokens: Int?
  var generation: SGLangMeta?
  var prefill: TGIPrefill?
  /// The server of an answer that holds generated tokens only.
  var refused: RefusedAnswer?
  /// What the server said instead of an answer.
  var error: String?

  /// How one text of a response is told.
  enum Shape {
    case vllm(Candidates, ids: [Int32]?)
    case openAI(EchoLogprobs, DumpChoice)
    case sglang(SGLangMeta)
    case tgi(TGIPrefill)
    case flat(FlatEvidence)

    /// The sequence, and what another model said where lists of two are given.
    func sequence(
      _ response: DumpResponse, _ side: ModelSide, _ counts: inout ImportCounts
    ) throws(RecordError) -> (DumpSequence, other: RecordScratch.Model?) {
      switch self {
      case .vllm(let entries, let ids):
        let length =
          ids?.count ?? response.promptTokens ?? (FirstToken.isOne(response.text) ? 1 : 2)
        return (
          try VLLMPromptLogprobs(entries: entries, ids: ids).sequence(atLeast: length, &counts), nil
        )
      case .openAI(let logprobs, let choice):
        return (
          try OpenAICompletion(logprobs: logprobs, choice: choice, response: response)
            .sequence(&counts), nil
        )
      case .sglang(let meta): return (try meta.sequence(&counts), nil)
      case .tgi(let prefill): return (try prefill.sequence(), nil)
      case .flat(let lists): return try lists.sequence(side: side, text: response.text, &counts)
      }
    }
  }

  /// The texts of the response; several completions get their index as a suffix of the id.
  func parts() throws(RecordError) -> [(suffix: String, shape: Shape)] {
    if let promptLogprobs { return [("", .vllm(promptLogprobs, ids: promptIDs))] }
    if var entries = lateLogprobs {
      if entries.count != promptIDs?.count ?? -1 { entries.prependNull() }
      return [("", .vllm(entries, ids: promptIDs))]
    }
    if !promptChoices.isEmpty { return try promptParts() }
    if let generation { return [("", .sglang(generation))] }
    if let prefill { return [("", .tgi(prefill))] }
    // Beside what a server says of generated tokens alone, an empty list is no evidence.
    let hasLists = refused == nil ? flat.isThere : flat.hasEntries
    if choices == nil, hasLists { return [("", .flat(flat.with(ids: promptIDs)))] }
    if let refused { throw refused.failure }
    guard let choices else {
      if hasNullPrompt {
        throw RecordError(
          "prompt_logprobs", .missing,
          "is null: the request did not ask for the prompt's log-probabilities",
          "ask again with SamplingParams(prompt_logprobs=0), or \"prompt_logprobs\": 0 over HTTP")
      }
      if let error {
        throw RecordError("error", .missing, "the server answered with an error: \(error)")
      }
      throw RecordError(
        "", .missing, "there are no log-probabilities of a prompt",
        "expected prompt_logprobs (vLLM), choices with logprobs (OpenAI, echo), "
          + "meta_info.input_token_logprobs (SGLang) or details.prefill (TGI)")
    }
    var parts: [(suffix: String, shape: Shape)] = []
    for (place, choice) in choices.enumerated() {
      let suffix = choices.count > 1 ? "/\(choice.index ?? place)" : ""
      if let entries = choice.promptLogprobs {
        parts.append((suffix, .vllm(entries, ids: choice.promptIDs ?? promptIDs)))
      } else if choice.isChat || choice.logprobs?.isOfChat == true && !choice.echoes(text) {
        throw (choice.isChat ? RefusedAnswer.chat : .llamaServer).failure
      } else if let logprobs = choice.logprobs {
        parts.append((suffix, .openAI(logprobs, choice)))
      } else {
        throw RecordError(
          "choices.logprobs", .missing, "there are none",
          "request echo: true, logprobs: 1 and max_tokens: 0, or vLLM's prompt_logprobs: 0")
      }
    }
    guard !parts.isEmpty else { throw RecordError("choices", .missing, "is empty") }
    return parts
  }

  /// The prompts that Together lists apart.
  private func promptParts() throws(RecordError) -> [(suffix: String, shape: Shape)] {
    var parts: [(suffix: String, shape: Shape)] = []
    for (place, choice) in promptChoices.enumerated() {
      guard let logprobs = choice.logprobs else {
        throw RecordError(
          "prompt.logprobs", .missing, "there are none", "request echo: true and logprobs: 1")
      }
      parts.append((promptChoices.count > 1 ? "/\(place)" : "", .openAI(logprobs, choice)))
    }
    return parts
  }
}
