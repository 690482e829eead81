import Basics

/// Finds what of a text should not be shown to strangers, in one pass for each kind of it.
///
/// It errs to the side of hiding. Every decision rests on the shape that redaction keeps, so that a
/// redacted text is left as it is.
struct SensitiveText {
  /// The text as ASCII: other scalars as a letter, digit, blank or mark of their kind.
  private var units: [UInt8] = []
  /// Where each unit's scalar begins, and one entry more for the end.
  private var starts: [Int32] = []
  private var isHidden: [Bool] = []

  /// For each byte whether it is hidden.
  static func hidden(in bytes: [UInt8]) -> [Bool] {
    var text = SensitiveText(bytes)
    text.hideChunks()
    text.hideNames()
    var hidden = [Bool](repeating: false, count: bytes.count)
    for unit in text.units.indices where text.isHidden[unit] {
      for byte in text.starts[unit]..<text.starts[unit + 1] { hidden[Int(byte)] = true }
    }
    return hidden
  }

  private init(_ bytes: [UInt8]) {
    units.reserveCapacity(bytes.count)
    starts.reserveCapacity(bytes.count + 1)
    var (units, starts) = (units, starts)
    UTF8Scalars.forEach(in: bytes, 0..<bytes.count) { scalar, place in
      units.append(scalar.map(Self.unit) ?? UInt8(ascii: "x"))
      starts.append(Int32(place))
    }
    starts.append(Int32(bytes.count))
    isHidden = Array(repeating: false, count: units.count)
    (self.units, self.starts) = (units, starts)
  }

  private static func unit(_ scalar: Unicode.Scalar) -> UInt8 {
    if scalar.isASCII { return UInt8(truncatingIfNeeded: scalar.value) }
    switch scalar {
    case "\u{2018}", "\u{2019}", "\u{2BC}": return UInt8(ascii: "'")
    case "\u{2026}", "\u{3002}", "\u{FF0E}", "\u{FF01}", "\u{FF1F}": return UInt8(ascii: ".")
    case "\u{FF20}": return UInt8(ascii: "@")
    case "\u{85}", "\u{2028}", "\u{2029}": return UInt8(ascii: "\n")
    default: break
    }
    if scalar.properties.isWhitespace { return UInt8(ascii: " ") }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter: return UInt8(ascii: "X")
    case .decimalNumber, .letterNumber, .otherNumber: return UInt8(ascii: "0")
    case .dashPunctuation: return UInt8(ascii: "-")
    case .connectorPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol,
      .otherSymbol:
      return UInt8(ascii: ",")
    default: return UInt8(ascii: "x")
    }
  }

  private mutating func hide(_ range: Range<Int>) {
    for index in range { isHidden[index] = true }
  }
}

// MARK: Addresses, secrets and numbers

extension SensitiveText {
  private mutating func hideChunks() {
    var start = 0
    while start < units.count {
      var end = start
      while end < units.count, !units[end].isBlank { end += 1 }
      if end > start { hideInChunk(start..<end) }
      start = end + 1
    }
  }

  /// Hides what is sensitive in characters without a blank between them.
  private mutating func hideInChunk(_ chunk: Range<Int>) {
    if chunk.contains(where: { units[$0] == UInt8(ascii: "@") }) {
      hide(chunk)
      return
    }
    hideHosts(chunk)
    hideSecrets(chunk)
  }

  /// Hides what follows `://`, and dotted names such as `mail.example.org`.
  private mutating func hideHosts(_ chunk: Range<Int>) {
    var place = chunk.lowerBound
    while place < chunk.upperBound {
      guard units[place].isWord else {
        let isScheme =
          place + 2 < chunk.upperBound && units[place] == UInt8(ascii: ":")
          && units[place + 1] == UInt8(ascii: "/") && units[place + 2] == UInt8(ascii: "/")
        guard isScheme else {
          place += 1
          continue
        }
        var end = place + 3
        while end < chunk.upperBound, !units[end].endsHost { end += 1 }
        hide(place + 3..<end)
        place = end
        continue
      }
      let start = place
      var hasDot = false
      while place < chunk.upperBound {
        if units[place].isWord || units[place] == UInt8(ascii: "-") {
          place += 1
        } else if units[place] == UInt8(ascii: "."), place + 1 < chunk.upperBound,
          units[place + 1].isWord
        {
          hasDot = true
          place += 1
        } else {
          break
        }
      }
      if hasDot { hide(start..<place) }
    }
  }

  /// Hides digits, words that mix them with letters, and long words no one would pronounce.
  private mutating func hideSecrets(_ chunk: Range<Int>) {
    var place = chunk.lowerBound
    while place < chunk.upperBound {
      guard units[place].isSecret else {
        place += 1
        continue
      }
      let start = place
      while place < chunk.upperBound, units[place].isSecret { place += 1 }
      if place - start >= 6, isMixed(start..<place) {
        hide(start..<place)
      } else {
        hideWords(start..<place)
      }
    }
  }

