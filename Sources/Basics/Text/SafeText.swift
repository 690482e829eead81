/// Text of a data set made safe to print: nothing in it can act on a terminal, reorder a line or
/// hide from a reader.
///
/// The one notion of a harmful character; what differs is only how a place makes it visible:
/// `⟨1B⟩` for people (``oneLine(_:limit:)``), `\u{1B}` in cells that are read again (``CSVText``),
/// `\u001b` in JSON (``JSONText``). ``html(_:)`` is how any of it gets into a page or a picture.
package enum SafeText {
  /// Whether a scalar is a control, an escape, bidirectional or other formatting, a separator of
  /// lines, invisible, private or unassigned.
  ///
  /// Joiners and the selectors of emoji, which some scripts cannot do without, are not.
  @inline(__always) package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x7F { return value < 0x20 }
    // Letters of most of the world's texts, and the Chinese, Japanese and Korean ones.
    if value >= 0xC0 && value < 0x250 || value >= 0x4E00 && value < 0x9FFF { return false }
    return isHarmfulBeyondLetters(scalar)
  }

  private static func isHarmfulBeyondLetters(_ scalar: Unicode.Scalar) -> Bool {
    switch ScalarKind(scalar) {
    case .narrow, .wide, .mark: false
    case .unsafe: scalar.value != 0x200C
    case .tag: true
    case .dropped: scalar.value != 0x200D && scalar.value != 0xFE0E && scalar.value != 0xFE0F
    }
  }

  /// Shows every harmful character by its code point, such as `⟨1B⟩`, and cuts.
  package static func oneLine(_ text: String, limit: Int = 200) -> String {
    var result = ""
    var room = limit
    for scalar in text.unicodeScalars {
      guard room > 0 else { return result + "…" }
      room -= 1
      if isHarmful(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "⟨" + (digits.utf8.count < 2 ? "0" : "") + digits + "⟩"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Text that is only text wherever Markdown is rendered: no markup, cell border, link, mention,
  /// reference or formula comes of it.
  ///
  /// Links and mentions are made from what is left after escapes are undone, so a comment, which
  /// shows nothing, stands between their parts.
  package static func markdown(_ text: String) -> String {
    var result = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "|", "\\", "`", "*", "_", "[", "]", "~", "$":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "#": result += "\\#" + (rest.first.map(isDigit) == true ? divider : "")
      case "@": result += "@" + divider
      case ":" where rest.first == "/": result += ":" + divider
      case "." where result.utf8.suffix(3).elementsEqual("www".utf8, by: { $0 | 0x20 == $1 }):
        result += divider + "."
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Text that is only text wherever HTML or SVG holds it, between tags or in a quoted attribute;
  /// harmful characters are shown by their code points.
  package static func html(_ text: String) -> String {
    var result = ""
    for scalar in oneLine(text, limit: .max).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static let divider = "<!-- -->"

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x30 && scalar.value <= 0x39
  }
}
