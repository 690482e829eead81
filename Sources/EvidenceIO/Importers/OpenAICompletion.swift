import Basics

/// One of the `choices` of a completion.
struct DumpChoice {
  var index: Int?
  var logprobs: EchoLogprobs?
  /// Whether this is of a chat, which holds generated tokens only.
  var isChat = false
  /// Whether it has keys that only vLLM writes.
  var isVLLM = false
  var promptIDs: [Int32]?
  var promptLogprobs: Candidates?
  /// The text beside it.
  var text: [UInt8] = []

  /// Whether the tokens listed begin with a prompt, so that it was echoed.
  func echoes(_ prompt: [UInt8]) -> Bool {
    guard let logprobs, !prompt.isEmpty else { return false }
    return logprobs.tokens.bytes.starts(with: prompt)
  }

  static func read(
    _ cursor: inout JSONCursor, _ field: inout String, _ clamped: inout Int
  ) throws(JSONError) -> DumpChoice {
    var choice = DumpChoice()
    try cursor.object { cursor, raw throws(JSONError) in
      if raw.equals("stop_reason") || raw.equals("prompt_logprobs") { choice.isVLLM = true }
      if raw.equals("message") || raw.equals("delta") { choice.isChat = true }
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
      if raw.equals("index"), cursor.byte &- 48 <= 9 {
        choice.index = Int(try cursor.integer())
      } else if raw.equals("logprobs"), cursor.byte == UInt8(ascii: "{") {
        field = "choices.logprobs"
        choice.logprobs = try EchoLogprobs.read(&cursor, &field, &clamped)
      } else if raw.equals("prompt_logprobs") {
        field = "choices.prompt_logprobs"
        choice.promptLogprobs = try VLLMPromptLogprobs.read(&cursor, &clamped)
      } else if raw.equals("prompt_token_ids") {
        field = "choices.prompt_token_ids"
        choice.promptIDs = try RecordParser.ids(&cursor)
      } else if raw.equals("text"), cursor.byte == UInt8(ascii: "\"") {
        try cursor.string(into: &choice.text)
      } else {
        try cursor.skipValue(depth: 2)
      }
    }
    return choice
  }
}

/// The `logprobs` of a completion: parallel lists over the echoed prompt and what follows.
struct EchoLogprobs {
  var tokens = TextList()
  var logprobs: [Float?] = []
  /// By text, null at the first token; nil where none were asked for.
  var top: Candidates?
  var offsets: [Int] = []
  /// Token ids, where a server lists them beside the texts.
  var ids: [Int32] = []
  /// Whether they list generated tokens, as a chat's do, and llama.cpp's of any completion.
  var isOfChat = false

  static func read(
    _ cursor: inout JSONCursor, _ field: inout String, _ clamped: inout Int
  ) throws(JSONError) -> EchoLogprobs {
    var result = EchoLogprobs()
    try cursor.object { cursor, raw throws(JSONError) in
      if raw.equals("content") { result.isOfChat = true }
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
      if raw.equals("content"), cursor.byte == UInt8(ascii: "[") {
        field = "choices.logprobs.content"
        try result.readContent(&cursor, &clamped)
      } else if raw.equals("token_ids"), cursor.byte == UInt8(ascii: "[") {
        field = "choices.logprobs.token_ids"
        result.ids = try RecordParser.ids(&cursor)
      } else if raw.equals("tokens") {
        field = "choices.logprobs.tokens"
        result.tokens = try RecordParser.texts(&cursor)
      } else if raw.equals("token_logprobs") {
        field = "choices.logprobs.token_logprobs"
        try cursor.list { (cursor) throws(JSONError) in
          result.logprobs.append(try cursor.optionalLogprob(&clamped))
        }
      } else if raw.equals("top_logprobs") {
        field = "choices.logprobs.top_logprobs"
        result.top = try readTop(&cursor, &clamped)
      } else if raw.equals("text_offset") {
        field = "choices.logprobs.text_offset"
        try cursor.list { (cursor) throws(JSONError) in
          result.offsets.append(Int(try cursor.integer()))
        }
      } else {
        try cursor.skipValue(depth: 3)
      }
    }
    return result
  }

