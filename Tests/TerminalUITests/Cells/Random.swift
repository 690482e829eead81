import Basics

extension SplitMix64 {
  /// Text of all kinds: random bytes, random scalars, and what terminals and editors stumble over.
  mutating func hostileText(pieces: Int) -> String {
    let nasty = [
      "\u{1B}[31m", "\u{1B}]0;x\u{7}", "\u{9B}2J", "\u{202E}", "\u{2066}", "\u{200F}", "\u{61C}",
      "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "\u{301}", "漢字", "👩‍👩‍👧‍👦", "❤️", "\r\n", "\t", "\0",
      "🏴\u{E0067}\u{E007F}", "\u{E0041}", "\u{FEFF}", "\u{FFFE}", "\u{E000}", "한\u{1161}", "नी", "🇫🇷",
      "<a>&\"", "\u{2028}", "\u{AD}", "\u{3164}",
    ]
    var text = ""
    for _ in 0..<pieces {
      switch Int.random(in: 0..<4, using: &self) {
      case 0: text += nasty[Int.random(in: 0..<nasty.count, using: &self)]
      case 1:
        let bytes = (0..<6).map { _ in UInt8.random(in: 0...255, using: &self) }
        text += String(decoding: bytes, as: UTF8.self)
      case 2:
        let value = UInt32.random(in: 0...0x10FFFF, using: &self)
        if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      default: text += "plain text "
      }
    }
    return text
  }
}

/// Whether Unicode, as the standard library knows it, calls a scalar safe to show.
func isShowable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: false
  default: !scalar.properties.isNoncharacterCodePoint && !scalar.properties.isBidiControl
  }
}
