extension TOMLParser {
  /// Reads a text in quotes of any of the four kinds.
  mutating func readText() throws(TOMLError) -> String {
    if byte(after: 1) == byte && byte(after: 2) == byte { return try readLongText() }
    return try readLineText()
  }

  /// Reads a text that ends on its line.
  mutating func readLineText() throws(TOMLError) -> String {
    let quote = byte
    var text: [UInt8] = []
    position += 1
    while byte != quote {
      guard let byte, !atLineEnd else { throw error("the text lacks its closing quote") }
      text += try readCharacter(byte, escapes: quote == UInt8(ascii: "\""))
    }
    position += 1
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads a text between three quotes; up to two more before the closing ones belong to it.
  private mutating func readLongText() throws(TOMLError) -> String {
    let quote = byte
    let escapes = quote == UInt8(ascii: "\"")
    var text: [UInt8] = []
    position += 3
    _ = consumeLineEnd()
    while let byte {
      if byte == quote {
        var count = 1
        while count < 5, self.byte(after: count) == quote { count += 1 }
        position += count
        if count >= 3 {
          text += Array(repeating: byte, count: count - 3)
          return String(decoding: text, as: UTF8.self)
        }
        text += Array(repeating: byte, count: count)
      } else if consumeLineEnd() {
        text.append(10)
      } else if !(escapes && byte == UInt8(ascii: "\\") && skipEscapedLineEnd()) {
        text += try readCharacter(byte, escapes: escapes)
      }
    }
    throw error("the text lacks its three closing quotes")
  }

  /// Reads a byte of a text, or an escape.
  private mutating func readCharacter(_ byte: UInt8, escapes: Bool) throws(TOMLError) -> [UInt8] {
    if escapes && byte == UInt8(ascii: "\\") { return Array(String(try readEscape()).utf8) }
    guard !Self.isControl(byte) else { throw error("a control character in a text") }
    position += 1
    return [byte]
  }

  /// A backslash at the end of a line: the text goes on at the next letter.
  private mutating func skipEscapedLineEnd() -> Bool {
    let start = position
    position += 1
    skipBlanks()
    guard consumeLineEnd() else {
      position = start
      return false
    }
    repeat { skipBlanks() } while consumeLineEnd()
    return true
  }

  private mutating func readEscape() throws(TOMLError) -> Character {
    guard let letter = byte(after: 1) else { throw error("the text lacks its closing quote") }
    let digits: Int
    switch letter {
    case UInt8(ascii: "u"): digits = 4
    case UInt8(ascii: "U"): digits = 8
    default:
      let known: [UInt8: Character] = [
        UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "t"): "\t", UInt8(ascii: "n"): "\n",
        UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "r"): "\r", UInt8(ascii: "\""): "\"",
        UInt8(ascii: "\\"): "\\",
      ]
      guard let character = known[letter] else {
        throw error("no such escape; write a backslash twice")
      }
      position += 2
      return character
    }
    var value: UInt32 = 0
    for place in 0..<digits {
      guard let digit = byte(after: 2 + place).flatMap(Self.hexDigit) else {
        throw error("the escape needs \(digits) hexadecimal digits")
      }
      value = value << 4 | digit
    }
    // Names of files go to C functions, for which a zero ends them.
    guard value != 0, let scalar = Unicode.Scalar(value) else {
      throw error("the escape is no character a text may hold")
    }
    position += 2 + digits
    return Character(scalar)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt32? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt32.init)
  }
}
