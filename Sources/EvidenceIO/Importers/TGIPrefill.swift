/// text-generation-inference's `details.prefill`: id, log-probability and text of each token.
///
/// There is neither a rank nor a list of other tokens, so first choices are not known.
struct TGIPrefill {
  private var tokens: [Entry] = []

  private struct Entry {
    var id: Int32
    var logprob: Float?
    var text: [UInt8]?
  }

  private static let field = "details.prefill"

  static func read(
    _ cursor: inout JSONCursor, _ field: inout String, _ clamped: inout Int
  ) throws(JSONError) -> TGIPrefill {
    var prefill = TGIPrefill()
    try cursor.object { cursor, raw throws(JSONError) in
      guard raw.equals("prefill"), cursor.byte == UInt8(ascii: "[") else {
        return try cursor.skipValue(depth: 2)
      }
      field = Self.field
      try cursor.list { (cursor) throws(JSONError) in
        prefill.tokens.append(try entry(&cursor, &clamped))
      }
    }
    return prefill
  }

  private static func entry(
    _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) -> Entry {
    var id: Int32?
    var result = Entry(id: -1)
    try cursor.object { cursor, raw throws(JSONError) in
      if raw.equals("id") {
        id = try cursor.tokenID()
      } else if raw.equals("logprob") {
        result.logprob = try cursor.optionalLogprob(&clamped)
      } else if raw.equals("text") {
        result.text = try cursor.optionalBytes()
      } else {
        try cursor.skipValue(depth: 3)
      }
    }
    guard let id else { throw JSONError(problem: "a token without id", kind: .missing) }
    result.id = id
    return result
  }

  /// The sequence this tells of.
  func sequence() throws(RecordError) -> DumpSequence {
    guard let first = tokens.first else {
      throw RecordError(
        Self.field, .missing, "is empty",
        "request parameters: {details: true, decoder_input_details: true}, without streaming")
    }
    let logprobs = tokens.map(\.logprob)
    if let place = logprobs.indices.dropFirst().first(where: { logprobs[$0] == nil }) {
      throw RecordError(Self.field, .missing, "has no logprob at token \(place)")
    }
    var sequence = DumpSequence()
    sequence.ids = tokens.map(\.id)
    let texts = tokens.compactMap(\.text)
    if texts.count == tokens.count {
      var list = TextList()
      for text in texts { list.append(text) }
      sequence.tokens = list
    }
    let hasFirst = first.logprob.map { $0 != 0 } ?? false
    sequence.model.logprobs = logprobs.dropFirst(hasFirst ? 0 : 1).compactMap { $0 }
    if hasFirst { sequence.prependUnknown() }
    return sequence
  }
}
