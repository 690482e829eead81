import Basics

extension RecordParser {
  @inline(__always)
  static func logprobs(
    _ cursor: inout JSONCursor, _ clamped: inout Int, _ empty: consuming [Float] = []
  ) throws(JSONError) -> [Float] {
    var values = empty
    try cursor.list { (cursor) throws(JSONError) in
      let first = cursor.byte
      if first == UInt8(ascii: "-") && cursor.at[1] == UInt8(ascii: "I") || first >= 0x49 {
        values.append(try specialLogprob(&cursor))
        return
      }
      let value = try cursor.float()
      if value <= 0 && value > -9999 {
        values.append(value)
      } else {
        values.append(try Logprob.normalised(value, &clamped))
      }
    }
    return values
  }

  /// A value that no JSON number is: −infinity as Python writes it; anything else is an error.
  static func specialLogprob(_ cursor: inout JSONCursor) throws(JSONError) -> Float {
    if cursor.consume("-Infinity") { return -.infinity }
    if cursor.consume("NaN") { throw Logprob.impossible("NaN") }
    if cursor.consume("Infinity") { throw Logprob.impossible("infinity") }
    var failure = cursor.wrongType("a number")
    if failure.problem.hasSuffix("null") {
      failure.remedy = "token 0 is never predicted: leave it out instead of writing null"
    }
    throw failure
  }

  static func deviations(
    _ cursor: inout JSONCursor, _ empty: consuming [Float] = []
  ) throws(JSONError) -> [Float] {
    var values = empty
    try cursor.list { (cursor) throws(JSONError) in
      if cursor.consume("NaN") || cursor.consume("Infinity") { throw Logprob.impossibleDeviation }
      let value = try cursor.float()
      guard value >= 0 && value < .infinity else { throw Logprob.impossibleDeviation }
      values.append(value)
    }
    return values
  }

  @inline(__always)
  static func ranks(
    _ cursor: inout JSONCursor, _ empty: consuming [Int32] = []
  ) throws(JSONError) -> [Int32] {
    var values = empty
    try cursor.list { (cursor) throws(JSONError) in
      let value = try cursor.integer()
      guard value >= 1 else {
        throw Impossible.rank(value)
      }
      values.append(value)
    }
    return values
  }

  @inline(__always)
  static func ids(
    _ cursor: inout JSONCursor, _ empty: consuming [Int32] = [], firstMayBeUnknown: Bool = false
  ) throws(JSONError) -> [Int32] {
    var values = empty
    try cursor.list { (cursor) throws(JSONError) in
      let value = try cursor.integer()
      guard value >= 0 && value < firstStandIn || value == -1 && firstMayBeUnknown && values.isEmpty
      else {
        throw Impossible.tokenID(value)
      }
      values.append(value)
    }
    return values
  }

  static func texts(
    _ cursor: inout JSONCursor, _ empty: consuming TextList = TextList()
  ) throws(JSONError) -> TextList {
    var texts = empty
    try cursor.list("a list of strings") { (cursor) throws(JSONError) in
      try texts.append { (bytes) throws(JSONError) in try cursor.string(into: &bytes) }
    }
    return texts
  }

  /// Texts, some of which may be null: those are not known, and empty in the list.
  static func texts(
    _ cursor: inout JSONCursor, _ empty: consuming TextList = TextList(),
    unknown: inout Set<Int>
  ) throws(JSONError) -> TextList {
    var texts = empty
    try cursor.list("a list of strings") { (cursor) throws(JSONError) in
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") {
        unknown.insert(texts.count)
        return texts.append([])
      }
      try texts.append { (bytes) throws(JSONError) in try cursor.string(into: &bytes) }
    }
    return texts
  }

  static func exactBytes(
    _ cursor: inout JSONCursor
  ) throws(JSONError) -> (texts: TextList, given: [Bool]) {
    var texts = TextList()
    var given: [Bool] = []
    try cursor.list("a list of strings and nulls") { (cursor) throws(JSONError) in
      if cursor.byte == UInt8(ascii: "n"), cursor.consume("null") {
        texts.append([])
        given.append(false)
        return
      }
      var encoded: [UInt8] = []
      try cursor.string(into: &encoded, "a string or null")
      guard let bytes = Base64.decode(encoded) else {
        throw JSONError(problem: "a string that is not base64", kind: .encoding)
      }
      texts.append(bytes)
      given.append(true)
    }
    return (texts, given)
  }

  static func flags(_ cursor: inout JSONCursor) throws(JSONError) -> [UInt8] {
    var flags: [UInt8] = []
    try cursor.list("a list of booleans") { (cursor) throws(JSONError) in
      if cursor.consume("true") {
        flags.append(1)
      } else if cursor.consume("false") {
        flags.append(0)
      } else {
        throw cursor.wrongType("true or false")
      }
    }
    return flags
  }

  static func label(_ cursor: inout JSONCursor) throws(JSONError) -> Int8 {
    let value = try cursor.integer()
    guard value == 0 || value == 1 else {
      throw Impossible.label(value)
    }
    return Int8(value)
  }

  static func raw(
    _ cursor: inout JSONCursor, _ open: UInt8, _ what: String, _ target: inout [UInt8]
  ) throws(JSONError) {
    guard cursor.byte == open else { throw cursor.wrongType(what) }
    try cursor.rawValue(into: &target)
  }
}

/// The range of log-probabilities and how oddly written ones are read.
enum Logprob {
  /// A value as it counts: −infinity for its stand-ins, 0 for tiny positive rounding.
  static func normalised(_ value: Float, _ clamped: inout Int) throws(JSONError) -> Float {
    guard let result = normalised(value, &clamped) else {
      throw impossible(value.isNaN ? "NaN" : value.description)
    }
    return result
  }

  /// As above, but nil for a value that no log-probability can have.
  static func normalised(_ value: Float, _ clamped: inout Int) -> Float? {
    if value <= -3e38 || value == -9999 { return -.infinity }
    if value <= 0 { return value }
    guard value <= 1e-4 else { return nil }
    clamped += 1
    return 0
  }

  static func impossible(_ value: String) -> JSONError {
    JSONError(
      problem: "\(value) is no log-probability", kind: .value,
      remedy: "natural logarithms of probabilities are at most 0")
  }

  static var impossibleDeviation: JSONError {
    JSONError(problem: "a standard deviation must be 0 or more and finite", kind: .value)
  }
}
