import Basics

/// Collects the parts of a response that matter, in whatever order its keys come.
struct DumpResponseReader {
  /// The field being read, for messages.
  var field = ""

  /// Ids that servers make up begin like this; they differ from request to request.
  private static let madeUp = ["cmpl-", "chatcmpl-", "resp_", "gen-", "batch_req_", "vllm-"]

  /// Reads one response.
  mutating func response(_ cursor: inout JSONCursor) throws(JSONError) -> DumpResponse {
    var response = DumpResponse()
    try read(&cursor, into: &response, depth: 0)
    return response
  }

  private mutating func read(
    _ cursor: inout JSONCursor, into response: inout DumpResponse, depth: Int
  ) throws(JSONError) {
    guard depth < 4 else {
      throw JSONError(problem: "responses nested in each other too deeply", kind: .tooLarge)
    }
    let isWrapped = depth > 0
    var text: [UInt8] = []
    var wraps = false
    try cursor.object("an object, one a line") { cursor, raw throws(JSONError) in
      let key = try raw.decoded()
      field = key
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") {
        if key == "prompt_logprobs" { response.hasNullPrompt = true }
        return
      }
      switch key {
      case "custom_id", "id", "doc_id": try id(&cursor, key, isWrapped, &response)
      case "prompt" where cursor.byte == UInt8(ascii: "["):
        try prompts(&cursor, &response)
      case "prompt", "input_text", "inputs", "input", "text":
        // An answer's own `text` is what was generated; that of the object around it is the prompt.
        guard cursor.byte == UInt8(ascii: "\"") else { return try cursor.skipValue(depth: 1) }
        var value: [UInt8] = []
        try cursor.string(into: &value)
        if key != "text" { response.text = value } else { text = value }
      case "meta", "metadata":
        guard cursor.byte == UInt8(ascii: "{") else { return try cursor.skipValue(depth: 1) }
        response.meta.removeAll()
        try cursor.rawValue(into: &response.meta)
      case "response", "body", "result", "request_output", "output":
        guard cursor.byte == UInt8(ascii: "{") else {
          if key == "output", cursor.byte == UInt8(ascii: "[") {
            response.refused = response.refused ?? .responses
          }
          return try cursor.skipValue(depth: 1)
        }
        wraps = true
        try read(&cursor, into: &response, depth: depth + 1)
      case _ where Self.isLabel(key): response.label = try Self.label(&cursor)
      default: try part(key, &cursor, &response)
      }
    }
    let isAnswer = response.generation != nil || response.prefill != nil
    if !text.isEmpty, response.text.isEmpty, wraps || !isAnswer { response.text = text }
  }

  private mutating func part(
    _ key: String, _ cursor: inout JSONCursor, _ response: inout DumpResponse
  ) throws(JSONError) {
    switch key {
    case "prompt_token_ids": response.promptIDs = try RecordParser.ids(&cursor)
    case "prompt_logprobs":
      response.promptLogprobs = try VLLMPromptLogprobs.read(&cursor, &response.clamped)
    case "choices":
      var choices = response.choices ?? []
      try cursor.list { (cursor) throws(JSONError) in
        field = "choices"
        choices.append(try DumpChoice.read(&cursor, &field, &response.clamped))
      }
      response.choices = choices
    case "outputs" where cursor.byte == UInt8(ascii: "["): try outputs(&cursor, &response)
    case "logprobs" where cursor.byte == UInt8(ascii: "{"):
      // A choice that was saved without what lies around it.
      var choice = DumpChoice()
      choice.logprobs = try EchoLogprobs.read(&cursor, &field, &response.clamped)
      response.choices = (response.choices ?? []) + [choice]
    case "usage": try usage(&cursor, &response)
    case "meta_info":
      response.generation = try SGLangMeta.read(&cursor, &field, &response.clamped)
    case "details": response.prefill = try TGIPrefill.read(&cursor, &field, &response.clamped)
    case "completion_probabilities", "probs":
      response.refused = .llamaServer
      try cursor.skipValue(depth: 1)
    case "done", "candidates", "stop_sequence":
      response.refused =
        key == "done" ? .ollama : key == "candidates" ? .gemini : .messages
      try cursor.skipValue(depth: 1)
    case "error":
      var raw: [UInt8] = []
      try cursor.rawValue(into: &raw)
      response.error = String(decoding: raw.prefix(200), as: UTF8.self)
    default:
      if try response.flat.take(key, &cursor, &response.clamped) { return }
      try cursor.skipValue(depth: 1)
    }
  }

  /// Together's `prompt`: a text with its own log-probabilities.
  private mutating func prompts(
    _ cursor: inout JSONCursor, _ response: inout DumpResponse
  ) throws(JSONError) {
    var texts: [[UInt8]] = []
    try cursor.list { (cursor) throws(JSONError) in
      guard cursor.byte == UInt8(ascii: "{") else { return try cursor.skipValue(depth: 1) }
      field = "prompt"
      let choice = try DumpChoice.read(&cursor, &field, &response.clamped)
      texts.append(choice.text)
      response.promptChoices.append(choice)
    }
    if texts.count == 1, response.text.isEmpty { response.text = texts[0] }
  }

  /// TensorRT-LLM's `outputs`, which hold the prompt's log-probabilities too.
  private mutating func outputs(
    _ cursor: inout JSONCursor, _ response: inout DumpResponse
  ) throws(JSONError) {
    try cursor.list { (cursor) throws(JSONError) in
      guard cursor.byte == UInt8(ascii: "{") else { return try cursor.skipValue(depth: 1) }
      try cursor.object { cursor, raw throws(JSONError) in
        if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
        guard raw.equals("prompt_logprobs"), response.lateLogprobs == nil else {
          return try cursor.skipValue(depth: 2)
        }
        field = "outputs.prompt_logprobs"
        response.lateLogprobs = try VLLMPromptLogprobs.read(&cursor, &response.clamped)
      }
    }
  }

  private static let labelKeys = Set(ColumnNames.names[.label] ?? [])

  private static func isLabel(_ key: String) -> Bool { labelKeys.contains(key.lowercased()) }

  private func id(
    _ cursor: inout JSONCursor, _ key: String, _ isWrapped: Bool, _ response: inout DumpResponse
  ) throws(JSONError) {
    let value = try cursor.value(depth: 1)
    let text: String
    switch value {
    case .string(let string): text = string
    case .integer(let number): text = String(number)
    case .null: return
    default: throw JSONError(problem: "is neither a text nor a whole number", kind: .type)
    }
    // What the object around an answer says counts, and custom_id before all.
    if isWrapped && !response.id.isEmpty && key != "custom_id" { return }
    if key == "id", Self.madeUp.contains(where: { text.hasPrefix($0) }) { return }
    if key != "custom_id", response.hasCustomID { return }
    response.hasCustomID = response.hasCustomID || key == "custom_id"
    response.id = Array(text.utf8)
  }

  static func label(_ cursor: inout JSONCursor) throws(JSONError) -> Int8 {
    let text = try cursor.value(depth: 1).plainText
    guard let label = ColumnNames.label(text) else {
      throw JSONError(
        problem: "\"\(text)\" is not a label", kind: .value, remedy: ColumnNames.labelRemedy)
    }
    return label.rawValue
  }

  private mutating func usage(
    _ cursor: inout JSONCursor, _ response: inout DumpResponse
  ) throws(JSONError) {
    guard cursor.byte == UInt8(ascii: "{") else { return try cursor.skipValue(depth: 1) }
    try cursor.object { cursor, raw throws(JSONError) in
      let isPrompt = raw.equals("prompt_tokens")
      guard isPrompt || raw.equals("completion_tokens"), cursor.byte &- 48 <= 9 else {
        return try cursor.skipValue(depth: 2)
      }
      field = isPrompt ? "usage.prompt_tokens" : "usage.completion_tokens"
      let count = Int(try cursor.integer())
      if isPrompt { response.promptTokens = count } else { response.completionTokens = count }
    }
  }
}

extension JSONCursor {
  /// Takes a log-probability as a server writes it: −infinity has three spellings.
  mutating func logprob(_ clamped: inout Int) throws(JSONError) -> Float {
    let first = byte
    if first == UInt8(ascii: "-") && at[1] == UInt8(ascii: "I") || first >= 0x49 {
      return try RecordParser.specialLogprob(&self)
    }
    return try Logprob.normalised(try float(), &clamped)
  }

  /// Takes a log-probability, or null.
  mutating func optionalLogprob(_ clamped: inout Int) throws(JSONError) -> Float? {
    if byte == UInt8(ascii: "n"), consume("null") { return nil }
    return try logprob(&clamped)
  }

  /// Takes a token id.
  mutating func tokenID() throws(JSONError) -> Int32 {
    let value = try integer()
    guard value >= 0 && value < RecordParser.firstStandIn else {
      throw JSONError(problem: "token id \(value), which no tokenizer has", kind: .value)
    }
    return value
  }

  /// Takes a string's bytes, or null.
  mutating func optionalBytes() throws(JSONError) -> [UInt8]? {
    if byte == UInt8(ascii: "n"), consume("null") { return nil }
    var bytes: [UInt8] = []
    try string(into: &bytes)
    return bytes
  }
}
