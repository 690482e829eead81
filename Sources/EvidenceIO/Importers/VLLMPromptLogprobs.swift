import Basics

/// vLLM's `prompt_logprobs`: at each token of a prompt some candidates by id, null at the first.
///
/// A position has the K most probable tokens and, if it is not among them, the true one. Nothing
/// marks the true one: it is found by `prompt_token_ids`, or by its rank where that is unique.
struct VLLMPromptLogprobs {
  private(set) var entries: Candidates
  /// The prompt's token ids, if they were saved.
  let ids: [Int32]?

  private static let field = "prompt_logprobs"

  init(entries: Candidates, ids: [Int32]?) {
    self.entries = entries
    self.ids = ids
  }

  /// Reads the list; a candidate is an object, or before vLLM 0.4 a bare number.
  ///
  /// A position may be a bare number too, and the whole an object of flat columns.
  static func read(
    _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) -> Candidates {
    var entries = Candidates()
    if cursor.byte == UInt8(ascii: "{") { return try readColumns(&cursor, &clamped) }
    try cursor.list { (cursor) throws(JSONError) in
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return entries.addNull() }
      if cursor.byte != UInt8(ascii: "{"), cursor.byte != UInt8(ascii: "\"") {
        entries.add(id: -1, logprob: try cursor.logprob(&clamped))
        return entries.endPosition()
      }
      try cursor.object { cursor, raw throws(JSONError) in
        guard let id = tokenID(raw.bytes) else {
          throw JSONError(problem: "\"\(try raw.decoded())\" is no token id", kind: .value)
        }
        try candidate(&cursor, id, &entries, &clamped)
      }
      entries.endPosition()
    }
    return entries
  }

  /// vLLM's FlatLogprobs: where each position's candidates begin and end, and columns of them.
  private static func readColumns(
    _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) -> Candidates {
    var starts: [Int32] = []
    var ends: [Int32] = []
    var ids: [Int32] = []
    var logprobs: [Float] = []
    var ranks: [Int32] = []
    var texts: [[UInt8]?] = []
    try cursor.object { cursor, raw throws(JSONError) in
      func integers() throws(JSONError) -> [Int32] {
        var values: [Int32] = []
        try cursor.list { (cursor) throws(JSONError) in
          var isNull = false
          if cursor.byte == UInt8(ascii: "n") { isNull = cursor.consume("null") }
          try values.append(isNull ? 0 : cursor.integer())
        }
        return values
      }
      if raw.equals("start_indices") {
        starts = try integers()
      } else if raw.equals("end_indices") {
        ends = try integers()
      } else if raw.equals("token_ids") {
        ids = try integers()
      } else if raw.equals("ranks") {
        ranks = try integers()
      } else if raw.equals("logprobs") {
        try cursor.list { (cursor) throws(JSONError) in
          logprobs.append(try cursor.logprob(&clamped))
        }
      } else if raw.equals("decoded_tokens") {
        try cursor.list { (cursor) throws(JSONError) in
          texts.append(try cursor.optionalBytes())
        }
      } else {
        try cursor.skipValue(depth: 2)
      }
    }
    let count = logprobs.count
    guard starts.count == ends.count, ids.count == count, ranks.count == count,
      texts.isEmpty || texts.count == count,
      zip(starts, ends).allSatisfy({ $0 >= 0 && $0 <= $1 && Int($1) <= count }),
      ids.allSatisfy({ $0 >= 0 && $0 < RecordParser.firstStandIn })
    else {
      throw JSONError(
        problem: "flat columns whose lengths or places do not fit", kind: .length,
        remedy: "save start_indices, end_indices, token_ids, logprobs and ranks together")
    }
    var entries = Candidates()
    for (start, end) in zip(starts, ends) {
      if start == end {
        entries.addNull()
        continue
      }
      for place in Int(start)..<Int(end) {
        entries.add(
          id: ids[place], logprob: logprobs[place], rank: max(0, ranks[place]),
          text: texts.isEmpty ? nil : texts[place])
      }
      entries.endPosition()
    }
    return entries
  }

  /// The token id that digits spell.
  private static func tokenID(_ digits: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard !digits.isEmpty, digits.count <= 10 else { return nil }
    var value: Int64 = 0
    for digit in digits {
      guard digit &- 48 <= 9 else { return nil }
      value = value * 10 + Int64(digit &- 48)
    }
    return value < Int64(RecordParser.firstStandIn) ? Int32(value) : nil
  }

  private static func candidate(
    _ cursor: inout JSONCursor, _ id: Int32, _ entries: inout Candidates, _ clamped: inout Int
  ) throws(JSONError) {
    guard cursor.byte == UInt8(ascii: "{") else {
      return entries.add(id: id, logprob: try cursor.logprob(&clamped))
    }
    var logprob: Float?
    var rank: Int32 = 0
    var text: [UInt8]?
    try cursor.object { cursor, raw throws(JSONError) in
      if raw.equals("logprob") {
        logprob = try cursor.logprob(&clamped)
      } else if raw.equals("rank") {
        if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
        rank = try cursor.integer()
        guard rank >= 1 else {
          throw JSONError(
            problem: "rank \(rank)", kind: .value, remedy: "ranks count from 1, the first choice")
        }
      } else if raw.equals("decoded_token") {
        text = try cursor.optionalBytes()
      } else {
        try cursor.skipValue(depth: 2)
      }
    }
    guard let logprob else {
      throw JSONError(problem: "token \(id) has no logprob", kind: .missing)
    }
    entries.add(id: id, logprob: logprob, rank: rank, text: text)
  }

  /// The sequence these candidates tell of; the prompt is known to have some tokens.
  func sequence(
    atLeast length: Int, _ counts: inout ImportCounts
  ) throws(RecordError) -> DumpSequence {
    var whole = self
    try whole.alignFirst()
    guard whole.entries.count > 1 || length <= 1 else {
      throw RecordError(
        Self.field, .length,
        "holds \(whole.entries.count == 0 ? "nothing" : "null alone") for a prompt of several tokens: "
          + "the server computed none of the prompt's log-probs",
        "some servers answer so without an error (vllm-metal); serve the model with vLLM on a GPU or "
          + "CPU, or run ezscope-export on it")
    }
    return try whole.aligned(&counts)
  }

  /// Makes the first position one without candidates, whatever the server writes there.
  private mutating func alignFirst() throws(RecordError) {
    guard entries.count > 0, !entries.range(0).isEmpty else { return }
    if let ids, ids.count == entries.count + 1 {
      entries.prependNull()
    } else if entries.range(0).count == 1, entries.logprobs[0] == 0 {
      entries.hidesFirst = true
    }
  }

  private func aligned(_ counts: inout ImportCounts) throws(RecordError) -> DumpSequence {
    try checkShape()
    let listed = ids == nil ? listLength : nil
    var sequence = DumpSequence()
    var chosen: [Int] = []
    for position in 1..<max(1, entries.count) {
      chosen.append(try trueCandidate(position, listed))
    }
    let areKnown = chosen.allSatisfy { entries.ids[$0] >= 0 }
    sequence.ids = ids ?? (areKnown ? [-1] + chosen.map { entries.ids[$0] } : nil)
    sequence.startsLate = sequence.ids?.first == -1
    if !chosen.isEmpty, chosen.allSatisfy({ entries.hasText[$0] }) {
      var texts = TextList()
      for candidate in chosen { texts.append(entries.texts[candidate]) }
      sequence.laterTexts = texts
    }
    sequence.model.logprobs = chosen.map { entries.logprobs[$0] }
    let ranks = chosen.map { entries.ranks[$0] }
    if ranks.allSatisfy({ $0 > 0 }) { sequence.model.ranks = ranks }
    firstChoices(chosen, &sequence.model, &counts)
    for index in entries.ids.indices where entries.hasText[index] && entries.ids[index] >= 0 {
      sequence.spellings.add(entries.ids[index], entries.texts[index])
    }
    return sequence
  }

  private func checkShape() throws(RecordError) {
    if let ids, ids.count != entries.count {
      throw RecordError(
        Self.field, .length,
        "has \(entries.count) entries where prompt_token_ids has \(ids.count)",
        "save both from the same request")
    }
    guard entries.count > 0 else {
      throw RecordError(Self.field, .length, "is empty", "leave out prompts without tokens")
    }
    guard entries.range(0).isEmpty else {
      throw RecordError(
        Self.field, .value, "token 0 has a log-probability, which only a later token can have",
        "save the list as vLLM gives it, null first")
    }
    for position in 1..<entries.count where entries.range(position).isEmpty {
      throw RecordError(
        Self.field, .missing, "there is none at token \(position) of \(entries.count)",
        "request prompt_logprobs without prefix caching")
    }
  }

  /// K, if the whole list shows it: some position with fewer entries than others, or a gap in the
  /// ranks, which only the true token leaves.
  private var listLength: Int {
    let positions = 1..<max(1, entries.count)
    let most = positions.map { entries.range($0).count }.max() ?? 0
    guard most > 1 else { return 1 }
    for position in positions {
      let range = entries.range(position)
      let highest = range.map { entries.ranks[$0] }.max() ?? 0
      if range.count < most || Int(highest) > most { return most - 1 }
    }
    return most
  }

  private func trueCandidate(_ position: Int, _ listed: Int?) throws(RecordError) -> Int {
    let range = entries.range(position)
    if let ids, entries.ids[range.lowerBound] >= 0 {
      guard let found = range.first(where: { entries.ids[$0] == ids[position] }) else {
        throw RecordError(
          Self.field, .value,
          "token \(ids[position]) at position \(position) is not among the entries there",
          "save prompt_token_ids and prompt_logprobs of the same request")
      }
      return found
    }
    if range.count == 1 { return range.lowerBound }
    guard let listed, range.count > listed else {
      throw RecordError(
        Self.field, .missing,
        "which of the \(range.count) entries at position \(position) is the prompt's token is "
          + "not said",
        "save prompt_token_ids (return_token_ids over HTTP), or request prompt_logprobs 0 or 1")
    }
    // K + 1 entries: the one that is not among the K most probable.
    return range.reduce(range.lowerBound) { last, index in
      let isLower =
        entries.ranks[index] > 0 && entries.ranks[last] > 0
        ? entries.ranks[index] > entries.ranks[last]
        : entries.logprobs[index] < entries.logprobs[last]
      return isLower ? index : last
    }
  }

  /// First choices, where every position lists them: with K = 0 only ranks tell.
  private func firstChoices(
    _ chosen: [Int], _ model: inout RecordScratch.Model, _ counts: inout ImportCounts
  ) {
    guard chosen.allSatisfy({ entries.ids[$0] >= 0 }) else { return }
    var choices = FirstChoices()
    for (index, candidate) in chosen.enumerated() {
      let position = index + 1
      let isListed =
        model.ranks == nil || entries.range(position).contains { entries.ranks[$0] == 1 }
      guard isListed else { return }
      choices.add(
        entries, position, id: entries.ids[candidate], text: nil,
        logprob: entries.logprobs[candidate])
    }
    choices.fill(&model, &counts)
  }
}
