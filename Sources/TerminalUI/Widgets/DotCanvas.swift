/// Eight dots a cell, two across and four down, for curves finer than the cells they lie in.
struct DotCanvas: Sendable {
  let width: Int
  let height: Int
  /// The dots of each cell, with the bits of Unicode's braille patterns.
  private(set) var masks: [UInt8]

  init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    masks = Array(repeating: 0, count: self.width * self.height)
  }

  var dotsAcross: Int { width * 2 }
  var dotsDown: Int { height * 4 }

  subscript(column: Int, row: Int) -> UInt8 { masks[row * width + column] }

  /// Sets a dot; one outside the canvas is left out.
  mutating func set(_ x: Int, _ y: Int) {
    guard x >= 0, y >= 0, x < dotsAcross, y < dotsDown else { return }
    masks[(y >> 2) * width + x >> 1] |= Self.bit(x & 1, y & 3)
  }

  /// Sets the dots of a straight line, each `every` dots.
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), every: Int = 1) {
    let across = end.x - start.x
    let down = end.y - start.y
    let steps = max(abs(across), abs(down))
    guard steps > 0 else { return set(start.x, start.y) }
    for step in stride(from: 0, through: steps, by: every) {
      // Rounded half away from the start, in whole numbers so that frames are reproducible.
      let x = start.x + (2 * across * step + (across < 0 ? -steps : steps)) / (2 * steps)
      let y = start.y + (2 * down * step + (down < 0 ? -steps : steps)) / (2 * steps)
      set(x, y)
    }
  }

  /// The glyph that shows a cell's dots.
  func glyph(_ column: Int, _ row: Int, look: Look) -> Glyph {
    let mask = self[column, row]
    guard !look.isASCII else { return Self.ascii(mask) }
    return .scalar(Unicode.Scalar(0x2800 + UInt32(mask)) ?? " ")
  }

  private static func bit(_ x: Int, _ y: Int) -> UInt8 {
    if y == 3 { return x == 0 ? 0x40 : 0x80 }
    return 1 << UInt8(y + 3 * x)
  }

  /// The ASCII character whose strokes lie most like the dots.
  static func ascii(_ mask: UInt8) -> Glyph {
    guard mask != 0 else { return .space }
    let left = (0..<4).filter { mask & bit(0, $0) != 0 }
    let right = (0..<4).filter { mask & bit(1, $0) != 0 }
    let rows = Set(left + right).count
    let middle = Double((left + right).reduce(0, +)) / Double(left.count + right.count)
    if left.isEmpty || right.isEmpty {
      if rows >= 3 { return "|" }
      if rows == 2 { return ":" }
      return middle < 1 ? "'" : "."
    }
    if rows <= 2 { return middle > 2.4 ? "_" : "-" }
    let slope =
      Double(left.reduce(0, +)) / Double(left.count)
      - Double(right.reduce(0, +)) / Double(right.count)
    if min(left.count, right.count) == 1, max(left.count, right.count) >= 3 { return "+" }
    return slope > 0.4 ? "/" : slope < -0.4 ? "\\" : "|"
  }
}
