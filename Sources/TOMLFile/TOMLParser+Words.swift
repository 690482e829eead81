extension TOMLParser {
  /// The longest number or time that is read.
  private static let longest = 64

  /// Reads a value without quotes: a truth value, a number, a date or a time.
  mutating func readWord() throws(TOMLError) -> TOMLValue {
    let start = position
    skipWord()
    if Self.matches(text(from: start), "dddd-dd-dd"), byte == UInt8(ascii: " "),
      byte(after: 1).map(Self.isDigit) == true
    {
      position += 1
      skipWord()
    }
    let word = text(from: start)
    guard !word.isEmpty else { throw error("a value is missing") }
    let written = String(decoding: word, as: UTF8.self)
    switch written {
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: break
    }
    guard word.count <= Self.longest else {
      throw error("no value: neither a number nor a date", at: start)
    }
    if Self.isTime(word) {
      guard Self.isOnTheCalendar(word) else {
        throw error("there is no such date or time", at: start)
      }
      return .time(written)
    }
    guard Self.isNumber(word) else {
      throw error(
        "no value: neither a number nor a date; texts are written in quotes", at: start)
    }
    let plain = written.filter { $0 != "_" }
    if let number = Self.wholeNumber(plain) {
      guard let number = number else { throw error("the number is too large", at: start) }
      return .integer(number)
    }
    guard let number = Double(plain) else { throw error("no number", at: start) }
    return .number(number)
  }

  /// A whole number in any base: nil for a fraction, and nil in it where it is too large.
  private static func wholeNumber(_ written: String) -> Int?? {
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where written.hasPrefix(prefix) {
      return .some(Int(written.dropFirst(2), radix: base))
    }
    let isWhole = written.utf8.allSatisfy { isDigit($0) || "+-".utf8.contains($0) }
    return isWhole ? .some(Int(written)) : nil
  }

  /// Whether each part of a date or time, known to be one by its form, is possible.
  private static func isOnTheCalendar(_ word: ArraySlice<UInt8>) -> Bool {
    func number(_ from: Int, _ count: Int) -> Int {
      word.dropFirst(from).prefix(count).reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    var clock = 0
    if matches(word.prefix(10), "dddd-dd-dd") {
      let (year, month) = (number(0, 4), number(5, 2))
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      guard (1...12).contains(month), (1...days[month - 1]).contains(number(8, 2)) else {
        return false
      }
      guard word.count > 10 else { return true }
      clock = 11
    }
    guard number(clock, 2) < 24, number(clock + 3, 2) < 60, number(clock + 6, 2) <= 60 else {
      return false
    }
    let zone = word.suffix(6)
    guard matches(zone, "+dd:dd") || matches(zone, "-dd:dd") else { return true }
    return number(word.count - 5, 2) < 24 && number(word.count - 2, 2) < 60
  }

  private mutating func skipWord() {
    while let byte, Self.isBare(byte) || "+.:".utf8.contains(byte) { position += 1 }
  }

  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    for (prefix, digits) in [("0x", "0123456789abcdef"), ("0o", "01234567"), ("0b", "01")]
    where word.starts(with: prefix.utf8) {
      // Capitals are digits of base 16 only; the other bases have no letters.
      return isRow(word.dropFirst(2)) { digits.utf8.contains($0 > 64 ? $0 | 0x20 : $0) }
    }
    var rest = word
    if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
    if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) { return true }
    let whole = rest.prefix { isDigit($0) || $0 == UInt8(ascii: "_") }
    guard isRow(whole, isDigit), whole.count == 1 || whole.first != UInt8(ascii: "0") else {
      return false
    }
    rest = rest.dropFirst(whole.count)
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix { isDigit($0) || $0 == UInt8(ascii: "_") }
      guard isRow(fraction, isDigit) else { return false }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard let mark = rest.first else { return true }
    rest = rest.dropFirst()
    if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
    return "eE".utf8.contains(mark) && isRow(rest, isDigit)
  }

  /// Whether these are digits, with single underscores between them at most.
  private static func isRow(
    _ digits: ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool
  ) -> Bool {
    digits.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
  }

  private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    if matches(rest.prefix(10), "dddd-dd-dd") {
      rest = rest.dropFirst(10)
      guard let mark = rest.first else { return true }
      guard "Tt ".utf8.contains(mark) else { return false }
      rest = rest.dropFirst()
      if let last = rest.last, "Zz".utf8.contains(last) {
        rest = rest.dropLast()
      } else if matches(rest.suffix(6), "+dd:dd") || matches(rest.suffix(6), "-dd:dd") {
        rest = rest.dropLast(6)
      }
    }
    guard matches(rest.prefix(8), "dd:dd:dd") else { return false }
    rest = rest.dropFirst(8)
    return rest.isEmpty
      || rest.first == UInt8(ascii: ".") && rest.count > 1 && rest.dropFirst().allSatisfy(isDigit)
  }

  /// Whether the bytes are those of a pattern in which `d` stands for a digit.
  private static func matches(_ bytes: ArraySlice<UInt8>, _ pattern: StaticString) -> Bool {
    guard bytes.count == pattern.utf8CodeUnitCount else { return false }
    return pattern.withUTF8Buffer { pattern in
      zip(bytes, pattern).allSatisfy { $1 == UInt8(ascii: "d") ? isDigit($0) : $0 == $1 }
    }
  }
}
