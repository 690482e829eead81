/// What is wrong with a piece of JSON.
package struct JSONError: Error {
  /// What was found or expected.
  var problem: String
  /// What sort of defect it makes the record.
  var kind: Defect.Kind = .syntax
  /// What to do about it.
  var remedy = ""
}

/// A strict JSON reader over bytes.
///
/// This and the files `JSONCursor+….swift` are the only places that parse through a raw pointer.
/// It stays in bounds because the byte at `end` is 0, which no JSON token contains, so that every
/// loop stops there, and because 8 bytes after `end` may be read (whatever they are).
struct JSONCursor {
  /// The next byte.
  var at: UnsafePointer<UInt8>
  /// Where the text ends; the byte there is 0.
  let end: UnsafePointer<UInt8>

  /// Nesting beyond this is refused, so that hostile input cannot exhaust the stack.
  static let deepest = 64
  /// Bytes after `end` that must be readable.
  static let padding = 8

  /// The next byte without taking it.
  @inline(__always) var byte: UInt8 { at.pointee }

  @inline(__always) mutating func skipSpace() {
    while byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  /// Takes a byte if it is the next.
  @inline(__always) mutating func consume(_ wanted: UInt8) -> Bool {
    guard byte == wanted else { return false }
    at += 1
    return true
  }

  /// Takes a byte that must be next, after white space.
  @inline(__always) mutating func expect(_ wanted: UInt8) throws(JSONError) {
    skipSpace()
    guard consume(wanted) else { throw unexpected("expected " + Self.name(wanted)) }
  }

  /// Takes a literal such as `null` if it is next.
  mutating func consume(_ literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    let start = literal.utf8Start
    for index in 0..<count where at[index] != start[index] { return false }
    at += count
    return true
  }

  /// An error that tells what is next.
  func unexpected(_ expectation: String, _ kind: Defect.Kind = .syntax) -> JSONError {
    if at >= end { return JSONError(problem: expectation + ", but the text ends", kind: .syntax) }
    return JSONError(problem: expectation + ", found " + Self.name(byte), kind: kind)
  }

  /// The error of a value of another type than the field's.
  func wrongType(_ wanted: String) -> JSONError {
    let found =
      switch byte {
      case UInt8(ascii: "\""): "a string"
      case UInt8(ascii: "["): "a list"
      case UInt8(ascii: "{"): "an object"
      case UInt8(ascii: "n") where at[1] == UInt8(ascii: "u"): "null"
      case UInt8(ascii: "t"), UInt8(ascii: "f"): "a boolean"
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): "a number"
      default: ""
      }
    guard !found.isEmpty else { return unexpected("expected " + wanted) }
    return JSONError(problem: "expected \(wanted), found \(found)", kind: .type)
  }

  private static func name(_ byte: UInt8) -> String {
    byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(hex(byte))"
  }

  static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}

extension JSONCursor {
  /// Runs a parser over bytes that have no padding of their own, by copying them.
  static func parse<Result>(
    _ bytes: some Sequence<UInt8>, _ body: (inout JSONCursor) throws(JSONError) -> Result
  ) throws(JSONError) -> Result {
    var copy = Array(bytes)
    let count = copy.count
    copy.append(contentsOf: repeatElement(0, count: padding + 1))
    return try parse(padded: copy, count: count, body)
  }

  /// Runs a parser over the first `count` bytes of an array with a 0 and padding after them.
  static func parse<Result>(
    padded bytes: [UInt8], count: Int,
    _ body: (inout JSONCursor) throws(JSONError) -> Result
  ) throws(JSONError) -> Result {
    precondition(bytes.count > count + padding && bytes[count] == 0)
    return try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
      guard let start = buffer.baseAddress else { throw JSONError(problem: "no text") }
      var cursor = JSONCursor(at: start, end: start + count)
      return try body(&cursor)
    }
  }

  /// Checks that nothing but white space is left.
  mutating func finish() throws(JSONError) {
    skipSpace()
    guard at == end else { throw unexpected("expected the end") }
  }
}
