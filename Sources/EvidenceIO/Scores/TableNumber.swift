import Basics

/// A field of a table as a number, however it is written.
enum TableNumber {
  /// What a field says.
  enum Reading: Equatable {
    case number(Double)
    /// A number with a comma that can only be its decimal point.
    case decimalComma(Double)
    /// A number with commas that can only group thousands.
    case thousands(Double)
    /// A number whose one comma may be either.
    case ambiguous(decimal: Double, thousands: Double)
    /// One of the ways to write no value.
    case undefined
    /// Anything else.
    case text
  }

  /// Reads plain numbers fast; `bytes` must have padding behind them.
  @inline(__always)
  static func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
    var cursor = JSONCursor(at: base, end: base + bytes.count)
    guard let value = try? cursor.double(), cursor.at == cursor.end else { return nil }
    return value
  }

  /// Reads what a spreadsheet or a script may have written.
  static func reading(_ field: String) -> Reading {
    var text = field.trimmed().lowercased()
    if ColumnNames.undefined.contains(text) { return .undefined }
    // A minus sign as typesetters write it, and blanks that group digits.
    text = text.replacing("\u{2212}", with: "-").replacing("\u{A0}", with: " ")
      .replacing("\u{202F}", with: " ").replacing("\u{2019}", with: "'")
    var scale = 1.0
    if text.hasSuffix("%") {
      scale = 100
      text = String(text.dropLast()).trimmed()
    }
    switch text {
    case "inf", "+inf", "infinity", "+infinity", "∞", "+∞": return .number(.infinity)
    case "-inf", "-infinity", "-∞": return .number(-.infinity)
    default: break
    }
    guard let first = text.utf8.first, first &- 48 <= 9 || "+-.,".utf8.contains(first),
      text.utf8.allSatisfy({ $0 &- 48 <= 9 || "+-.,e '_".utf8.contains($0) })
    else { return .text }
    for group in [" ", "'", "_"] where text.contains(group) {
      guard let plain = ungrouped(text, by: Character(group)) else { return .text }
      text = plain
    }
    if !text.contains(",") { return Double(text).map { .number($0 / scale) } ?? .text }
    return comma(text, scale)
  }

  /// What a number with commas says.
  private static func comma(_ text: String, _ scale: Double) -> Reading {
    let decimal: Double? =
      text.filter { $0 == "," }.count == 1
      ? Double((ungrouped(text, by: ".") ?? text).replacing(",", with: ".")) : nil
    let thousands = ungrouped(text, by: ",").flatMap { Double($0) }
    return switch (decimal, thousands) {
    case (let decimal?, let thousands?):
      .ambiguous(decimal: decimal / scale, thousands: thousands / scale)
    case (let decimal?, nil): .decimalComma(decimal / scale)
    case (nil, let thousands?): .thousands(thousands / scale)
    default: .text
    }
  }

  /// A number without the marks between its groups of three digits; nil if they are not that.
  private static func ungrouped(_ text: String, by mark: Character) -> String? {
    let point: Character = mark == "." ? "," : "."
    let whole = text.prefix { $0 != point && $0 != "e" }
    var digits = whole
    if let sign = digits.first, sign == "-" || sign == "+" { digits.removeFirst() }
    let groups = digits.split(separator: mark, omittingEmptySubsequences: false)
    guard groups.count > 1, let first = groups.first, (1...3).contains(first.count),
      first != "0", groups.dropFirst().allSatisfy({ $0.count == 3 }),
      groups.allSatisfy({ $0.allSatisfy(\.isASCII) && $0.allSatisfy(\.isNumber) }),
      !text[whole.endIndex...].contains(mark)
    else { return nil }
    return whole.filter { $0 != mark } + text[whole.endIndex...]
  }
}