  /// A list of tokens as chats have it, which Fireworks gives for an echoed prompt too.
  private mutating func readContent(
    _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) {
    var candidates = Candidates()
    try cursor.list { (cursor) throws(JSONError) in
      var listed = false
      let token = try Self.contentToken(&cursor, &clamped) {
        (cursor, clamped) throws(JSONError) in
        listed = true
        try cursor.list { (cursor) throws(JSONError) in
          let entry = try Self.contentToken(&cursor, &clamped) {
            (cursor, _) throws(JSONError) in try cursor.skipValue(depth: 4)
          }
          if let logprob = entry.logprob {
            candidates.add(id: -1, logprob: logprob, text: entry.text)
          }
        }
      }
      tokens.append(token.text)
      logprobs.append(token.logprob)
      if listed { candidates.endPosition() } else { candidates.addNull() }
    }
    top = candidates
  }

  private static func contentToken(
    _ cursor: inout JSONCursor, _ clamped: inout Int,
    _ top: (inout JSONCursor, inout Int) throws(JSONError) -> Void
  ) throws(JSONError) -> (text: [UInt8], logprob: Float?) {
    var text: [UInt8] = []
    var logprob: Float?
    try cursor.object { cursor, raw throws(JSONError) in
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
      if raw.equals("token") {
        text = try cursor.optionalBytes() ?? []
      } else if raw.equals("logprob") {
        logprob = try cursor.optionalLogprob(&clamped)
      } else if raw.equals("top_logprobs"), cursor.byte == UInt8(ascii: "[") {
        try top(&cursor, &clamped)
      } else {
        try cursor.skipValue(depth: 4)
      }
    }
    return (text, logprob)
  }

  static func readTop(
    _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) -> Candidates {
    var top = Candidates()
    try cursor.list { (cursor) throws(JSONError) in
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return top.addNull() }
      try cursor.object { cursor, raw throws(JSONError) in
        let key = Array(try raw.decoded().utf8)
        let token = EchoToken(key)
        let logprob = try cursor.logprob(&clamped)
        top.add(id: token.id ?? -1, logprob: logprob, text: token.id == nil ? token.bytes : nil)
      }
      top.endPosition()
    }
    return top
  }
}

/// How a completion spells a token: its text, `bytes:\x..` if that is no text, or `token_id:123`.
struct EchoToken {
  var bytes: [UInt8]
  var id: Int32?

  init(_ spelled: [UInt8]) {
    bytes = spelled
    if spelled.starts(with: Array("token_id:".utf8)) {
      let digits = String(decoding: spelled.dropFirst(9), as: UTF8.self)
      id = Int32(digits).flatMap { $0 >= 0 && $0 < RecordParser.firstStandIn ? $0 : nil }
    } else if spelled.starts(with: Array("bytes:".utf8)), let exact = Self.bytes(spelled[6...]) {
      bytes = exact
    }
  }

  /// The bytes of `\xe6\x97`, in which plain characters stand for themselves; nil if it is not that.
  private static func bytes(_ spelled: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = spelled
    var escapes = 0
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      guard rest.popFirst() == UInt8(ascii: "x"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else { return nil }
      rest.removeFirst(2)
      result.append(value)
      escapes += 1
    }
    return escapes > 0 ? result : nil
  }
}

/// A completion with its prompt echoed, as OpenAI, vLLM and llama-cpp-python give it.
struct OpenAICompletion {
  let logprobs: EchoLogprobs
  let choice: DumpChoice
  let response: DumpResponse

  private static let field = "choices.logprobs.token_logprobs"

