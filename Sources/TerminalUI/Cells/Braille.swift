import Basics

/// A canvas of dots, two across and four down in each cell, for lines finer than cells.
///
/// A cell has one colour: the role that set a dot in it last.
package struct BrailleCanvas: Hashable, Sendable {
  /// The canvas in cells.
  package let size: Size
  private var dots: [UInt8]
  private var roles: [Role]

  package init(size: Size) {
    let size = Size(width: max(0, size.width), height: max(0, size.height))
    self.size = size
    dots = Array(repeating: 0, count: size.width * size.height)
    roles = Array(repeating: .text, count: size.width * size.height)
  }

  /// The dots across.
  package var width: Int { size.width * 2 }
  /// The dots down; row 0 is the top.
  package var height: Int { size.height * 4 }

  /// Sets one dot; outside the canvas nothing.
  package mutating func set(_ x: Int, _ y: Int, _ role: Role) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let cell = y / 4 * size.width + x / 2
    dots[cell] |= Self.bit(x & 1, y & 3)
    roles[cell] = role
  }

  /// Whether a dot is set.
  package func isSet(_ x: Int, _ y: Int) -> Bool {
    guard x >= 0, y >= 0, x < width, y < height else { return false }
    return dots[y / 4 * size.width + x / 2] & Self.bit(x & 1, y & 3) != 0
  }

  /// A straight line, both ends included; `every` 3 sets each third dot.
  package mutating func line(from start: Point, to end: Point, _ role: Role, every: Int = 1) {
    let (deltaX, deltaY) = (end.x - start.x, end.y - start.y)
    let steps = Int(clamping: max(deltaX.magnitude, deltaY.magnitude))
    guard steps > 0 else { return set(start.x, start.y, role) }
    guard let range = visible(start: start, deltaX: deltaX, deltaY: deltaY, steps: steps) else {
      return
    }
    for step in range where step % max(1, every) == 0 {
      let x = start.x + Self.rounded(deltaX * step, by: steps)
      let y = start.y + Self.rounded(deltaY * step, by: steps)
      set(x, y, role)
    }
  }

  /// A step: up or down at the start, then across, as a ROC curve goes from point to point.
  package mutating func step(from start: Point, to end: Point, _ role: Role) {
    let corner = Point(x: start.x, y: end.y)
    line(from: start, to: corner, role)
    line(from: corner, to: end, role)
  }

  /// Draws the cells that have dots, on the ground that is there already.
  package func draw(
    on frame: inout Frame, at origin: Point, clip: Rect? = nil, emphasis: Emphasis = [],
    glyphs: GlyphSet
  ) {
    for y in 0..<size.height {
      for x in 0..<size.width {
        let dots = dots[y * size.width + x]
        guard dots != 0 else { continue }
        let point = Point(x: origin.x + x, y: origin.y + y)
        let ground = frame[point].style
        let style = Style(
          roles[y * size.width + x],
          on: ground.surface ?? (ground.role.isGround ? ground.role : nil), emphasis)
        let glyph = glyphs.isASCII ? Self.asciiGlyph(dots) : Self.brailleGlyph(dots)
        frame.put(glyph, at: point, style: style, clip: clip)
      }
    }
  }

  // Braille numbers its dots down the left column, then the right, with the bottom row last.
  private static func bit(_ column: Int, _ row: Int) -> UInt8 {
    row == 3 ? 0x40 << UInt8(column) : 1 << UInt8(row + 3 * column)
  }

  static func brailleGlyph(_ dots: UInt8) -> Glyph {
    .scalar(Unicode.Scalar(0x2800 + UInt32(dots)) ?? " ")
  }

  /// The ASCII character whose ink lies where the dots do.
  static func asciiGlyph(_ dots: UInt8) -> Glyph {
    guard dots != 0 else { return .space }
    let left = (0..<4).filter { dots & bit(0, $0) != 0 }
    let right = (0..<4).filter { dots & bit(1, $0) != 0 }
    let rows = Set(left + right).count
    let middle = Double((left + right).reduce(0, +)) / Double(left.count + right.count)
    if left.isEmpty || right.isEmpty {
      return rows >= 3 ? "|" : rows == 2 ? ":" : middle < 1 ? "'" : "."
    }
    if left.count + right.count == 8 { return "#" }
    if rows <= 2 { return middle > 2.4 ? "_" : "-" }
    if min(left.count, right.count) == 1, max(left.count, right.count) >= 3 { return "+" }
    // Rows count downwards: a left half that lies lower rises to the right.
    let slope =
      Double(left.reduce(0, +)) / Double(left.count)
      - Double(right.reduce(0, +)) / Double(right.count)
    return slope > 0.4 ? "/" : slope < -0.4 ? "\\" : "|"
  }

  /// The steps of a line that can lie on the canvas, so that far ends cost nothing.
  private func visible(start: Point, deltaX: Int, deltaY: Int, steps: Int) -> ClosedRange<Int>? {
    var (low, high) = (0.0, Double(steps))
    for (from, delta, limit) in [(start.x, deltaX, width), (start.y, deltaY, height)] {
      let rate = Double(delta) / Double(steps)
      let (first, last) = (-1.0 - Double(from), Double(limit) - Double(from))
      if delta == 0 {
        if from < 0 || from >= limit { return nil }
      } else {
        low = max(low, min(first / rate, last / rate))
        high = min(high, max(first / rate, last / rate))
      }
    }
    guard low <= high else { return nil }
    return Int(saturating: low.rounded(.down))...Int(saturating: high.rounded(.up))
  }

  private static func rounded(_ value: Int, by divisor: Int) -> Int {
    Int(saturating: (Double(value) / Double(divisor)).rounded())
  }
}