  private mutating func hideWords(_ range: Range<Int>) {
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place
      while place < range.upperBound, units[place].isWord { place += 1 }
      let word = start..<place
      if units[word].contains(where: \.isDigit) || isTwisted(word) || isHex(word) { hide(word) }
      place = max(place, start + 1)
    }
  }

  private func isMixed(_ range: Range<Int>) -> Bool {
    units[range].contains(where: \.isDigit)
      && units[range].contains { $0.isUpper || $0.isLower }
  }

  /// Whether a long word has capitals inside, as encoded bytes have.
  private func isTwisted(_ word: Range<Int>) -> Bool {
    word.count >= 16
      && word.dropFirst().contains { units[$0].isUpper && units[$0 - 1].isLower }
  }

  private func isHex(_ word: Range<Int>) -> Bool {
    word.count >= 8 && units[word].allSatisfy(\.isHex)
  }
}

// MARK: Names

extension SensitiveText {
  private struct Word {
    var range: Range<Int>
    var isCapital: Bool
    var startsSentence: Bool
    /// Whether nothing but a blank, a hyphen or an abbreviation's dot parts it from the one before.
    var continues: Bool
  }

  /// Hides capitalised words within a sentence, and runs of them wherever they stand.
  private mutating func hideNames() {
    var previous: Word?
    var place = 0
    while place < units.count {
      guard units[place].isWord else {
        place += 1
        continue
      }
      let start = place
      while place < units.count, isInWord(place) { place += 1 }
      let gap = (previous?.range.upperBound ?? 0)..<start
      let range = start..<place
      var word = Word(
        range: range, isCapital: isName(range), startsSentence: previous == nil,
        continues: false)
      if let previous {
        word.startsSentence = endsSentence(gap, after: previous)
        word.continues = !word.startsSentence && isTight(gap, after: previous)
      }
      if word.isCapital {
        if !word.startsSentence { hide(range) }
        if word.continues, let previous, previous.isCapital { hide(previous.range) }
      }
      previous = word
    }
  }

  private func isInWord(_ place: Int) -> Bool {
    if units[place].isWord { return true }
    return units[place] == UInt8(ascii: "'") && place + 1 < units.count
      && units[place + 1].isWord && units[place - 1].isWord
  }

  /// A capital first, but for the pronoun and for single letters that no dot follows.
  private func isName(_ word: Range<Int>) -> Bool {
    let first = word.lowerBound
    guard units[first].isUpper else { return false }
    let isShort = word.count == 1 || units[first + 1] == UInt8(ascii: "'")
    if units[first] == UInt8(ascii: "I"), isShort { return false }
    return word.count > 1
      || word.upperBound < units.count && units[word.upperBound] == UInt8(ascii: ".")
  }

  /// `Mr.`, `Dr.` and initials end no sentence.
  private func isAbbreviation(_ word: Word) -> Bool { word.isCapital && word.range.count <= 3 }

  private func endsSentence(_ gap: Range<Int>, after word: Word) -> Bool {
    var breaks = 0
    for place in gap {
      switch units[place] {
      case UInt8(ascii: "\n"):
        breaks += 1
        if breaks > 1 { return true }
      case UInt8(ascii: "!"), UInt8(ascii: "?"): return true
      case UInt8(ascii: "."):
        if !isAbbreviation(word) || place > gap.lowerBound { return true }
      default: break
      }
    }
    return false
  }

  private func isTight(_ gap: Range<Int>, after word: Word) -> Bool {
    gap.allSatisfy { place in
      units[place] == UInt8(ascii: " ") || units[place] == UInt8(ascii: "-")
        || units[place] == UInt8(ascii: ".") && place == gap.lowerBound && isAbbreviation(word)
    }
  }
}

extension UInt8 {
  fileprivate var isUpper: Bool { self >= 0x41 && self <= 0x5A }
  fileprivate var isLower: Bool { self >= 0x61 && self <= 0x7A }
  fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  fileprivate var isWord: Bool { isUpper || isLower || isDigit || self == UInt8(ascii: "_") }
  fileprivate var isHex: Bool {
    isDigit || self >= 0x61 && self <= 0x66 || self >= 0x41 && self <= 0x46
  }
  fileprivate var isBlank: Bool { self == 0x20 || self >= 0x09 && self <= 0x0D }
  /// What keys, tokens and encoded bytes are written with.
  fileprivate var isSecret: Bool {
    switch self {
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: isWord
    }
  }
  fileprivate var endsHost: Bool {
    switch self {
    case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: ","),
      UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      true
    default: false
    }
  }
}
