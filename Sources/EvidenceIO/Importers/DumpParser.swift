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
    do throws(RecordFailure) {
      try read(&cursor, &responses)
    } catch {
      return [.defect(error)]
    }
    return responses.flatMap { outcomes(of: $0) }
  }

  private func read(
    _ cursor: inout JSONCursor, _ responses: inout [DumpResponse]
  ) throws(RecordFailure) {
    var reader = DumpResponseReader()
    do throws(JSONFailure) {
      cursor.skipSpace()
      if cursor.byte == UInt8(ascii: "[") {
        try cursor.list { (cursor) throws(JSONFailure) in
          responses.append(try reader.response(&cursor))
        }
      } else {
        responses.append(try reader.response(&cursor))
      }
      reader.field = ""
      try cursor.finish()
    } catch {
      throw RecordFailure(field: reader.field, failure: error)
    }
  }

  private mutating func outcomes(of response: DumpResponse) -> [ImportOutcome] {
    let parts: [(suffix: String, shape: DumpResponse.Shape)]
    do throws(RecordFailure) {
      parts = try response.parts()
    } catch {
      return [.defect(error)]
    }
    return parts.map { part in
      // What a response counts is only kept if it becomes a record.
      var counted = ImportCounts()
      do throws(RecordFailure) {
        let sequence = try part.shape.sequence(response, &counted)
        let record = record(sequence, response, part.suffix, &counted)
        counts.add(counted)
        return .record(record)
      } catch {
        return .defect(error)
      }
    }
  }

  private func record(
    _ sequence: DumpSequence, _ response: DumpResponse, _ suffix: String,
    _ counts: inout ImportCounts
  ) -> RecordScratch {
    var record = RecordScratch()
    record.id = response.id.isEmpty ? [] : response.id + Array(suffix.utf8)
    if record.id.isEmpty { counts.unnamed += 1 }
    record.label = response.label
    record.meta = response.meta
    record.clamped = response.clamped
    record.tokenIDs = sequence.ids
    record.spellings = sequence.spellings
    if sequence.startsLate { counts.lateStarts += 1 }
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
    } else if let text = sequence.joinedText {
      record.text = text
      counts.joinedTexts += 1
    }
    switch side {
    case .target: record.target = sequence.model
    case .reference: record.reference = sequence.model
    }
    return record
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

    func sequence(
      _ response: DumpResponse, _ counts: inout ImportCounts
    ) throws(RecordFailure) -> DumpSequence {
      switch self {
      case .vllm(let entries, let ids):
        try VLLMPromptLogprobs(entries: entries, ids: ids).sequence(&counts)
      case .openAI(let logprobs, let choice):
        try OpenAICompletion(logprobs: logprobs, choice: choice, response: response)
          .sequence(&counts)
      case .sglang(let meta): try meta.sequence(&counts)
      case .tgi(let prefill): try prefill.sequence()
      }
    }
  }

  /// The texts of the response; several completions get their index as a suffix of the id.
  func parts() throws(RecordFailure) -> [(suffix: String, shape: Shape)] {
    if let promptLogprobs { return [("", .vllm(promptLogprobs, ids: promptIDs))] }
    if let generation { return [("", .sglang(generation))] }
    if let prefill { return [("", .tgi(prefill))] }
    if let refused { throw refused.failure }
    guard let choices else {
      if let error {
        throw RecordFailure("error", .missing, "the server answered with an error: \(error)")
      }
      throw RecordFailure(
        "", .missing, "there are no log-probabilities of a prompt",
        "expected prompt_logprobs (vLLM), choices with logprobs (OpenAI, echo), "
          + "meta_info.input_token_logprobs (SGLang) or details.prefill (TGI)")
    }
    var parts: [(suffix: String, shape: Shape)] = []
    for (place, choice) in choices.enumerated() {
      let suffix = choices.count > 1 ? "/\(choice.index ?? place)" : ""
      if let entries = choice.promptLogprobs {
        parts.append((suffix, .vllm(entries, ids: choice.promptIDs ?? promptIDs)))
      } else if choice.isChat || choice.logprobs?.isOfChat == true {
        throw (choice.isChat ? RefusedAnswer.chat : .llamaServer).failure
      } else if let logprobs = choice.logprobs {
        parts.append((suffix, .openAI(logprobs, choice)))
      } else {
        throw RecordFailure(
          "choices.logprobs", .missing, "there are none",
          "request echo: true, logprobs: 1 and max_tokens: 0, or vLLM's prompt_logprobs: 0")
      }
    }
    guard !parts.isEmpty else { throw RecordFailure("choices", .missing, "is empty") }
    return parts
  }
}
