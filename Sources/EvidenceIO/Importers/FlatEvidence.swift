import Basics

/// Lists of log-probabilities under names of somebody's own: `target_logprobs`, `token_logprobs`.
///
/// A list may have an entry for the first token, null or exactly 0, which is none; how many tokens
/// there are tells where both are given.
struct FlatEvidence {
  /// What a list holds.
  enum Column: Hashable {
    case logprobs(ModelSide?)
    case ranks(ModelSide?)
    case top1IDs(ModelSide?)
    case top1Logprobs(ModelSide?)
    case tokens
    case tokenIDs
  }

  private var numbers: [Column: [Float?]] = [:]
  private var tokens: TextList?
  private var ids: [Int32]?
  /// Candidates by text at each token, as an echo lists them.
  private var top: Candidates?
  private var names: [Column: String] = [:]

  private static let target = ["target", "finetuned", "fine_tuned", "ft", "tuned", "sft"]
  private static let reference = ["reference", "ref", "base", "pretrained", "pre_trained"]
  private static let logprobs = [
    "logprobs", "token_logprobs", "log_probs", "token_log_probs", "logps", "logp",
    "log_likelihoods",
    "token_logps", "prompt_token_logprobs", "per_token_logprobs", "logprob",
  ]
  private static let ranks = ["ranks", "token_ranks", "rank"]

  private static let known: [String: Column] = {
    var result: [String: Column] = [:]
    func add(_ names: [String], _ column: (ModelSide?) -> Column) {
      for name in names {
        result[name] = column(nil)
        for (sides, side) in [(target, ModelSide.target), (reference, .reference)] {
          for word in sides {
            for spelled in ["\(word)_\(name)", "\(name)_\(word)", "\(word).\(name)"] {
              result[spelled] = column(side)
            }
          }
        }
      }
    }
    add(logprobs) { .logprobs($0) }
    add(ranks) { .ranks($0) }
    add(["top1_ids", "argmax"]) { .top1IDs($0) }
    add(["top1_logprobs"]) { .top1Logprobs($0) }
    for name in ["tokens", "token_strs", "token_texts", "token_strings", "str_tokens"] {
      result[name] = .tokens
    }
    for name in ["token_ids", "input_ids", "prompt_token_ids"] { result[name] = .tokenIDs }
    return result
  }()

  /// Whether a record with these keys has a list of log-probabilities.
  static func isNamed(by keys: [String], lists: (String) -> Bool) -> Bool {
    keys.contains { key in
      if case .logprobs = known[key.lowercased()] { lists(key) } else { false }
    }
  }

