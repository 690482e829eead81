import Basics

/// Splits CSV (RFC 4180) into rows of fields.
struct CSVRows {
  private let bytes: [UInt8]
  private let count: Int
  private var at = 0
  private var line = 1
  /// The line the row just returned begins at.
  private(set) var rowLine = 1
  /// The fields of the row just returned.
  private(set) var fields: [Field] = []

  /// One field of a row.
  struct Field {
    /// Where it lies, without its quotes.
    var range: Range<Int>
    /// Whether it has doubled quotes to undo.
    var isEscaped: Bool
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes + [UInt8](repeating: 0, count: JSONCursor.padding + 1)
    count = bytes.count
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  /// Moves to the next row that is not blank; false at the end.
  mutating func next() throws(JSONFailure) -> Bool {
    while at < count && (bytes[at] == 0x0A || bytes[at] == 0x0D) {
      if bytes[at] == 0x0A { line += 1 }
      at += 1
    }
    guard at < count else { return false }
    rowLine = line
    fields.removeAll(keepingCapacity: true)
    while true {
      fields.append(try bytes[at] == UInt8(ascii: "\"") ? quoted() : plain())
      if at < count && bytes[at] == UInt8(ascii: ",") {
        at += 1
        continue
      }
      return true
    }
  }

  /// A field's text.
  func text(_ index: Int) -> String {
    let field = fields[index]
    let text = String(decoding: bytes[field.range], as: UTF8.self)
    guard field.isEscaped else { return text }
    var result = ""
    var wasQuote = false
    for character in text.unicodeScalars {
      if character == "\"" && wasQuote {
        wasQuote = false
        continue
      }
      wasQuote = character == "\""
      result.unicodeScalars.append(character)
    }
    return result
  }

  /// Whether a field is empty.
  func isEmpty(_ index: Int) -> Bool { fields[index].range.isEmpty }

  /// A field's number, infinities included, or nil if it is none.
  func number(_ index: Int) -> Double? {
    let range = fields[index].range
    guard !range.isEmpty else { return nil }
    let fast: Double? = bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var cursor = JSONCursor(at: base + range.lowerBound, end: base + range.upperBound)
      guard let value = try? cursor.double(), cursor.at == cursor.end else { return nil }
      return value
    }
    if let fast { return fast }
    return Double(text(index).lowercased().trimmingSpaces)
  }

  private mutating func plain() -> Field {
    let start = at
    while at < count, bytes[at] != UInt8(ascii: ","), bytes[at] != 0x0A { at += 1 }
    var end = at
    if end > start, bytes[end - 1] == 0x0D, at >= count || bytes[at] == 0x0A { end -= 1 }
    return Field(range: start..<end, isEscaped: false)
  }

  private mutating func quoted() throws(JSONFailure) -> Field {
    at += 1
    let start = at
    var escaped = false
    while at < count {
      if bytes[at] == UInt8(ascii: "\"") {
        guard bytes[at + 1] == UInt8(ascii: "\"") else { break }
        escaped = true
        at += 1
      }
      if bytes[at] == 0x0A { line += 1 }
      at += 1
    }
    guard at < count else { throw JSONFailure(problem: "a quoted field does not end") }
    let field = Field(range: start..<at, isEscaped: escaped)
    at += 1
    if at < count, bytes[at] == 0x0D { at += 1 }
    guard at >= count || bytes[at] == UInt8(ascii: ",") || bytes[at] == 0x0A else {
      throw JSONFailure(problem: "text after a closing quote")
    }
    return field
  }
}

extension String {
  /// The text without spaces and tabs at its ends.
  var trimmingSpaces: String { String(Substring(self).trimmed(of: " \t")) }
}
