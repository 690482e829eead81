/// JSON being written: escaping and shortest numbers, without Foundation.
///
/// The one escape of JSON strings: whatever a terminal or an editor could act on is written
/// `\u001b`, so that a document is safe to show and still holds every text exactly.
package struct JSONText {
  /// What has been written.
  package var bytes: [UInt8] = []

  package init() {}

  @inlinable package mutating func raw(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  package mutating func string(_ text: String) {
    var text = text
    text.withUTF8 { string($0) }
  }

  /// Writes UTF-8 as a string; harmful characters are escaped, invalid bytes become U+FFFD.
  package mutating func string(_ text: UnsafeBufferPointer<UInt8>) {
    var high: UInt8 = 0
    for byte in text { high |= byte }
    if high >= 0x80 && (try? UTF8Span(validating: text.span)) == nil {
      return string(String(decoding: text, as: UTF8.self))
    }
    bytes.append(UInt8(ascii: "\""))
    var plain = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F {
          bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plain..<index]))
          escape(byte)
          plain = index + 1
        }
        index += 1
        continue
      }
      let (scalar, length) = Self.scalar(text, at: index)
      if SafeText.isHarmful(scalar) {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plain..<index]))
        for unit in UTF16.encode(scalar) ?? UTF16.EncodedScalar() { escape(unit) }
        plain = index + length
      }
      index += length
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plain...]))
    bytes.append(UInt8(ascii: "\""))
  }

  /// The scalar that begins at a byte of valid UTF-8 beyond ASCII, and its length.
  @inline(__always) private static func scalar(
    _ text: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (Unicode.Scalar, Int) {
    let length = text[index] >= 0xF0 ? 4 : text[index] >= 0xE0 ? 3 : 2
    var value = UInt32(text[index]) & (0xFF >> UInt32(length + 1))
    for byte in text[index + 1..<min(index + length, text.count)] {
      value = value << 6 | UInt32(byte & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case 0x22: raw("\\\"")
    case 0x5C: raw("\\\\")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    default: escape(UInt16(byte))
    }
  }

  private mutating func escape(_ unit: UInt16) {
    raw("\\u")
    for place in (0..<4).reversed() {
      let digit = UInt8(truncatingIfNeeded: unit >> UInt16(4 * place) & 0xF)
      bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }

  @inlinable package mutating func integer(_ value: some BinaryInteger) { raw(String(value)) }

  /// Writes the shortest digits that read back as this Float; −infinity as every parser reads it,
  /// null where there is no number.
  package mutating func float(_ value: Float) {
    if value.isFinite {
      raw(value.description)
    } else {
      value == -.infinity ? raw("-3.4028234663852886e+38") : raw("null")
    }
  }

  /// Writes the shortest digits that read back as this Double, which must be finite, or null.
  package mutating func double(_ value: Double) {
    value.isFinite ? raw(value.description) : raw("null")
  }

  @inlinable package mutating func list<T>(
    _ elements: some Sequence<T>, _ element: (inout JSONText, T) -> Void
  ) {
    raw("[")
    var first = true
    for value in elements {
      if !first { raw(",") }
      first = false
      element(&self, value)
    }
    raw("]")
  }
}
