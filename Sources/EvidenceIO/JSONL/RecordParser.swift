/// Reads evidence records, one JSON object per line, without building trees.
struct RecordParser {
  /// Keys nobody knows, met so far.
  private(set) var unknownKeys: Set<String> = []
  private var pool = ScratchPool()
  private var field = Place()

  /// The key being read; its name is only made when something is wrong with it.
  private struct Place {
    var record: RecordField?
    var model: ModelField?
    var unknown = ""

    var name: String {
      guard let record else { return unknown }
      return model.map { "\(record.key).\($0.key)" } ?? "\(record.key)"
    }
  }

  /// Token ids from here on are stand-ins for tokens without an id of their own.
  static let firstStandIn: Int32 = 1 << 30

  /// Reads one line; `cursor` must end where the line does.
  ///
  /// The line may begin with a key, as in an object of records by id: then that is the id.
  mutating func parse(_ cursor: inout JSONCursor) throws(RecordError) -> RecordScratch {
    var record = pool.record()
    field = Place()
    do throws(JSONError) {
      let key = try cursor.consumeKey()
      try parse(&cursor, into: &record)
      field = Place()
      try cursor.finish()
      if let key, record.id.isEmpty { record.id = key }
      guard !record.id.isEmpty else {
        field.record = .id
        throw JSONError(
          problem: "there is none", kind: .missing, remedy: "give every record a unique id")
      }
    } catch {
      throw RecordError(field: field.name, failure: error)
    }
    return record
  }

  /// Takes a record's memory back, which the next one uses again.
  mutating func recycle(_ record: inout RecordScratch) { pool.recycle(&record) }

  private mutating func parse(
    _ cursor: inout JSONCursor, into record: inout RecordScratch
  ) throws(JSONError) {
    var seen: UInt16 = 0
    cursor.skipSpace()
    try cursor.object("an object, one a line") { cursor, raw throws(JSONError) in
      guard let known = try Self.known(raw, RecordField.of) else {
        field = Place()
        return try skipUnknown(raw, &cursor)
      }
      field = Place(record: known)
      guard seen & 1 << known.rawValue == 0 else { throw Self.twice }
      seen |= 1 << known.rawValue
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
      try value(of: known, &cursor, &record)
      field = Place()
    }
  }

  private static var twice: JSONError { JSONError(problem: "appears twice in one record") }

  /// The field of a key, decoding the key only if it has escapes.
  @inline(__always)
  private static func known<Field>(
    _ raw: JSONCursor.RawString, _ find: (JSONCursor.RawString) -> Field?
  ) throws(JSONError) -> Field? {
    guard raw.isEscaped else { return find(raw) }
    // Bytes beyond the key are read when it is looked up.
    let decoded = Array(try raw.decoded().utf8)
    let padded = decoded + [UInt8](repeating: 0, count: JSONCursor.padding)
    return padded.withUnsafeBufferPointer {
      find(
        JSONCursor.RawString(
          bytes: UnsafeBufferPointer(rebasing: $0[..<decoded.count]), isEscaped: false))
    }
  }

  private mutating func skipUnknown(
    _ raw: JSONCursor.RawString, _ cursor: inout JSONCursor
  ) throws(JSONError) {
    let parent = field.record.map { $0 == .target || $0 == .reference ? "\($0.key)." : "" } ?? ""
    let name = parent + (try raw.decoded())
    if unknownKeys.count < 32 { unknownKeys.insert(name) }
    try cursor.skipValue(depth: 1)
  }

  @inline(__always)
  private mutating func value(
    of known: RecordField, _ cursor: inout JSONCursor, _ record: inout RecordScratch
  ) throws(JSONError) {
    switch known {
    case .id:
      if cursor.byte &- 48 <= 9 {
        record.id = Array(String(try cursor.integer()).utf8)
      } else {
        try cursor.string(into: &record.id)
      }
    case .label: record.label = try Self.label(&cursor)
    case .text: try cursor.string(into: &record.text)
    case .tokens:
      record.tokens = try Self.texts(&cursor, pool.texts(), unknown: &record.unknownTexts)
    case .tokenBytes: record.exact = try Self.exactBytes(&cursor)
    case .tokenIDs:
      record.tokenIDs = try Self.ids(&cursor, pool.integers(), firstMayBeUnknown: true)
    case .scored: record.scored = try Self.flags(&cursor)
    case .target: try model(&cursor, &record.target, &record.clamped)
    case .reference: try model(&cursor, &record.reference, &record.clamped)
    case .extra:
      try Self.raw(&cursor, UInt8(ascii: "{"), "an object", &record.extra)
      try ExtraReader.check(record.extra)
    case .continuations: try Self.raw(&cursor, UInt8(ascii: "["), "a list", &record.continuations)
    case .meta: try Self.raw(&cursor, UInt8(ascii: "{"), "an object", &record.meta)
    }
  }

  @inline(__always)
  private mutating func model(
    _ cursor: inout JSONCursor, _ model: inout RecordScratch.Model,
    _ clamped: inout Int
  ) throws(JSONError) {
    var seen: UInt16 = 0
    try cursor.object { cursor, raw throws(JSONError) in
      guard let known = try Self.known(raw, ModelField.of) else {
        field.model = nil
        return try skipUnknown(raw, &cursor)
      }
      field.model = known
      guard seen & 1 << known.rawValue == 0 else { throw Self.twice }
      seen |= 1 << known.rawValue
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") { return }
      switch known {
      case .logprobs: model.logprobs = try Self.logprobs(&cursor, &clamped, pool.floats())
      case .ranks: model.ranks = try Self.ranks(&cursor, pool.integers())
      case .top1IDs: model.top1IDs = try Self.ids(&cursor, pool.integers())
      case .top1Tokens:
        model.top1Tokens = try Self.texts(&cursor, pool.texts(), unknown: &model.unknownChoices)
      case .top1Logprobs: model.top1Logprobs = try Self.logprobs(&cursor, &clamped, pool.floats())
      case .means, .meansUnweighted:
        try Self.moments(&model, weighted: known == .means)
        model.means = try Self.logprobs(&cursor, &clamped, pool.floats())
      case .stds, .stdsUnweighted:
        try Self.moments(&model, weighted: known == .stds)
        model.stds = try Self.deviations(&cursor, pool.floats())
      }
    }
  }

  private static func moments(
    _ model: inout RecordScratch.Model, weighted: Bool
  ) throws(JSONError) {
    guard model.weighted == nil || model.weighted == weighted else {
      throw JSONError(
        problem: "weighted and unweighted moments in one record", kind: .value,
        remedy: "keep the probability-weighted ones")
    }
    model.weighted = weighted
  }
}
