extension TOMLSyntax {
  /// Reads a text in quotes of any of the four kinds.
  mutating func readText() throws(TOMLError) {
    if byte(after: 1) == byte && byte(after: 2) == byte {
      try readLongText()
    } else {
      try readLineText()
    }
  }

  /// Reads a text that ends on its line.
  mutating func readLineText() throws(TOMLError) {
    let quote = byte
    position += 1
    while byte != quote {
      guard let byte, !atLineEnd else { throw error("the text lacks its closing quote") }
      if byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") {
        try readEscape()
      } else {
        guard !Self.isControl(byte) else { throw error("a control character in a text") }
        position += 1
      }
    }
    position += 1
  }

  /// Reads a text between three quotes; up to two more before the closing ones belong to it.
  private mutating func readLongText() throws(TOMLError) {
    let quote = byte
    position += 3
    while let byte {
      if byte == quote {
        var count = 1
        while count < 5, self.byte(after: count) == quote { count += 1 }
        position += count
        if count >= 3 { return }
      } else if takeLineEnd() {
        continue
      } else if byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") {
        if !skipEscapedLineEnd() { try readEscape() }
      } else {
        guard !Self.isControl(byte) else { throw error("a control character in a text") }
        position += 1
      }
    }
    throw error("the text lacks its three closing quotes")
  }

  /// A backslash at the end of a line: the text goes on at the next letter.
  private mutating func skipEscapedLineEnd() -> Bool {
    let start = position
    position += 1
    skipBlanks()
    if takeLineEnd() { return true }
    position = start
    return false
  }

  private mutating func readEscape() throws(TOMLError) {
    guard let letter = byte(after: 1) else { throw error("the text lacks its closing quote") }
    let digits: Int
    switch letter {
    case UInt8(ascii: "u"): digits = 4
    case UInt8(ascii: "U"): digits = 8
    default: digits = 0
    }
    guard digits > 0 || "btnfr\"\\".utf8.contains(letter) else {
      throw error("no such escape; write a backslash twice")
    }
    var value: UInt32 = 0
    for place in 0..<digits {
      guard let digit = byte(after: 2 + place).flatMap(Self.hexDigit) else {
        throw error("the escape needs \(digits) hexadecimal digits")
      }
      value = value << 4 | digit
    }
    // The library's texts end at a zero: the rest would be lost without a word.
    guard digits == 0 || value != 0 && Unicode.Scalar(value) != nil else {
      throw error("the escape is no character a text may hold")
    }
    position += 2 + digits
  }

  private static func hexDigit(_ byte: UInt8) -> UInt32? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt32.init)
  }
}
