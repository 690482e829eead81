import Basics

extension JSONCursor {
  /// A string's content as it stands between the quotes.
  struct RawString {
    /// The bytes between the quotes.
    var bytes: UnsafeBufferPointer<UInt8>
    /// Whether there are escapes to decode.
    var isEscaped: Bool
  }

  /// Takes a string and checks that it is UTF-8, but decodes nothing.
  @inline(__always)
  mutating func rawString(_ what: String = "a string") throws(JSONError) -> RawString {
    guard byte == UInt8(ascii: "\"") else { throw wrongType(what) }
    at += 1
    let start = at
    var escaped = false
    var high: UInt64 = 0
    while true {
      let word = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self).littleEndian
      high |= word
      let stop = Self.stops(word)
      if stop == 0 {
        at += 8
        continue
      }
      at += stop.trailingZeroBitCount >> 3
      if byte == UInt8(ascii: "\"") { break }
      guard byte == UInt8(ascii: "\\") else {
        throw at >= end
          ? JSONError(problem: "a string does not end")
          : JSONError(problem: "a control character (0x\(Self.hex(byte))) in a string")
      }
      escaped = true
      guard at[1] != 0 else { throw JSONError(problem: "a string does not end") }
      at += 2
    }
    let bytes = UnsafeBufferPointer(start: start, count: at - start)
    at += 1
    if high & 0x8080_8080_8080_8080 != 0 { try Self.checkUTF8(bytes) }
    return RawString(bytes: bytes, isEscaped: escaped)
  }

  /// Marks the bytes of a word that end a run of plain characters: quote, backslash, controls.
  ///
  /// A borrow may mark a byte after the first marked one wrongly, never before it.
  @inline(__always) private static func stops(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22)
    let slash = word ^ (ones &* 0x5C)
    let isQuote = (quote &- ones) & ~quote
    let isSlash = (slash &- ones) & ~slash
    let isControl = (word &- ones &* 0x20) & ~word
    return (isQuote | isSlash | isControl) & 0x8080_8080_8080_8080
  }

  private static func checkUTF8(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw JSONError(
        problem: "bytes that are not UTF-8", kind: .encoding,
        remedy: "write the file as UTF-8; for tokens that are no whole characters add token_bytes")
    }
  }

  /// Takes a string and appends what it says to `target`.
  @inline(__always)
  mutating func string(
    into target: inout [UInt8], _ what: String = "a string"
  ) throws(JSONError) {
    let raw = try rawString(what)
    if raw.isEscaped {
      try Self.unescape(raw.bytes, into: &target)
    } else {
      target.append(contentsOf: raw.bytes)
    }
  }

  /// Takes a string as a `String`, for short texts off the hot path.
  mutating func text(_ what: String = "a string") throws(JSONError) -> String {
    var bytes: [UInt8] = []
    try string(into: &bytes, what)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func unescape(
    _ bytes: UnsafeBufferPointer<UInt8>, into target: inout [UInt8]
  ) throws(JSONError) {
    var index = 0
    while index < bytes.count {
      var plain = index
      while plain < bytes.count && bytes[plain] != UInt8(ascii: "\\") { plain += 1 }
      target.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[index..<plain]))
      guard plain + 1 < bytes.count else { return }
      index = plain + 2
      switch bytes[plain + 1] {
      case UInt8(ascii: "n"): target.append(0x0A)
      case UInt8(ascii: "t"): target.append(0x09)
      case UInt8(ascii: "r"): target.append(0x0D)
      case UInt8(ascii: "b"): target.append(0x08)
      case UInt8(ascii: "f"): target.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
        target.append(bytes[plain + 1])
      case UInt8(ascii: "u"): try unescapeUnicode(bytes, &index, into: &target)
      default: throw JSONError(problem: "an unknown escape in a string")
      }
    }
  }

  private static func unescapeUnicode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, into target: inout [UInt8]
  ) throws(JSONError) {
    var code = try hexQuad(bytes, &index)
    if code & 0xFC00 == 0xD800 {
      guard
        index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
        bytes[index + 1] == UInt8(ascii: "u")
      else { throw loneSurrogate }
      index += 2
      let low = try hexQuad(bytes, &index)
      guard low & 0xFC00 == 0xDC00 else { throw loneSurrogate }
      code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(code) else { throw loneSurrogate }
    target.append(contentsOf: Character(scalar).utf8)
  }

  private static var loneSurrogate: JSONError {
    JSONError(
      problem: "half of a surrogate pair", kind: .encoding,
      remedy: "for tokens that are no whole characters add token_bytes")
  }

  private static func hexQuad(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int
  ) throws(JSONError) -> UInt32 {
    guard index + 4 <= bytes.count else { throw JSONError(problem: "a cut \\u escape") }
    var code: UInt32 = 0
    for offset in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[index + offset])).hexDigitValue else {
        throw JSONError(problem: "a \\u escape that is not hexadecimal")
      }
      code = code << 4 | UInt32(digit)
    }
    index += 4
    return code
  }
}
