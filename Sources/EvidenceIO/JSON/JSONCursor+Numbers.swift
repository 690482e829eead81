import Basics

extension JSONCursor {
  /// Exact powers of ten: up to 10^22 they are whole Doubles.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The digits of a number with a strict grammar.
  private struct Decimal {
    var negative: Bool
    /// The significant digits as a whole number, if `isShort`.
    var digits: UInt64
    var exponent: Int
    /// Whether the digits fit 64 bits.
    var isShort: Bool
    var isWhole: Bool
  }

  @inline(__always)
  private mutating func decimal(_ what: String) throws(JSONError) -> Decimal {
    let negative = consume(UInt8(ascii: "-"))
    var value: UInt64 = 0
    var significant = 0
    var digit = byte &- 48
    if digit == 0 {
      at += 1
      guard byte &- 48 > 9 else { throw JSONError(problem: "a number with a leading zero") }
    } else {
      guard digit <= 9 else {
        if negative { throw JSONError(problem: "a minus sign without digits") }
        throw wrongType(what)
      }
      let start = at
      repeat {
        value = value &* 10 &+ UInt64(digit)
        at += 1
        digit = byte &- 48
      } while digit <= 9
      significant = at - start
    }
    var exponent = 0
    var whole = true
    if byte == UInt8(ascii: ".") {
      whole = false
      at += 1
      let start = at
      if significant == 0 { while byte == 48 { at += 1 } }
      let first = at
      digit = byte &- 48
      while digit <= 9 {
        value = value &* 10 &+ UInt64(digit)
        at += 1
        digit = byte &- 48
      }
      guard at > start else { throw JSONError(problem: "a number with no digit after the point") }
      significant += at - first
      exponent = start - at
    }
    if byte | 0x20 == UInt8(ascii: "e") {
      whole = false
      exponent += try exponentPart()
    }
    return Decimal(
      negative: negative, digits: value, exponent: exponent, isShort: significant <= 19,
      isWhole: whole)
  }

  private mutating func exponentPart() throws(JSONError) -> Int {
    at += 1
    let negative = consume(UInt8(ascii: "-"))
    if !negative { _ = consume(UInt8(ascii: "+")) }
    var value = 0
    guard byte &- 48 <= 9 else { throw JSONError(problem: "a number with an empty exponent") }
    while byte &- 48 <= 9 {
      value = min(value * 10 + Int(byte &- 48), 1_000_000)
      at += 1
    }
    return negative ? -value : value
  }

  /// Takes a number as a Float, exactly as if it were read as a Double and then converted.
  ///
  /// Digits below 2^53 times a power of ten up to 22 give the nearest Double at once. With more
  /// digits the quotient is within 2 units in the last place of it, which can change the Float only
  /// near the middle between two Floats: those few numbers take the exact, slow way.
  @inline(__always)
  mutating func float() throws(JSONError) -> Float {
    let start = at
    let number = try decimal("a number")
    guard number.isShort, number.exponent >= -22, number.exponent <= 22 else {
      return Float(Self.exact(start, at))
    }
    let power = Self.powers[Int(number.exponent.magnitude)]
    let digits = Double(number.digits)
    let value = number.exponent < 0 ? digits / power : digits * power
    if number.digits >= 1 << 53 {
      let rest = Int64(truncatingIfNeeded: value.bitPattern & 0x1FFF_FFFF) - 0x1000_0000
      if rest.magnitude <= 4 || value < 0x1p-125 || value > 0x1p127 {
        return Float(Self.exact(start, at))
      }
    }
    return number.negative ? -Float(value) : Float(value)
  }

  /// Takes a number as a Double.
  mutating func double(_ what: String = "a number") throws(JSONError) -> Double {
    let start = at
    let number = try decimal(what)
    guard number.isShort, number.digits < 1 << 53, number.exponent.magnitude <= 22 else {
      return Self.exact(start, at)
    }
    let power = Self.powers[Int(number.exponent.magnitude)]
    let digits = Double(number.digits)
    let value = number.exponent < 0 ? digits / power : digits * power
    return number.negative ? -value : value
  }

  /// Takes a whole number that fits 32 bits.
  @inline(__always)
  mutating func integer() throws(JSONError) -> Int32 {
    let start = at
    let negative = consume(UInt8(ascii: "-"))
    let first = at
    var value: UInt64 = 0
    var digit = byte &- 48
    while digit <= 9 {
      value = value &* 10 &+ UInt64(digit)
      at += 1
      digit = byte &- 48
    }
    let count = at - first
    let isPlain = count == 1 || count > 1 && count <= 10 && first.pointee != 48
    guard isPlain, byte != UInt8(ascii: "."), byte | 0x20 != UInt8(ascii: "e"),
      value <= UInt64(Int32.max)
    else {
      at = start
      throw try oddInteger()
    }
    let result = Int32(truncatingIfNeeded: value)
    return negative ? -result : result
  }

  /// What is wrong with something that should be a whole number of 32 bits.
  private mutating func oddInteger() throws(JSONError) -> JSONError {
    let number = try decimal("a whole number")
    return number.isWhole
      ? JSONError(problem: "a whole number beyond 32 bits", kind: .value)
      : JSONError(problem: "a number that is not whole", kind: .type)
  }

  /// The nearest Double, whatever the locale, which `strtod` would ask for its decimal point.
  private static func exact(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Double {
    let text = String(
      decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
    return Double(text) ?? .nan
  }
}
