import Basics

/// Path data gathered for a run of cells.
struct SVGPath {
  var fills = ""
  var shades = ""
  var lines = ""
  var heavyLines = ""

  mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    fills += "M\(Self.short(x)) \(Self.short(y))h\(Self.short(width))v\(Self.short(height))"
    fills += "h\(Self.short(-width))z"
  }

  /// A number with at most two decimals.
  static func short(_ value: Double) -> String {
    let hundredths = Int(saturating: (value * 100).rounded())
    guard hundredths % 100 != 0 else { return "\(hundredths / 100)" }
    return "\(Double(hundredths) / 100)"
  }
}

/// The cell of a picture, and the glyphs in it that are drawn as shapes instead of text.
///
/// Box lines, blocks and braille must meet their neighbours, which fonts rarely manage.
enum SVGCell {
  static let width = 9
  static let height = 19
  static let baseline = 14

  static func isShape(_ glyph: Glyph) -> Bool {
    guard !glyph.hasMarks else { return false }
    switch glyph.base.value {
    case 0x2800...0x28FF, 0x2580...0x2593: return true
    default: return arms[glyph.base] != nil
    }
  }

  static func draw(_ glyph: Glyph, x: Int, y: Int, into path: inout SVGPath) {
    let (left, top) = (Double(x), Double(y))
    switch glyph.base.value {
    case 0x2800...0x28FF: braille(UInt8(glyph.base.value & 0xFF), left, top, &path)
    case 0x2580...0x2593: block(glyph.base.value, left, top, &path)
    default: lines(glyph.base, left, top, &path)
    }
  }

  private static func braille(_ dots: UInt8, _ left: Double, _ top: Double, _ path: inout SVGPath) {
    let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    for (bit, place) in places.enumerated() where dots & 1 << UInt8(bit) != 0 {
      let x = left + Double(width) * (Double(place.0) + 0.5) / 2
      let y = top + Double(height) * (Double(place.1) + 0.5) / 4
      path.rectangle(x - 1.1, y - 1.1, 2.2, 2.2)
    }
  }

  private static func block(
    _ value: UInt32, _ left: Double, _ top: Double, _ path: inout SVGPath
  ) {
    let (width, height) = (Double(width), Double(height))
    switch value {
    case 0x2580: path.rectangle(left, top, width, height / 2)
    case 0x2581...0x2588:
      let part = height * Double(value - 0x2580) / 8
      path.rectangle(left, top + height - part, width, part)
    case 0x2589...0x258F: path.rectangle(left, top, width * Double(0x2590 - value) / 8, height)
    case 0x2590: path.rectangle(left + width / 2, top, width / 2, height)
    default:
      let edge = "M\(SVGPath.short(left)) \(SVGPath.short(top))h\(SVGPath.short(width))"
      path.shades += edge + "v\(SVGPath.short(height))h\(SVGPath.short(-width))z"
    }
  }

  /// Which sides a box line reaches, and whether it is heavy or round.
  private struct Arms {
    var sides: Set<Side>
    var isHeavy = false
    var isRound = false
  }

  private enum Side { case left, right, up, down }

  private static let arms: [Unicode.Scalar: Arms] = {
    var arms: [Unicode.Scalar: Arms] = [:]
    let shapes: [(String, Set<Side>)] = [
      ("─━", [.left, .right]), ("│┃", [.up, .down]), ("┌┏", [.right, .down]),
      ("┐┓", [.left, .down]), ("└┗", [.right, .up]), ("┘┛", [.left, .up]),
      ("├┣", [.up, .down, .right]), ("┤┫", [.up, .down, .left]), ("┬┳", [.left, .right, .down]),
      ("┴┻", [.left, .right, .up]), ("┼╋", [.left, .right, .up, .down]),
    ]
    for (pair, sides) in shapes {
      for (index, scalar) in pair.unicodeScalars.enumerated() {
        arms[scalar] = Arms(sides: sides, isHeavy: index == 1)
      }
    }
    let corners: [(Unicode.Scalar, Set<Side>)] = [
      ("╭", [.right, .down]), ("╮", [.left, .down]), ("╰", [.right, .up]), ("╯", [.left, .up]),
    ]
    for (scalar, sides) in corners { arms[scalar] = Arms(sides: sides, isRound: true) }
    return arms
  }()

  private static func lines(
    _ scalar: Unicode.Scalar, _ left: Double, _ top: Double, _ path: inout SVGPath
  ) {
    guard let arms = arms[scalar] else { return }
    let middleX = left + Double(width) / 2
    let middleY = top + Double(height) / 2
    func end(_ side: Side) -> (Double, Double) {
      switch side {
      case .left: (left, middleY)
      case .right: (left + Double(width), middleY)
      case .up: (middleX, top)
      case .down: (middleX, top + Double(height))
      }
    }
    func text(_ point: (Double, Double)) -> String {
      "\(SVGPath.short(point.0)) \(SVGPath.short(point.1))"
    }
    var data = ""
    if arms.isRound {
      let across = end(arms.sides.contains(.left) ? .left : .right)
      let along = end(arms.sides.contains(.up) ? .up : .down)
      data = "M\(text(across))Q\(text((middleX, middleY))) \(text(along))"
    } else {
      for side in [Side.left, .right, .up, .down] where arms.sides.contains(side) {
        data += "M\(text((middleX, middleY)))L\(text(end(side)))"
      }
    }
    if arms.isHeavy { path.heavyLines += data } else { path.lines += data }
  }
}
