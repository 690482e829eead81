/// CSV (RFC 4180) that is safe to open in a spreadsheet and reads back exactly.
///
/// A text that a spreadsheet would run as a formula gets an apostrophe before it, and harmful
/// characters are written `\u{1B}`; ``text(_:)`` undoes both.
package enum CSVText {
  /// A text as a field.
  ///
  /// - Parameter numbersStand: Whether a text that is a number, such as `-0.5`, needs no apostrophe,
  ///   as in a table of figures.
  package static func field(_ text: String, numbersStand: Bool = false) -> String {
    let isNumber = numbersStand && isNumber(text)
    let cell = escape(isNumber || !needsGuard(text) ? text : "'" + text)
    guard needsQuotes(cell) else { return cell }
    return "\""
      + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// A line of fields, with its line feed.
  package static func row(_ texts: [String], numbersStand: Bool = false) -> String {
    texts.map { field($0, numbersStand: numbersStand) }.joined(separator: ",") + "\n"
  }

  /// The text that a field, without its quotes, stands for.
  package static func text(_ field: String) -> String {
    let cell = unescape(field)
    guard cell.unicodeScalars.first == "'" else { return cell }
    let rest = String(cell.unicodeScalars.dropFirst())
    return needsGuard(rest) ? rest : cell
  }

  /// Writes harmful characters as `\u{202E}`, so that a text is one line.
  ///
  /// A backslash that would read as the start of such an escape is written `\u{5C}`.
  ///
  /// - Parameter mustEscape: Which characters are written so.
  package static func escape(
    _ text: String, where mustEscape: (Unicode.Scalar) -> Bool = SafeText.isHarmful
  ) -> String {
    guard text.unicodeScalars.contains(where: { $0 == "\\" || mustEscape($0) }) else {
      return text
    }
    var rest = text.unicodeScalars[...]
    var result = ""
    while let scalar = rest.first {
      if scalar == "\\" && rest.starts(with: opening) || mustEscape(scalar) {
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
      rest = rest.dropFirst()
    }
    return result
  }

  /// Restores what ``escape(_:where:)`` wrote; anything that is no such escape stays as it is.
  package static func unescape(_ text: String) -> String {
    guard text.utf8.contains(0x5C) else { return text }
    var rest = text.unicodeScalars[...]
    var result = String.UnicodeScalarView()
    while let scalar = rest.first {
      let body = rest.dropFirst(opening.count).prefix(7).prefix { $0 != "}" }
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

  private static let opening: [Unicode.Scalar] = ["\\", "u", "{"]

  /// Whether a formula character leads, perhaps behind blanks, or an apostrophe that reading would
  /// take for a guard.
  private static func needsGuard(_ text: String) -> Bool {
    var scalars = text.unicodeScalars[...]
    while scalars.first == "'" { scalars = scalars.dropFirst() }
    guard let first = scalars.first(where: { !isBlank($0) }) else { return false }
    switch first {
    case "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠": return true
    default: return false
    }
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar.value >= 0xA0 && scalar.properties.generalCategory == .spaceSeparator
  }

  /// Quotes stand wherever some spreadsheet could cut a cell, also where a semicolon divides cells.
  private static func needsQuotes(_ cell: String) -> Bool {
    guard let first = cell.utf8.first, let last = cell.utf8.last else { return false }
    return first == 0x20 || last == 0x20
      || cell.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == UInt8(ascii: ";") }
  }

  /// Whether a text is a decimal number, which no spreadsheet runs.
  private static func isNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      $0 >= 0x30 && $0 <= 0x39 || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
    } && Double(text) != nil
  }
}
