/// Text of a data set made safe to print: nothing in it can act on a terminal or reorder a line.
package enum SafeText {
  /// Replaces every character that is not plainly visible by its code point in braces, and cuts.
  package static func oneLine(_ text: String, limit: Int = 200) -> String {
    var result = ""
    var room = limit
    for scalar in text.unicodeScalars {
      guard room > 0 else { return result + "…" }
      room -= 1
      if isPlain(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "{U+" + String(scalar.value, radix: 16, uppercase: true) + "}"
      }
    }
    return result
  }

  /// False for controls, escapes, bidirectional and other formatting, separators and non-characters.
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value >= 0x20 && scalar.value < 0x7F { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      return false
    default: return true
    }
  }
}
