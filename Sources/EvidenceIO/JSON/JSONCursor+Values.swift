extension JSONCursor {
  /// Takes a list, calling `element` at each of its values.
  @inline(__always)
  mutating func list(
    _ what: String = "a list",
    _ element: (inout JSONCursor) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard consume(UInt8(ascii: "[")) else { throw wrongType(what) }
    skipSpace()
    if consume(UInt8(ascii: "]")) { return }
    while true {
      try element(&self)
      if byte <= 0x20 { skipSpace() }
      if consume(UInt8(ascii: ",")) {
        if byte <= 0x20 { skipSpace() }
        continue
      }
      guard consume(UInt8(ascii: "]")) else { throw unexpected("expected ',' or ']'") }
      return
    }
  }

  /// Takes an object, calling `member` at each value with its undecoded key.
  @inline(__always)
  mutating func object(
    _ what: String = "an object",
    _ member: (inout JSONCursor, RawString) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard consume(UInt8(ascii: "{")) else { throw wrongType(what) }
    skipSpace()
    if consume(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      let key = try rawString("a key")
      try expect(UInt8(ascii: ":"))
      skipSpace()
      try member(&self, key)
      skipSpace()
      if consume(UInt8(ascii: ",")) { continue }
      guard consume(UInt8(ascii: "}")) else { throw unexpected("expected ',' or '}'") }
      return
    }
  }

  /// Passes over any value, checking it fully.
  mutating func skipValue(depth: Int = 0) throws(JSONError) {
    guard depth < Self.deepest else {
      throw JSONError(problem: "nested more than \(Self.deepest) deep", kind: .tooLarge)
    }
    switch byte {
    case UInt8(ascii: "\""):
      let raw = try rawString()
      if raw.isEscaped { try Self.checkEscapes(raw) }
    case UInt8(ascii: "{"):
      try object { (cursor, key) throws(JSONError) in
        if key.isEscaped { try Self.checkEscapes(key) }
        try cursor.skipValue(depth: depth + 1)
      }
    case UInt8(ascii: "["):
      try list { (cursor) throws(JSONError) in try cursor.skipValue(depth: depth + 1) }
    case UInt8(ascii: "t"):
      guard consume("true") else { throw unexpected("expected a value") }
    case UInt8(ascii: "f"):
      guard consume("false") else { throw unexpected("expected a value") }
    case UInt8(ascii: "n"):
      guard consume("null") else { throw unexpected("expected a value") }
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      try skipNonFinite()
    case UInt8(ascii: "-") where at[1] == UInt8(ascii: "I"):
      try skipNonFinite()
    default: _ = try double("a value")
    }
  }

  /// Python writes these three although JSON has no such numbers; a skipped value may hold them.
  private mutating func skipNonFinite() throws(JSONError) {
    guard consume("NaN") || consume("Infinity") || consume("-Infinity") else {
      throw unexpected("expected a value")
    }
  }

  private static func checkEscapes(_ raw: RawString) throws(JSONError) {
    var index = 0
    while index < raw.bytes.count {
      guard raw.bytes[index] == UInt8(ascii: "\\"), index + 1 < raw.bytes.count else {
        index += 1
        continue
      }
      switch raw.bytes[index + 1] {
      case UInt8(ascii: "u"):
        guard
          index + 5 < raw.bytes.count,
          raw.bytes[(index + 2)...(index + 5)].allSatisfy({
            Character(Unicode.Scalar($0)).isHexDigit
          })
        else { throw JSONError(problem: "a \\u escape that is not hexadecimal") }
        index += 6
      case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "b"),
        UInt8(ascii: "f"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
        index += 2
      default: throw JSONError(problem: "an unknown escape in a string")
      }
    }
  }

  /// Takes any value and appends its text as it stands.
  mutating func rawValue(into target: inout [UInt8]) throws(JSONError) {
    let start = at
    try skipValue(depth: 1)
    target.append(contentsOf: UnsafeBufferPointer(start: start, count: at - start))
  }
}
