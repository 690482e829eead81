/// How much of a text is hidden from readers.
///
/// Hidden letters become `x` or `X`, digits `0`; blanks and punctuation stay, and so does the width of
/// every part, except where nothing is to be seen of a text at all. What comes out is the same when it
/// is redacted once more.
package enum Redaction: String, CaseIterable, Hashable, Sendable {
  /// Nothing is hidden.
  case off
  /// What known patterns find is hidden: digits, capitalised words, addresses, shapes of secrets.
  ///
  /// Names in lower case, and those of scripts without capitals, stay readable.
  case patterns
  /// Every letter, digit and symbol is hidden; lengths and punctuation show.
  case all
  /// Nothing is to be seen of any text, not even how long it is.
  case blank

  /// What the key that toggles steps to.
  package var next: Redaction {
    switch self {
    case .off: .patterns
    case .patterns: .all
    case .all: .blank
    case .blank: .off
    }
  }

  package func text(_ text: String) -> String {
    guard self != .off else { return text }
    let redacted = RedactedText(Array(text.utf8), self)
    return redacted.text(0..<redacted.count)
  }

  /// What stands for a hidden scalar: as wide as it, and the same for all of its kind.
  ///
  /// Symbols such as emoji are no part of a name or a secret: only `all` hides them.
  func stand(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x61...0x7A: "x"
    case 0x41...0x5A: "X"
    case 0x30...0x39: "0"
    case 0..<0x80: scalar
    default: standBeyondASCII(for: scalar)
    }
  }

  private func standBeyondASCII(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    let kind = Width.kind(of: scalar)
    switch kind {
    case .dropped: return scalar
    case .mark: return "\u{332}"
    // Tags can spell a hidden text, and are shown by their numbers.
    case .tag: return (0xE0020...0xE007E).contains(scalar.value) ? "\u{E0078}" : scalar
    case .unsafe: return Self.standForUnsafe(scalar)
    case .narrow, .wide: break
    }
    let isWide = kind == .wide
    // Without its flag a tag is no longer part of one, and would be drawn.
    if scalar == "\u{1F3F4}" { return scalar }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .spaceSeparator, .mathSymbol,
      .currencySymbol, .modifierSymbol:
      return scalar
    case .decimalNumber, .letterNumber, .otherNumber: return isWide ? "０" : "0"
    case .uppercaseLetter, .titlecaseLetter: return isWide ? "Ｘ" : "X"
    case .otherSymbol where self == .patterns: return scalar
    default: return isWide ? "ｘ" : "x"
    }
  }

  /// Private scalars are shown by their numbers, which may mean a letter to who knows the font.
  ///
  /// What stands for one has as many digits.
  private static func standForUnsafe(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: scalar
    default:
      switch scalar.value {
      case 0x100000...: "\u{100000}"
      case 0x10000...: "\u{F0000}"
      case 0x1000...: "\u{E000}"
      default: "\u{378}"
      }
    }
  }
}

/// A text whose hidden parts are known, so that any cut of it agrees with the whole.
package struct RedactedText: Sendable {
  package let bytes: [UInt8]
  private let redaction: Redaction
  /// For each byte whether it is hidden; empty unless only some are.
  private let hidden: [Bool]

  /// Finds what is to be hidden; bytes that are not UTF-8 count as letters.
  package init(_ bytes: [UInt8], _ redaction: Redaction) {
    self.bytes = bytes
    self.redaction = redaction
    hidden = redaction == .patterns ? SensitiveText.hidden(in: bytes) : []
  }

  package var count: Int { bytes.count }

  /// Whether anything of some bytes is hidden.
  package func hides(_ range: Range<Int>) -> Bool {
    switch redaction {
    case .off: false
    case .patterns: hidden[range].contains(true)
    case .all, .blank: !range.isEmpty
    }
  }

  /// What stands for a text of which nothing is to be seen.
  package static let blankText = " xxx"

  /// Some bytes as text; those that are not UTF-8 as `<0xE6>`, hidden ones of them as `<0x00>`.
  package func text(_ range: Range<Int>) -> String {
    if redaction == .blank { return range.isEmpty ? "" : Self.blankText }
    var text = ""
    text.reserveCapacity(range.count)
    UTF8Scalars.forEach(in: bytes, range) { scalar, place in
      let isHidden = redaction == .all || redaction == .patterns && hidden[place]
      if let scalar {
        text.unicodeScalars.append(isHidden ? redaction.stand(for: scalar) : scalar)
      } else {
        text += Self.escape(isHidden ? 0 : bytes[place])
      }
    }
    return text
  }

  private static func escape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x" + (digits.utf8.count < 2 ? "0" : "") + digits + ">"
  }
}

extension RedactedText {
  /// The pieces a text is made of, each as the redacted whole shows it.
  package static func pieces(_ pieces: [[UInt8]], _ redaction: Redaction) -> [String] {
    guard redaction != .blank else { return pieces.map { $0.isEmpty ? "" : blankText } }
    let whole = RedactedText(Array(pieces.joined()), redaction)
    var end = 0
    return pieces.map { piece in
      defer { end += piece.count }
      return whole.text(end..<end + piece.count)
    }
  }
}

/// Reads the scalars of bytes that need not be UTF-8.
enum UTF8Scalars {
  /// Calls `body` with each scalar and where it begins; with nil for each byte that is part of none.
  @inline(__always)
  static func forEach(
    in bytes: [UInt8], _ range: Range<Int>, _ body: (Unicode.Scalar?, Int) -> Void
  ) {
    var place = range.lowerBound
    var rest = bytes[range].makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    while true {
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded):
        body(Unicode.UTF8.decode(encoded), place)
        place += encoded.count
      case .error(let length):
        for byte in place..<place + length { body(nil, byte) }
        place += length
      case .emptyInput: return
      }
    }
  }
}
