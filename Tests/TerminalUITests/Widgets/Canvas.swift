@testable import TerminalUI

/// Draws into a frame of the given size and reads it back as lines of text, trailing blanks cut.
func picture(
  _ width: Int, _ height: Int, ascii: Bool = false,
  _ draw: (Rect, inout Frame, GlyphSet) -> Void
) -> [String] {
  var frame = Frame(size: Size(width: width, height: height))
  draw(frame.bounds, &frame, (ascii ? GlyphSet.ascii : .unicode))
  return lines(of: frame)
}

func lines(of frame: Frame) -> [String] {
  (0..<frame.size.height).map { y in
    var line = ""
    for x in 0..<frame.size.width {
      line += frame[Point(x: x, y: y)].glyph.text
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// The lines of a picture written as one literal.
func rows(_ text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

/// Whether drawing stays within its area, tried at tiny sizes and offsets on a marked frame.
func staysInside(_ draw: (Rect, inout Frame, GlyphSet) -> Void) -> [String] {
  let canary = Cell(glyph: .scalar("X"), style: Style(.banner))
  var faults: [String] = []
  let sizes =
    [0, 1, 2, 3].flatMap { w in [0, 1, 2, 3].map { Size(width: w, height: $0) } }
    + [(5, 2), (8, 4), (13, 6), (20, 5), (24, 12), (40, 3)].map { Size(width: $0, height: $1) }
  for size in sizes {
    for ascii in [false, true] {
      var frame = Frame(size: Size(width: size.width + 4, height: size.height + 4))
      frame.fill(frame.bounds, canary.glyph, style: canary.style)
      let area = Rect(x: 2, y: 2, width: size.width, height: size.height)
      draw(area, &frame, (ascii ? GlyphSet.ascii : .unicode))
      for y in 0..<frame.size.height {
        for x in 0..<frame.size.width where !area.contains(Point(x: x, y: y)) {
          if frame[Point(x: x, y: y)] != canary {
            faults.append(
              "\(size.width)x\(size.height) ascii=\(ascii) touched (\(x - 2), \(y - 2))")
          }
        }
      }
      if ascii, lines(of: frame).contains(where: { !$0.utf8.allSatisfy { $0 < 0x7F } }) {
        faults.append("\(size.width)x\(size.height) drew beyond ASCII")
      }
    }
  }
  return faults
}
