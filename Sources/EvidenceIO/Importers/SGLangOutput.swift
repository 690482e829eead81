import Basics

/// SGLang's `meta_info`: `[log-prob, token id, text]` at each token of the input.
struct SGLangMeta {
  /// One candidate per position: the true token; null stands for its log-probability at the first.
  private var input: Candidates?
  private var top: Candidates?
  private var promptTokens: Int?
  private var nulls: [Int] = []

  private static let field = "meta_info.input_token_logprobs"
  private static let remedy =
    "request return_logprob: true with logprob_start_len: 0 (the default returns none of the "
    + "input) and top_logprobs_num: 1"

  static func read(
    _ cursor: inout JSONCursor, _ field: inout String, _ clamped: inout Int
  ) throws(JSONError) -> SGLangMeta {
    var meta = SGLangMeta()
    try cursor.object { cursor, raw throws(JSONError) in
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
      if raw.equals("input_token_logprobs") {
        field = Self.field
        try meta.readInput(&cursor, &clamped)
      } else if raw.equals("input_top_logprobs") {
        field = "meta_info.input_top_logprobs"
        meta.top = try readTop(&cursor, &clamped)
      } else if raw.equals("prompt_tokens"), cursor.byte &- 48 <= 9 {
        field = "meta_info.prompt_tokens"
        meta.promptTokens = Int(try cursor.integer())
      } else {
        try cursor.skipValue(depth: 2)
      }
    }
    return meta
  }

  private mutating func readInput(
    _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) {
    var entries = Candidates()
    try cursor.list { (cursor) throws(JSONError) in
      let (logprob, id, text) = try Self.triple(&cursor, &clamped)
      if logprob == nil { nulls.append(entries.count) }
      entries.add(id: id, logprob: logprob ?? .nan, text: text)
      entries.endPosition()
    }
    input = entries
  }

  private static func readTop(
    _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) -> Candidates {
    var top = Candidates()
    try cursor.list { (cursor) throws(JSONError) in
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return top.addNull() }
      try cursor.list { (cursor) throws(JSONError) in
        let (logprob, id, text) = try triple(&cursor, &clamped)
        if let logprob { top.add(id: id, logprob: logprob, text: text) }
      }
      top.endPosition()
    }
    return top
  }

  /// `[log-prob or null, id, text or null]`; old versions leave the text out.
  private static func triple(
    _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) -> (logprob: Float?, id: Int32, text: [UInt8]?) {
    var logprob: Float?
    var id: Int32?
    var text: [UInt8]?
    var place = 0
    try cursor.list("[log-prob, token id, text]") { (cursor) throws(JSONError) in
      switch place {
      case 0: logprob = try cursor.optionalLogprob(&clamped)
      case 1: id = try cursor.tokenID()
      case 2: text = try cursor.optionalBytes()
      default: try cursor.skipValue(depth: 3)
      }
      place += 1
    }
    guard let id else {
      throw JSONError(
        problem: "an entry of \(place) values where [log-prob, token id, text] is expected",
        kind: .length)
    }
    return (logprob, id, text)
  }

  /// The sequence this tells of.
  func sequence(_ counts: inout ImportCounts) throws(RecordError) -> DumpSequence {
    guard let input, input.count > 0 else {
      throw RecordError(
        Self.field, .missing, "holds no log-probabilities of the input", Self.remedy)
    }
    try checkLength(input)
    if let place = nulls.first(where: { $0 > 0 }) {
      throw RecordError(Self.field, .missing, "is null at token \(place)", Self.remedy)
    }
    // Some versions write 0 where there is none.
    let isZero = input.logprobs[0] == 0 && promptTokens ?? 0 == input.count
    let startsLate = nulls.isEmpty && !isZero
    let first = startsLate ? 0 : 1
    var sequence = DumpSequence()
    sequence.ids = input.ids
    if input.hasText.allSatisfy({ $0 }) { sequence.tokens = input.texts }
    sequence.model.logprobs = Array(input.logprobs[first...])
    if let top, top.count == input.count {
      var choices = FirstChoices()
      for position in first..<input.count {
        choices.add(
          top, position, id: input.ids[position], text: nil, logprob: input.logprobs[position])
      }
      choices.fill(&sequence.model, &counts)
    } else if let top, top.count > 0 {
      throw RecordError(
        "meta_info.input_top_logprobs", .length,
        "has \(top.count) entries where input_token_logprobs has \(input.count)", Self.remedy)
    }
    if startsLate { sequence.prependUnknown() }
    if let top {
      for index in top.ids.indices where top.hasText[index] {
        sequence.spellings.add(top.ids[index], top.texts[index])
      }
    }
    return sequence
  }

  private func checkLength(_ input: Candidates) throws(RecordError) {
    guard let promptTokens, input.count != promptTokens else { return }
    guard input.count > 1 || promptTokens <= 2 else {
      throw RecordError(
        Self.field, .length, "1 log-prob for \(promptTokens) prompt tokens", Self.remedy)
    }
    guard nulls.isEmpty, input.count < promptTokens else {
      throw RecordError(
        Self.field, .length, "has \(input.count) entries for \(promptTokens) prompt tokens",
        "request logprob_start_len: 0, and leave out return_text_in_logprobs, which some versions "
          + "answer with a shorter list")
    }
  }
}
