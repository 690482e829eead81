/// JSON being written: escaping and shortest numbers, without Foundation.
struct JSONText {
  /// What has been written.
  var bytes: [UInt8] = []

  mutating func raw(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func string(_ text: String) {
    var text = text
    text.withUTF8 { string($0) }
  }

  /// Writes UTF-8 as a string; controls are escaped, invalid bytes become U+FFFD.
  mutating func string(_ text: UnsafeBufferPointer<UInt8>) {
    if (try? UTF8Span(validating: text.span)) == nil {
      return string(String(decoding: text, as: UTF8.self))
    }
    bytes.append(UInt8(ascii: "\""))
    var plain = 0
    for index in text.indices {
      let byte = text[index]
      guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F else { continue }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plain..<index]))
      plain = index + 1
      escape(byte)
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plain...]))
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case 0x22: raw("\\\"")
    case 0x5C: raw("\\\\")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    default: raw("\\u00" + JSONCursor.hex(byte))
    }
  }

  mutating func integer(_ value: some BinaryInteger) { raw(String(value)) }

  /// Writes the shortest digits that read back as this Float; −infinity as every parser reads it.
  mutating func float(_ value: Float) {
    value == -.infinity ? raw("-3.4028234663852886e+38") : raw(value.description)
  }

  /// Writes the shortest digits that read back as this Double, which must be finite, or null.
  mutating func double(_ value: Double) { value.isFinite ? raw(value.description) : raw("null") }

  mutating func list<T>(_ elements: some Sequence<T>, _ element: (inout JSONText, T) -> Void) {
    raw("[")
    var first = true
    for value in elements {
      if !first { raw(",") }
      first = false
      element(&self, value)
    }
    raw("]")
  }

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
