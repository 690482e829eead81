/// Splits delimited text into rows of fields: RFC 4180, and what spreadsheets make of it.
///
/// Fields are told apart by a comma, semicolon, tab or bar, whichever the first line has most, or
/// by what a line `sep=;` before the header names. Lines end in a line feed, in both or, in a file
/// without a single line feed, in a carriage return. A byte-order mark is passed over.
package struct DelimitedRows {
  /// Why a text cannot be split.
  package struct SyntaxError: Error, Hashable, Sendable {
    /// What is wrong.
    package let problem: String
  }

  /// One field of a row.
  private struct Field {
    /// Where it lies, without its quotes.
    var range: Range<Int>
    /// Whether it stood in quotes, and whether it has doubled ones to undo.
    var isQuoted: Bool
    var isEscaped: Bool
  }

  /// Bytes after a field's end that may be read, whatever they are.
  package static let padding = 16

  private let bytes: [UInt8]
  private let count: Int
  private var at = 0
  private var line = 1
  /// What separates two fields.
  package private(set) var delimiter = UInt8(ascii: ",")
  private let lineEnd: UInt8
  /// The line the row just returned begins at.
  package private(set) var rowLine = 1
  private var fields: [Field] = []

  /// Looks at the first lines of a text to see how it is written.
  package init(_ text: [UInt8]) {
    bytes = text + [UInt8](repeating: 0, count: Self.padding)
    count = text.count
    lineEnd = text.contains(0x0A) ? 0x0A : 0x0D
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    let first = text[at...].prefix { $0 != lineEnd }
    if first.starts(with: Array("sep=".utf8)), first.count >= 5 {
      delimiter = first[first.startIndex + 4]
      at += first.count
    } else {
      delimiter = Self.delimiter(of: first)
    }
  }

  /// What separates the fields of a header: the most frequent candidate outside quotes.
  package static func delimiter(of header: some Collection<UInt8>) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
    var counts = candidates.map { _ in 0 }
    var isQuoted = false
    for byte in header {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, let place = candidates.firstIndex(of: byte) { counts[place] += 1 }
    }
    // The first of equals wins, so a single column is read as with commas.
    let best = counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 }
    return candidates[best]
  }

  /// The number of fields of the row just returned.
  package var fieldCount: Int { fields.count }

  /// Moves to the next row that is not blank; false at the end.
  package mutating func next() throws(SyntaxError) -> Bool {
    while at < count && (bytes[at] == 0x0A || bytes[at] == 0x0D) {
      if bytes[at] == lineEnd { line += 1 }
      at += 1
    }
    guard at < count else { return false }
    rowLine = line
    fields.removeAll(keepingCapacity: true)
    while true {
      fields.append(try bytes[at] == UInt8(ascii: "\"") ? quoted() : plain())
      guard at < count, bytes[at] == delimiter else { return true }
      at += 1
    }
  }

  /// A field's text; bytes that are not UTF-8 are replaced.
  package func text(_ index: Int) -> String {
    let field = fields[index]
    let text = String(decoding: bytes[field.range], as: UTF8.self)
    guard field.isEscaped else { return text }
    return text.replacing("\"\"", with: "\"")
  }

  /// Whether a field's bytes are UTF-8.
  package func isValid(_ index: Int) -> Bool {
    String(validating: bytes[fields[index].range], as: UTF8.self) != nil
  }

  /// Whether a field is empty.
  package func isEmpty(_ index: Int) -> Bool { fields[index].range.isEmpty }

  /// Whether a field stood in quotes.
  package func isQuoted(_ index: Int) -> Bool { fields[index].isQuoted }

  /// Gives a field's bytes as they stand, with `padding` bytes after them.
  @inline(__always)
  package func withBytes<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[fields[index].range])) }
  }

  private mutating func plain() -> Field {
    let start = at
    while at < count, bytes[at] != delimiter, bytes[at] != lineEnd { at += 1 }
    var end = at
    if end > start, bytes[end - 1] == 0x0D, at >= count || bytes[at] == 0x0A { end -= 1 }
    return Field(range: start..<end, isQuoted: false, isEscaped: false)
  }

  private mutating func quoted() throws(SyntaxError) -> Field {
    at += 1
    let start = at
    var escaped = false
    while at < count {
      if bytes[at] == UInt8(ascii: "\"") {
        guard bytes[at + 1] == UInt8(ascii: "\"") else { break }
        escaped = true
        at += 1
      }
      if bytes[at] == lineEnd { line += 1 }
      at += 1
    }
    guard at < count else { throw SyntaxError(problem: "a quoted field does not end") }
    let field = Field(range: start..<at, isQuoted: true, isEscaped: escaped)
    at += 1
    while at < count, bytes[at] == 0x20 { at += 1 }
    if at < count, bytes[at] == 0x0D, lineEnd == 0x0A { at += 1 }
    guard at >= count || bytes[at] == delimiter || bytes[at] == lineEnd else {
      throw SyntaxError(problem: "text after a closing quote")
    }
    return field
  }
}
