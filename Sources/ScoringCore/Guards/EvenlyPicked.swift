/// Numbers in guards' sentences, without Foundation.
enum GuardWords {
  /// A number with a fixed number of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let rest = String(scaled % scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + count(scaled) }
    let zeros = String(repeating: "0", count: decimals - rest.count)
    return sign + "\(count(scaled / scale)).\(zeros)\(rest)"
  }

  /// A whole number with commas between its thousands.
  static func count(_ number: Int) -> String {
    var digits = ""
    for (place, digit) in String(number).reversed().enumerated() {
      if place > 0, place % 3 == 0, digit != "-" { digits.append(",") }
      digits.append(digit)
    }
    return String(digits.reversed())
  }

  /// A share in percent, with a decimal where it says more: `5.6%`, `12%`.
  static func percent(_ share: Double) -> String {
    fixed(share * 100, share < 0.1 && share > 0 ? 1 : 0) + "%"
  }

  /// A false-positive rate as it was asked for: `1%`, `0.1%`.
  static func rate(_ rate: Double) -> String {
    for decimals in 0...6 {
      let text = fixed(rate * 100, decimals)
      if let value = Double(text), abs(value - rate * 100) <= 1e-9 * max(1, rate * 100) {
        return text + "%"
      }
    }
    return "\(rate * 100)%"
  }

  /// `1 text`, `1,200 texts`.
  static func counted(_ number: Int, _ one: String, _ many: String) -> String {
    "\(count(number)) " + (number == 1 ? one : many)
  }
}

/// Some of many at even steps: the same ones every time, spread over the whole.
func evenlyPicked(_ rows: [Int], atMost limit: Int) -> [Int] {
  guard rows.count > limit else { return rows }
  return (0..<limit).map { rows[$0 * rows.count / limit] }
}
