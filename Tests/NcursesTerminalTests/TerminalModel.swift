import TerminalUI

/// A terminal that understands what ncurses sends for the family of xterm, and no more.
///
/// Anything else lands in `unknown`, so that a test notices instead of guessing.
struct TerminalModel {
  struct Look: Hashable {
    var foreground = "default"
    var background = "default"
    var attributes: Set<Int> = []
  }

  struct Spot: Hashable {
    var text = " "
    var look = Look()
  }

  private(set) var spots: [[Spot]]
  private(set) var modes: Set<Int> = [7, 25]
  private(set) var unknown: [String] = []
  private(set) var clipboard: [String] = []
  private(set) var cursor = (x: 0, y: 0)
  private var saved = (x: 0, y: 0)
  private var look = Look()
  /// The rows that scroll.
  private var margins: ClosedRange<Int>
  private let width: Int
  private let height: Int

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    margins = 0...height - 1
    spots = Array(repeating: Array(repeating: Spot(), count: width), count: height)
  }

  func text(_ y: Int) -> String { spots[y].map(\.text).joined() }

  mutating func read(_ bytes: [UInt8]) {
    var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\u{1B}": readEscape(&scalars)
      case "\r": cursor.x = 0
      case "\n": feedLine()
      case "\u{8}":
        stayOnTheLine()
        cursor.x = max(0, cursor.x - 1)
      case "\t": cursor.x = min((cursor.x / 8 + 1) * 8, width - 1)
      case _ where scalar.value < 0x20: unknown.append("control \(scalar.value)")
      default: show(scalar)
      }
    }
  }

  private mutating func show(_ scalar: Unicode.Scalar) {
    let cells = Width.of(scalar)
    if cells == 0 {
      // A mark belongs to the last glyph, which may be two cells wide.
      var x = min(cursor.x - 1, width - 1)
      while x > 0, spots[cursor.y][x].text.isEmpty { x -= 1 }
      if x >= 0 { spots[cursor.y][x].text.unicodeScalars.append(scalar) }
      return
    }
    if cursor.x + cells > width {
      cursor.x = 0
      feedLine()
    }
    spots[cursor.y][cursor.x] = Spot(text: String(scalar), look: look)
    if cells == 2 { spots[cursor.y][cursor.x + 1] = Spot(text: "", look: look) }
    cursor.x += cells
  }

  /// Behind the last column only a glyph goes on to the next line: for all else the cursor is on it.
  private mutating func stayOnTheLine() { cursor.x = min(cursor.x, width - 1) }

  private mutating func readEscape(_ scalars: inout Substring.UnicodeScalarView) {
    switch scalars.popFirst() {
    case "[":
      let body = scalars.prefix { !(0x40...0x7E).contains($0.value) }
      scalars = scalars[body.endIndex...]
      run(String(body), scalars.popFirst() ?? " ")
    case "]":
      let body = scalars.prefix { $0 != "\u{7}" }
      scalars = scalars[body.endIndex...].dropFirst()
      clipboard.append(String(body))
    case "(": _ = scalars.popFirst()
    case "=", ">": break
    case "7": saved = cursor
    case "8": cursor = saved
    case "M":
      if cursor.y == margins.lowerBound { scroll(margins, by: -1) } else { cursor.y -= 1 }
    case let other: unknown.append("ESC \(other.map { String($0) } ?? "")")
    }
  }

  private mutating func run(_ body: String, _ final: Unicode.Scalar) {
    if body.hasPrefix("?"), final == "h" || final == "l" {
      for mode in body.dropFirst().split(separator: ";").compactMap({ Int($0) }) {
        if final == "h" { modes.insert(mode) } else { modes.remove(mode) }
      }
      return
    }
    if final != "m" { stayOnTheLine() }
    let numbers = body.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let count = max(1, numbers.first ?? 1)
    switch final {
    case "H":
      cursor = (max(1, numbers.count > 1 ? numbers[1] : 1) - 1, count - 1)
    case "G": cursor.x = count - 1
    case "d": cursor.y = count - 1
    case "A": cursor.y = max(0, cursor.y - count)
    case "B": cursor.y = min(height - 1, cursor.y + count)
    case "C": cursor.x = min(width - 1, cursor.x + count)
    case "D": cursor.x = max(0, cursor.x - count)
    case "J", "K": erase(lines: final == "J", numbers.first ?? 0)
    case "P": shift(cursor.y, from: cursor.x, by: count)
    case "@": shift(cursor.y, from: cursor.x, by: -count)
    case "X": blank(cursor.y, cursor.x..<min(width, cursor.x + count))
    case "b": for _ in 0..<count { repeatLast() }
    case "m": paint(numbers)
    case "S": scroll(margins, by: count)
    case "T": scroll(margins, by: -count)
    case "M" where margins.contains(cursor.y): scroll(cursor.y...margins.upperBound, by: count)
    case "L" where margins.contains(cursor.y): scroll(cursor.y...margins.upperBound, by: -count)
    case "r":
      let last = numbers.count > 1 ? numbers[1] : height
      margins = (count - 1)...max(count - 1, min(height, last) - 1)
      cursor = (0, 0)
    // Window titles, insert mode off.
    case "t", "l": break
    default: unknown.append("CSI \(body)\(final)")
    }
  }

  private mutating func feedLine() {
    if cursor.y == margins.upperBound {
      scroll(margins, by: 1)
    } else {
      cursor.y = min(cursor.y + 1, height - 1)
    }
  }

  /// Moves rows up, or down if `count` is negative; blank ones follow.
  private mutating func scroll(_ rows: ClosedRange<Int>, by count: Int) {
    let old = spots
    for y in rows {
      if rows.contains(y + count) { spots[y] = old[y + count] } else { blank(y, 0..<width) }
    }
  }

  /// Moves the rest of a row left, or right if `count` is negative; blanks follow.
  private mutating func shift(_ y: Int, from start: Int, by count: Int) {
    let (old, rest) = (spots[y], min(start, width)..<width)
    for x in rest {
      if rest.contains(x + count) { spots[y][x] = old[x + count] } else { blank(y, x..<x + 1) }
    }
  }

  private mutating func repeatLast() {
    guard cursor.x > 0, let last = spots[cursor.y][cursor.x - 1].text.unicodeScalars.first else {
      return
    }
    show(last)
  }

  private mutating func erase(lines: Bool, _ part: Int) {
    blank(
      cursor.y, part == 0 ? min(cursor.x, width)..<width : 0..<(part == 1 ? cursor.x + 1 : width))
    guard lines else { return }
    let rows = part == 0 ? (cursor.y + 1)..<height : 0..<(part == 1 ? cursor.y : height)
    for y in rows { blank(y, 0..<width) }
  }

  private mutating func blank(_ y: Int, _ columns: Range<Int>) {
    for x in columns {
      spots[y][x] = Spot(text: " ", look: Look(background: look.background))
    }
  }

  private mutating func paint(_ numbers: [Int]) {
    var rest = numbers[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: look = Look()
      case 1, 2, 4, 7: look.attributes.insert(number)
      case 22: look.attributes.subtract([1, 2])
      case 24, 27: look.attributes.remove(number - 20)
      case 30...37: look.foreground = "\(number - 30)"
      case 40...47: look.background = "\(number - 40)"
      case 90...97: look.foreground = "\(number - 82)"
      case 100...107: look.background = "\(number - 92)"
      case 39: look.foreground = "default"
      case 49: look.background = "default"
      case 38: look.foreground = color(&rest)
      case 48: look.background = color(&rest)
      default: unknown.append("SGR \(number)")
      }
    }
  }

  private func color(_ rest: inout ArraySlice<Int>) -> String {
    if rest.popFirst() == 5 { return "\(rest.popFirst() ?? -1)" }
    let parts = rest.prefix(3)
    rest = rest.dropFirst(3)
    return "#" + parts.map { String($0 + 256, radix: 16).dropFirst() }.joined()
  }
}
