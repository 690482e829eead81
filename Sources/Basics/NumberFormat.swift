/// Numbers as people read them, made without Foundation so that a screen of them costs nothing.
package enum NumberFormat {
  /// A number with a fixed count of decimals, rounded as `printf` does; never `-0.00`.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return nonFinite(value) }
    let decimals = min(max(0, decimals), 12)
    let scale = powersOfTen[decimals]
    guard abs(value) < 9e15 / scale else { return value.description }
    let scaled = rounded(abs(value), times: scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    let unit = Int(saturating: scale)
    let fraction = String(scaled % unit)
    let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
    return sign + String(scaled / unit) + "." + zeros + fraction
  }

  /// A number with its sign always shown, except for what rounds to zero.
  package static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    guard value > 0, text.utf8.contains(where: { $0 >= 0x31 && $0 <= 0x39 || $0 == 0x69 }) else {
      return text
    }
    return "+" + text
  }

  /// A share of one as a percentage: 0.1234 is `12.3%`.
  package static func percent(_ share: Double, _ decimals: Int = 1) -> String {
    fixed(share * 100, decimals) + "%"
  }

  /// A share of one as a percentage, with a decimal where it says more: `5.6%`, `12%`.
  package static func share(_ share: Double) -> String {
    percent(share, share < 0.1 && share > 0 ? 1 : 0)
  }

  /// A rate as a percentage, as it was asked for: `1%`, `0.1%`.
  package static func rate(_ rate: Double) -> String { plain(rate * 100) + "%" }

  /// A number with at most six decimals and no needless zeros.
  package static func plain(_ value: Double) -> String {
    if value != 0, abs(value) < 1e-6 { return scientific(value, 1) }
    var text = fixed(value, 6)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// So many of something: `1 member`, `12,431 members`, `2 boxes`.
  package static func counted(_ value: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? one : many ?? one + "s")"
  }

  /// A whole number with its thousands apart: `12,431`.
  package static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude).utf8)
    var grouped: [UInt8] = value < 0 ? [0x2D] : []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped.append(0x2C) }
      grouped.append(digit)
    }
    return String(decoding: grouped, as: UTF8.self)
  }

  /// A count in at most five characters: `950`, `12.4k`, `1.2M`.
  package static func compact(_ value: Int) -> String {
    let magnitude = Double(value.magnitude)
    if magnitude < 1000 { return String(value) }
    let sign = value < 0 ? "-" : ""
    for (limit, unit, suffix) in [(1e6, 1e3, "k"), (1e9, 1e6, "M"), (1e12, 1e9, "G")] {
      let scaled = magnitude / unit
      // 999 950 is 1.0M, not 1000.0k.
      guard magnitude < limit, scaled < 999.5 else { continue }
      return sign + fixed(scaled, scaled < 99.95 ? 1 : 0) + suffix
    }
    return sign + scientific(magnitude, 1)
  }

  /// A number as mantissa and exponent: `3.2e-5`.
  package static func scientific(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return nonFinite(value) }
    guard value != 0 else { return fixed(0, decimals) }
    var exponent = decade(of: abs(value))
    var mantissa = fixed(value / powerOfTen(exponent), decimals)
    if mantissa.hasPrefix("10") || mantissa.hasPrefix("-10") {
      exponent += 1
      mantissa = fixed(value / powerOfTen(exponent), decimals)
    }
    return mantissa + "e" + String(exponent)
  }

  /// The smallest p-value that is told apart from smaller ones: the tails that tests take it from
  /// underflow below, and a p of 0 is no statement that a test can make.
  package static let smallestPValue = 1e-300

  /// A p-value as data are given it: never below ``smallestPValue``, not a number where it is none.
  package static func boundedPValue(_ value: Double) -> Double {
    value < smallestPValue ? smallestPValue : value
  }

  /// A p-value: three decimals down to 0.001, then an exponent.
  package static func pValue(_ value: Double) -> String {
    guard value.isFinite else { return nonFinite(value) }
    if value >= 0.0995 { return fixed(value, 2) }
    if value >= 0.0009995 { return fixed(value, 3) }
    return value >= smallestPValue ? scientific(value, 1) : "< 1e-300"
  }

  /// An interval after its figure: `[0.790, 0.834]`.
  package static func interval(_ lower: Double, _ upper: Double, _ decimals: Int) -> String {
    "[" + fixed(lower, decimals) + ", " + fixed(upper, decimals) + "]"
  }

  /// Seconds as a short duration: `8s`, `1m 20s`, `2h 05m`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let whole = Int(saturating: seconds.rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60)m \(padded(whole % 60))s" }
    return "\(whole / 3600)h \(padded(whole / 60 % 60))m"
  }

  /// Bytes in decimal units: `1.2 GB`.
  package static func bytes(_ count: Int) -> String {
    guard count >= 1000 else { return "\(count) B" }
    let value = Double(count)
    for (unit, name) in [(1e3, "kB"), (1e6, "MB"), (1e9, "GB")] where value / unit < 999.5 {
      return fixed(value / unit, value / unit < 99.95 ? 1 : 0) + " " + name
    }
    return fixed(value / 1e12, 1) + " TB"
  }

  /// A power of ten as plots label it: `10⁻³`, `10`, `1`; `1e-3` in ASCII.
  package static func power(ofTen exponent: Int, ascii: Bool) -> String {
    if exponent == 0 { return "1" }
    if exponent == 1 { return "10" }
    if ascii { return "1e" + String(exponent) }
    return "10" + String(String(exponent).map { superscripts[$0] ?? $0 })
  }

  /// The exponent of the power of ten at or below a positive number.
  package static func decade(of value: Double) -> Int {
    guard value > 0, value.isFinite else { return 0 }
    // An estimate from the binary exponent, put right by comparing: log10 is off at some powers.
    var exponent = Int(saturating: (Double(value.exponent) * 0.30103).rounded(.down))
    while value >= powerOfTen(exponent + 1) { exponent += 1 }
    while value < powerOfTen(exponent), exponent > -330 { exponent -= 1 }
    return exponent
  }

  /// Ten to a whole power, correctly rounded between -22 and 22.
  package static func powerOfTen(_ exponent: Int) -> Double {
    if exponent >= 0, exponent < powersOfTen.count { return powersOfTen[exponent] }
    if exponent < 0, -exponent < powersOfTen.count { return 1 / powersOfTen[-exponent] }
    return Double("1e\(exponent)") ?? (exponent > 0 ? .infinity : 0)
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private static let superscripts: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
    "9": "⁹", "-": "⁻",
  ]

  private static func nonFinite(_ value: Double) -> String {
    value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }

  private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }

  /// The nearest whole number to a product, looking past the product's own rounding at ties.
  private static func rounded(_ value: Double, times scale: Double) -> Int {
    let product = value * scale
    let floor = product.rounded(.down)
    let part = product - floor
    let lost = (-product).addingProduct(value, scale)
    if part > 0.5 || (part == 0.5 && lost > 0) { return Int(saturating: floor) + 1 }
    if part < 0.5 || lost < 0 { return Int(saturating: floor) }
    return Int(saturating: floor) + (Int(saturating: floor) & 1)
  }
}
