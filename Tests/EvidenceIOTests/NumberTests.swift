import Basics
import Glibc
import Testing

@testable import EvidenceIO

@Suite("Numbers are read exactly and strictly")
struct NumberTests {
  private func float(_ text: String) -> Float? {
    try? JSONCursor.parse(text.utf8) { cursor throws(JSONError) in
      let value = try cursor.float()
      try cursor.finish()
      return value
    }
  }

  @Test("floats are those of strtod, converted")
  func differential() {
    var random = SplitMix64(seed: 20_260_101)
    var wrong: [String] = []
    for round in 0..<200_000 {
      let text = Self.number(&random, round % 5)
      let expected = Float(strtod(text, nil))
      if float(text)?.bitPattern != expected.bitPattern { wrong.append(text) }
    }
    #expect(wrong.isEmpty, "seed 20260101: \(wrong.prefix(5))")
  }

  /// Five kinds: short decimals, full precision, near the middle of two Floats, wild exponents, long.
  private static func number(_ random: inout SplitMix64, _ kind: Int) -> String {
    let sign = Bool.random(using: &random) ? "-" : ""
    switch kind {
    case 0:
      return sign
        + "\(Int.random(in: 0...30, using: &random)).\(Int.random(in: 0...99999, using: &random))"
    case 1: return "\(Double.random(in: -30...0, using: &random))"
    case 2:
      let float = Float(bitPattern: UInt32.random(in: 0x3000_0000...0x4500_0000, using: &random))
      let middle = (Double(float) + Double(float.nextUp)) / 2
      let bits = middle.bitPattern &+ UInt64.random(in: 0...8, using: &random) &- 4
      return "\(Double(bitPattern: bits))"
    case 3:
      return sign
        + "\(Int.random(in: 1...9, using: &random))e\(Int.random(in: -60...45, using: &random))"
    default:
      let digits = (0..<Int.random(in: 15...40, using: &random)).map { _ in
        String(Int.random(in: 0...9, using: &random))
      }
      return sign + "0." + digits.joined()
    }
  }

  @Test(
    "hard cases",
    arguments: [
      "0", "-0.0", "1e-45", "7e-46", "1.401298464324817e-45", "3.4028235677973366e38", "-1e400",
      "9007199254740993", "0.1e-6", "1E+2", "18446744073709551616", "16777217.0",
      "0.000000000000000000000000000000000000011754943508222875", "-3.4028234663852886e+38",
      "8589973000.0000000000001", "0.00000000000000000000000",
    ])
  func hard(_ text: String) {
    #expect(float(text)?.bitPattern == Float(strtod(text, nil)).bitPattern)
  }

  @Test(
    "refused",
    arguments: [
      "", "-", "01", "-01", "1.", ".5", "+1", "1e", "1e+", "0x10", "1_000", "1 2", "--1", "1.e5",
      "Infinity", "nan", "1,5",
    ])
  func refused(_ text: String) { #expect(float(text) == nil) }
}