  /// Takes a value of the record if its key is one of these; false otherwise.
  mutating func take(
    _ key: String, _ cursor: inout JSONCursor, _ clamped: inout Int
  ) throws(JSONError) -> Bool {
    if key == "top_logprobs", cursor.byte == UInt8(ascii: "[") {
      top = try EchoLogprobs.readTop(&cursor, &clamped)
      return true
    }
    guard let column = Self.known[key.lowercased()], cursor.byte == UInt8(ascii: "[") else {
      return false
    }
    if case .logprobs = column {
      // A list of objects is what servers say of generated tokens.
      var ahead = cursor
      ahead.at += 1
      ahead.skipSpace()
      if ahead.byte == UInt8(ascii: "{") { return false }
    }
    names[column] = key
    switch column {
    case .tokens: tokens = try RecordParser.texts(&cursor)
    case .tokenIDs: ids = try RecordParser.ids(&cursor, firstMayBeUnknown: true)
    case .logprobs, .top1Logprobs:
      var values: [Float?] = []
      try cursor.list { (cursor) throws(JSONError) in
        values.append(try cursor.optionalLogprob(&clamped))
      }
      numbers[column] = values
    case .ranks, .top1IDs:
      var values: [Float?] = []
      try cursor.list { (cursor) throws(JSONError) in
        if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return values.append(nil) }
        values.append(Float(try cursor.integer()))
      }
      numbers[column] = values
    }
    return true
  }

  /// Whether there is a list of log-probabilities.
  var isThere: Bool {
    numbers.keys.contains { if case .logprobs = $0 { true } else { false } }
  }

  /// Whether one of these lists has an entry.
  var hasEntries: Bool {
    numbers.contains { column, values in
      if case .logprobs = column { !values.isEmpty } else { false }
    }
  }

  /// The same with token ids that stand under another key.
  func with(ids: [Int32]?) -> FlatEvidence {
    var result = self
    result.ids = result.ids ?? ids
    return result
  }

  /// The models this tells of; lists of no side are of `side`.
  func sequence(
    side: ModelSide, text: [UInt8], _ counts: inout ImportCounts
  ) throws(RecordError) -> (DumpSequence, other: RecordScratch.Model?) {
    var lists = self
    counts.generatedTokens += lists.cut(at: text)
    return try lists.sequence(side, &counts)
  }

  /// Leaves out tokens behind the end of a prompt; their number.
  private mutating func cut(at text: [UInt8]) -> Int {
    guard let tokens, !text.isEmpty, tokens.bytes.count > text.count,
      tokens.bytes.starts(with: text),
      let count = (0..<tokens.count).first(where: { tokens.range($0).lowerBound >= text.count })
    else { return 0 }
    let left = tokens.count - count
    for (column, values) in numbers {
      numbers[column] = Array(values.dropLast(min(values.count, left)))
    }
    ids = ids.map { Array($0.dropLast(min($0.count, left))) }
    var kept = TextList()
    for index in 0..<count { kept.append(tokens[index]) }
    self.tokens = kept
    top = nil
    return left
  }

  private func sequence(
    _ side: ModelSide, _ counts: inout ImportCounts
  ) throws(RecordError) -> (DumpSequence, other: RecordScratch.Model?) {
    var sequence = DumpSequence()
    sequence.ids = ids
    sequence.startsLate = ids?.first == -1
    sequence.tokens = tokens
    let count = ids?.count ?? tokens?.count
    let sides = Set(
      numbers.keys.compactMap { (column) -> ModelSide? in
        if case .logprobs(let side) = column { side } else { nil }
      })
    guard sides.isEmpty || numbers[.logprobs(nil)] == nil else {
      throw RecordError(
        names[.logprobs(nil)] ?? "", .value,
        "stands beside lists of named models, and does not say whose it is",
        "name it target_logprobs or reference_logprobs, or leave it out")
    }
    guard !sides.isEmpty else {
      sequence.model = try model(nil, count)
      firstChoices(&sequence, &counts)
      return (sequence, nil)
    }
    let other: ModelSide = side == .target ? .reference : .target
    if sides.contains(side) { sequence.model = try model(side, count) }
    return (sequence, sides.contains(other) ? try model(other, count) : nil)
  }

  /// First choices by the candidates beside an echo's tokens.
  private func firstChoices(_ sequence: inout DumpSequence, _ counts: inout ImportCounts) {
    guard let top, let tokens, let logprobs = sequence.model.logprobs, top.count == tokens.count,
      logprobs.count == tokens.count - 1
    else { return }
    var choices = FirstChoices()
    for position in 1..<max(1, tokens.count) {
      choices.add(
        top, position, id: nil, text: tokens[position], logprob: logprobs[position - 1])
    }
    choices.fill(&sequence.model, &counts)
  }

  private func model(
    _ side: ModelSide?, _ count: Int?
  ) throws(RecordError) -> RecordScratch.Model {
    var model = RecordScratch.Model()
    let logprobs = try list(.logprobs(side), count)
    model.logprobs = logprobs
    let length = logprobs.map { $0.count + 1 } ?? count
    if let ranks = try list(.ranks(side), length) {
      guard ranks.allSatisfy({ $0 >= 1 }) else {
        throw RecordError(
          names[.ranks(side)] ?? "ranks", .value, "a rank below 1",
          "ranks count from 1, the first choice")
      }
      model.ranks = ranks.map { Int32(saturating: Double($0)) }
    }
    model.top1IDs = try list(.top1IDs(side), length)?.map { Int32(saturating: Double($0)) }
    model.top1Logprobs = try list(.top1Logprobs(side), length)
    return model
  }

  /// A list of predictions: without an entry for the first token, where there is one.
  private func list(_ column: Column, _ count: Int?) throws(RecordError) -> [Float]? {
    guard var values = numbers[column] else { return nil }
    let name = names[column] ?? ""
    guard !values.isEmpty else {
      throw RecordError(name, .length, "is empty", "leave out sequences without tokens")
    }
    if values[0] == nil || count == values.count {
      if case .logprobs = column, let first = values[0], first != 0 {
        throw RecordError(
          name, .length,
          "has \(values.count) entries for \(values.count) tokens, the first of them not null",
          "give an entry for every token but the first, or null for the first")
      }
      values.removeFirst()
    }
    if let place = values.firstIndex(where: { $0 == nil }) {
      throw RecordError(name, .missing, "is null at position \(place)")
    }
    return values.compactMap { $0 }
  }
}
