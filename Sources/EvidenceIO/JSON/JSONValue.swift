import Basics

/// A small JSON document: headers and settings, never evidence.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([JSONValue])
  /// Members in order; keys are unique.
  case object([Member])

  /// A key and its value.
  package struct Member: Hashable, Sendable {
    package var key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Parses a whole document.
  package static func parse(_ bytes: some Sequence<UInt8>) throws(JSONError) -> JSONValue {
    try JSONCursor.parse(bytes) { cursor throws(JSONError) in
      cursor.skipSpace()
      let value = try cursor.value()
      try cursor.finish()
      return value
    }
  }

  /// The value of an object's key.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// A string's content.
  package var string: String? { if case .string(let text) = self { text } else { nil } }

  /// A number's value, whole or not.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// A whole number's value.
  package var int: Int? { if case .integer(let value) = self { value } else { nil } }

  /// An object's members in order; none of anything else.
  package var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }

  /// A list's elements.
  package var list: [JSONValue]? { if case .list(let elements) = self { elements } else { nil } }

  /// The value as plain text: a string's content, anything else as JSON.
  package var plainText: String {
    if case .string(let text) = self { return text }
    var text = JSONText()
    text.value(self)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

extension JSONCursor {
  /// Takes any value as a tree.
  mutating func value(depth: Int = 0) throws(JSONError) -> JSONValue {
    guard depth < Self.deepest else {
      throw JSONError(problem: "nested more than \(Self.deepest) deep", kind: .tooLarge)
    }
    switch byte {
    case UInt8(ascii: "\""): return .string(try text())
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try list { cursor throws(JSONError) in
        elements.append(try cursor.value(depth: depth + 1))
      }
      return .list(elements)
    case UInt8(ascii: "{"): return try objectValue(depth)
    case UInt8(ascii: "t") where consume("true"): return .bool(true)
    case UInt8(ascii: "f") where consume("false"): return .bool(false)
    case UInt8(ascii: "n") where consume("null"): return .null
    // Python writes these three although JSON has no such numbers.
    case UInt8(ascii: "N") where consume("NaN"): return .number(.nan)
    case UInt8(ascii: "I") where consume("Infinity"): return .number(.infinity)
    case UInt8(ascii: "-") where consume("-Infinity"): return .number(-.infinity)
    default:
      let start = at
      let number = try double("a value")
      let text = String(
        decoding: UnsafeBufferPointer(start: start, count: at - start), as: UTF8.self)
      return Int(text).map(JSONValue.integer) ?? .number(number)
    }
  }

  private mutating func objectValue(_ depth: Int) throws(JSONError) -> JSONValue {
    var members: [JSONValue.Member] = []
    var seen: Set<String> = []
    try object { cursor, raw throws(JSONError) in
      let key = try raw.decoded()
      guard seen.insert(key).inserted else {
        throw JSONError(problem: "the key \"\(key)\" appears twice")
      }
      members.append(JSONValue.Member(key: key, value: try cursor.value(depth: depth + 1)))
    }
    return .object(members)
  }
}

extension JSONCursor.RawString {
  /// The string with its escapes decoded.
  func decoded() throws(JSONError) -> String {
    guard isEscaped else { return String(decoding: bytes, as: UTF8.self) }
    var target: [UInt8] = []
    try JSONCursor.unescape(bytes, into: &target)
    return String(decoding: target, as: UTF8.self)
  }

  /// Whether an unescaped string is this text.
  @inline(__always)
  func equals(_ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    let start = text.utf8Start
    for index in 0..<bytes.count where bytes[index] != start[index] { return false }
    return true
  }
}

extension JSONText {
  /// Writes a document.
  mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let flag): flag ? raw("true") : raw("false")
    case .integer(let number): integer(number)
    case .number(let number): double(number)
    case .string(let text): string(text)
    case .list(let elements): list(elements) { $0.value($1) }
    case .object(let members):
      raw("{")
      for (index, member) in members.enumerated() {
        if index > 0 { raw(",") }
        string(member.key)
        raw(":")
        self.value(member.value)
      }
      raw("}")
    }
  }
}
