import ScoringCore

/// Reads the `extra` object of a sequence: numbers and lists of mean log-probabilities.
struct ExtraReader {
  /// What was read so far, a sequence after another.
  private(set) var builder = ExtraBuilder()
  /// Keys that mean nothing here.
  private(set) var unknownKeys: Set<String> = []
  /// Values that were positive by rounding and are 0 now.
  private(set) var clamped = 0
  private var padded: [UInt8] = []

  /// Reads the next sequence's object; no bytes stand for a sequence without one.
  mutating func add(_ object: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    defer { builder.endSequence() }
    guard !object.isEmpty else { return }
    padded.removeAll(keepingCapacity: true)
    padded.append(contentsOf: object)
    padded.append(contentsOf: repeatElement(0, count: JSONCursor.padding + 1))
    let text = padded
    try JSONCursor.parse(padded: text, count: object.count) { cursor throws(JSONError) in
      cursor.skipSpace()
      var seen: Set<String> = []
      try cursor.object { cursor, raw throws(JSONError) in
        let key = try raw.decoded()
        guard seen.insert(key).inserted else {
          throw JSONError(problem: "\(key) appears twice in one object")
        }
        do throws(JSONError) {
          try value(of: key, &cursor)
        } catch {
          throw JSONError(
            problem: "\(key): \(error.problem)", kind: error.kind, remedy: error.remedy)
        }
      }
      try cursor.finish()
    }
  }

  private mutating func value(
    of key: String, _ cursor: inout JSONCursor
  ) throws(JSONError) {
    // As elsewhere, null is absent.
    if let number = ExtraNumber(rawValue: key) {
      if !cursor.consume("null") { builder.set(number, try logprob(&cursor)) }
    } else if let list = ExtraList(rawValue: key) {
      if cursor.consume("null") { return }
      try cursor.list("a list of numbers") { cursor throws(JSONError) in
        builder.append(try logprob(&cursor), to: list)
      }
    } else {
      if unknownKeys.count < 32 { unknownKeys.insert(key) }
      try cursor.skipValue(depth: 1)
    }
  }

  private mutating func logprob(_ cursor: inout JSONCursor) throws(JSONError) -> Double {
    if cursor.consume("-Infinity") { return -.infinity }
    if cursor.consume("NaN") { throw Logprob.impossible("NaN") }
    if cursor.consume("Infinity") { throw Logprob.impossible("infinity") }
    let value = try cursor.double()
    if value <= -3e38 || value == -9999 { return -.infinity }
    if value <= 0 { return value }
    guard value <= 1e-4 else { throw Logprob.impossible(value.description) }
    clamped += 1
    return 0
  }

  /// Checks one object.
  static func check(_ object: [UInt8]) throws(JSONError) {
    var reader = ExtraReader()
    try object.withUnsafeBufferPointer { bytes throws(JSONError) in try reader.add(bytes) }
  }
}
