/// Text that is safe on a line of its own, in a terminal and in a spreadsheet, and can be restored exactly.
enum SafeCell {
  /// Writes control, bidirectional and line-breaking characters as `\u{202E}`.
  ///
  /// A backslash that would read as the start of such an escape is written `\u{5C}`, so that
  /// ``unescape(_:)`` restores every text.
  static func escape(_ text: String, _ mustEscape: (Unicode.Scalar) -> Bool = isHarmful) -> String {
    guard text.unicodeScalars.contains(where: mustEscape) || text.utf8.contains(0x5C) else {
      return text
    }
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      let opens = scalar == "\\" && scalars[index...].starts(with: opening)
      if opens || mustEscape(scalar) {
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Restores what ``escape(_:_:)`` wrote; anything that is no valid escape stays as it is.
  static func unescape(_ text: String) -> String {
    guard text.utf8.contains(0x5C) else { return text }
    var rest = text.unicodeScalars[...]
    var result = String.UnicodeScalarView()
    while let scalar = rest.first {
      let body = rest.dropFirst(opening.count).prefix { $0 != "}" }
      if scalar == "\\", rest.starts(with: opening), body.endIndex < rest.endIndex,
        (1...6).contains(body.count), let value = UInt32(String(body), radix: 16),
        let restored = Unicode.Scalar(value)
      {
        result.append(restored)
        rest = rest[rest.index(after: body.endIndex)...]
      } else {
        result.append(scalar)
        rest = rest.dropFirst()
      }
    }
    return String(result)
  }

  /// Puts an apostrophe before what a spreadsheet would run as a formula.
  static func guarded(_ cell: String) -> String { needsGuard(cell) ? "'" + cell : cell }

  /// Takes the apostrophe of ``guarded(_:)`` away again.
  static func unguarded(_ cell: String) -> String {
    guard cell.unicodeScalars.first == "'" else { return cell }
    let rest = String(cell.unicodeScalars.dropFirst())
    return needsGuard(rest) ? rest : cell
  }

  /// Controls, bidirectional and invisible formatting, line and paragraph separators.
  static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value >= 0x20 && scalar.value < 0x7F { return false }
    switch scalar.value {
    case 0x200C, 0x200D: return false  // joiners that emoji and some scripts cannot do without
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }

  private static let opening: [Unicode.Scalar] = ["\\", "u", "{"]

  /// Whether a formula character leads, perhaps behind blanks, or an apostrophe that would be taken for a guard.
  private static func needsGuard(_ cell: String) -> Bool {
    var scalars = cell.unicodeScalars[...]
    while scalars.first == "'" { scalars = scalars.dropFirst() }
    guard let first = scalars.first(where: { $0 != " " }) else { return false }
    switch first {
    case "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠": return true
    default: return false
    }
  }
}
