import Testing

@testable import TerminalUI

struct BrailleTests {
  private func draw(_ canvas: BrailleCanvas, _ glyphs: GlyphSet = .unicode) -> Frame {
    var frame = Frame(size: canvas.size)
    canvas.draw(on: &frame, at: Point(x: 0, y: 0), glyphs: glyphs)
    return frame
  }

  @Test("each of the eight dots is where Unicode has it")
  func dots() {
    var patterns: [String] = []
    for y in 0..<4 {
      for x in 0..<2 {
        var canvas = BrailleCanvas(size: Size(width: 1, height: 1))
        canvas.set(x, y, .curve1)
        patterns.append(draw(canvas).text())
      }
    }
    #expect(patterns == ["⠁", "⠈", "⠂", "⠐", "⠄", "⠠", "⡀", "⢀"])
  }

  @Test("lines have both ends and no gaps, in every direction")
  func lines() {
    let middle = Point(x: 20, y: 20)
    for x in stride(from: 0, through: 39, by: 3) {
      for y in stride(from: 0, through: 39, by: 3) {
        var canvas = BrailleCanvas(size: Size(width: 20, height: 10))
        canvas.line(from: middle, to: Point(x: x, y: y), .curve1)
        let set = (0..<40).reduce(0) { sum, column in
          sum + (0..<40).reduce(0) { $0 + (canvas.isSet(column, $1) ? 1 : 0) }
        }
        let ends = canvas.isSet(20, 20) && canvas.isSet(x, y)
        #expect(ends && set == max(abs(x - 20), abs(y - 20)) + 1)
      }
    }
  }

  @Test("a line from far away shows where it crosses the canvas and takes no time")
  func farAway() {
    var canvas = BrailleCanvas(size: Size(width: 4, height: 2))
    canvas.line(from: Point(x: -1_000_000, y: 3), to: Point(x: 1_000_000, y: 3), .curve1)
    #expect((0..<8).allSatisfy { canvas.isSet($0, 3) })
    canvas.line(from: Point(x: -9, y: -1), to: Point(x: 9, y: -1), .curve1)
    #expect(!canvas.isSet(0, 0))
  }

  @Test("a step goes up before it goes across")
  func step() {
    var canvas = BrailleCanvas(size: Size(width: 2, height: 1))
    canvas.step(from: Point(x: 0, y: 3), to: Point(x: 3, y: 0), .curve1)
    #expect(draw(canvas).text() == "⡏⠉")
  }

  @Test("the last role drawn colours the cell, and a band stays behind it")
  func layers() {
    var canvas = BrailleCanvas(size: Size(width: 1, height: 1))
    canvas.set(0, 0, .curve1)
    canvas.set(1, 1, .curve2)
    var frame = Frame(size: Size(width: 2, height: 1), style: Style(.plotBand))
    canvas.draw(on: &frame, at: Point(x: 1, y: 0), glyphs: .unicode)
    #expect(frame[Point(x: 1, y: 0)].style == Style(.curve2, on: .plotBand))
    #expect(frame[Point(x: 0, y: 0)].style == Style(.plotBand))
  }

  @Test("ASCII shows lines by where their ink lies")
  func ascii() {
    var canvas = BrailleCanvas(size: Size(width: 4, height: 1))
    canvas.line(from: Point(x: 0, y: 1), to: Point(x: 1, y: 1), .curve1)
    canvas.line(from: Point(x: 2, y: 0), to: Point(x: 2, y: 3), .curve1)
    canvas.set(4, 0, .curve1)
    canvas.set(6, 3, .curve1)
    #expect(draw(canvas, .ascii).text() == "-|'.")
    #expect((1...255).allSatisfy { BrailleCanvas.asciiGlyph($0).base.isASCII })
  }
}