  /// The sequence of the prompt's tokens.
  func sequence(_ counts: inout ImportCounts) throws(RecordError) -> DumpSequence {
    try checkShape()
    let count = promptCount(&counts)
    guard count > 0 else {
      throw RecordError(Self.field, .length, "is empty", "leave out prompts without tokens")
    }
    let values = logprobs.logprobs[..<count]
    if let place = values.indices.dropFirst().first(where: { values[$0] == nil }) {
      throw RecordError(Self.field, .missing, "is null at token \(place)")
    }
    counts.generatedTokens += logprobs.tokens.count - count
    let spelled = (0..<count).map { EchoToken(logprobs.tokens[$0]) }
    var sequence = DumpSequence()
    let ids = spelled.compactMap(\.id)
    let hasIDs = ids.count == count
    if hasIDs {
      sequence.ids = ids
    } else {
      if logprobs.ids.count == logprobs.tokens.count {
        sequence.ids = Array(logprobs.ids.prefix(count))
      }
      var list = TextList()
      for token in spelled { list.append(token.bytes) }
      sequence.tokens = list
    }
    sequence.model.logprobs = values.dropFirst().compactMap { $0 }
    guard let top = logprobs.top else { return sequence }
    var choices = FirstChoices()
    for position in 1..<max(1, count) {
      choices.add(
        top, position, id: hasIDs ? ids[position] : nil,
        text: hasIDs ? nil : spelled[position].bytes, logprob: values[position] ?? .nan)
    }
    choices.fill(&sequence.model, &counts)
    return sequence
  }

  private func checkShape() throws(RecordError) {
    let tokens = logprobs.tokens.count
    let known = logprobs.logprobs.count
    let isAlone = (response.choices?.count ?? 1) == 1 && response.promptChoices.count <= 1
    let promised = isAlone ? response.promptTokens ?? tokens : tokens
    if known <= 1, max(promised, tokens) > 2 {
      throw TruncatedAnswer.failure(known, of: max(promised, tokens), field: Self.field)
    }
    // Some servers write 0 where there is none.
    if let first = logprobs.logprobs.first, let value = first, value != 0 {
      throw RecordError(
        Self.field, .missing,
        "token 0 has a log-probability, as a generated token has and a prompt's first never",
        "request echo: true, so that the prompt's tokens are listed")
    }
    guard tokens == known else {
      throw RecordError(
        Self.field, .length, "has \(known) entries where tokens has \(tokens)",
        "save the lists of one response")
    }
    // One fewer is llama-cpp-python's way; several are missing.
    guard tokens >= promised - 1 else {
      throw RecordError(
        Self.field, .length, "has \(known) entries for \(promised) prompt tokens",
        "save the whole lists of a response with echo: true")
    }
    if let top = logprobs.top, top.count != tokens {
      throw RecordError(
        "choices.logprobs.top_logprobs", .length,
        "has \(top.count) entries where tokens has \(tokens)", "save the lists of one response")
    }
  }

  /// How many of the tokens are the prompt's; with max_tokens above 0 generated ones follow.
  private func promptCount(_ counts: inout ImportCounts) -> Int {
    let count = logprobs.tokens.count
    if !response.promptChoices.isEmpty { return count }
    if response.choices?.count == 1, let prompt = response.promptTokens {
      let generated = response.completionTokens ?? max(0, count - prompt)
      if count == prompt + generated { return prompt }
      // vLLM generates a token even if none is asked for, counts it, and does not list it.
      if count == prompt, choice.isVLLM || generated == 0 { return count }
      // llama-cpp-python counts a token before the text's first that it does not list.
      if count == prompt - 1 + generated { return prompt - 1 }
      return min(count, prompt)
    }
    if !response.text.isEmpty, logprobs.offsets.count == count {
      let length = String(decoding: response.text, as: UTF8.self).unicodeScalars.count
      let start = logprobs.offsets.first ?? 0
      return logprobs.offsets.firstIndex { $0 - start >= length } ?? count
    }
    counts.unknownPromptEnds += 1
    return count
  }
}
