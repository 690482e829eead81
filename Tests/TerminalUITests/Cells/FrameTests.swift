import Basics
import Testing

@testable import TerminalUI

struct FrameTests {
  /// Each row must add up to the frame's width, with a half only behind the glyph it belongs to.
  private func isSound(_ frame: Frame) -> Bool {
    (0..<frame.size.height).allSatisfy { y in
      let row = Array(frame.row(y))
      let halves = row.indices.allSatisfy { x in
        row[x].glyph.isContinuation == (x > 0 && row[x - 1].glyph.width == 2)
      }
      return halves && row.reduce(0) { $0 + $1.glyph.width } == frame.size.width
    }
  }

  @Test("rows stay whole and safe under random writing", arguments: [11, 12, 13] as [UInt64])
  func randomWriting(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<60 {
      let size = Size(
        width: Int.random(in: 0...24, using: &random),
        height: Int.random(in: 0...6, using: &random))
      var frame = Frame(size: size)
      for _ in 0..<30 {
        let clip = Rect(
          x: Int.random(in: -3...20, using: &random), y: Int.random(in: -2...5, using: &random),
          width: Int.random(in: 0...20, using: &random),
          height: Int.random(in: 0...6, using: &random))
        let point = Point(
          x: Int.random(in: -5...25, using: &random), y: Int.random(in: -1...6, using: &random))
        frame.put(random.hostileText(pieces: 3), at: point, style: .text, clip: clip)
        frame.fill(clip.intersection(Rect(x: 0, y: 0, width: 2, height: 2)), "漢", style: .text)
        frame.put("漢", width: 3, at: point, style: .text)
        frame.put("x", width: 2, at: point, style: .text, clip: clip)
      }
      let unsafe = frame.text().unicodeScalars.first { !isShowable($0) && $0 != "\n" }
      #expect(isSound(frame) && unsafe == nil, "seed \(seed), \(size)")
    }
  }

  @Test("drawing with a clip leaves everything outside alone", arguments: [21, 22] as [UInt64])
  func canary(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let canary = Style(.statusError)
    for _ in 0..<60 {
      var frame = Frame(size: Size(width: 20, height: 6))
      frame.fill(frame.bounds, "#", style: canary)
      let clip = Rect(
        x: Int.random(in: 0...20, using: &random), y: Int.random(in: 0...6, using: &random),
        width: Int.random(in: 0...12, using: &random), height: Int.random(in: 0...4, using: &random)
      )
      for y in -1...6 {
        let point = Point(x: Int.random(in: -4...20, using: &random), y: y)
        frame.put(random.hostileText(pieces: 4), at: point, style: .text, clip: clip)
      }
      var outside = true
      for y in 0..<6 {
        for x in 0..<20 where !clip.contains(Point(x: x, y: y)) {
          outside = outside && frame[Point(x: x, y: y)] == Cell(glyph: "#", style: canary)
        }
      }
      #expect(outside, "seed \(seed), clip \(clip)")
    }
  }

  @Test(
    "frames of hardly any size take everything without a trap",
    arguments: [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (2, 2), (-3, 4)])
  func tiny(width: Int, height: Int) throws {
    var frame = Frame(size: Size(width: width, height: height))
    let area = Rect(x: -1, y: -1, width: 9, height: 9)
    frame.put("漢字\u{1B}", at: Point(x: -1, y: 0), style: .text)
    frame.put("long text", in: frame.bounds, align: .right, style: .text)
    frame.box(area, .rounded, style: .text, title: "a long title")
    frame.box(frame.bounds, .rounded, style: .text, title: "a long title")
    frame.divider(in: frame.bounds, y: 1, .ascii, style: .text)
    frame.fill(area, "漢", style: .text)
    frame.restyle(area) { $0.emphasis = .bold }
    var canvas = BrailleCanvas(size: frame.size)
    canvas.line(from: Point(x: -9, y: -9), to: Point(x: 9, y: 9), .curve1)
    canvas.draw(on: &frame, at: Point(x: 0, y: 0), glyphs: .unicode)
    let theme = try #require(Theme.builtIn("dark"))
    _ = (frame.text(), frame.roles(), frame.ansi(theme, depth: .c256), frame.svg(theme))
    #expect(isSound(frame))
  }

  @Test("text goes on where it ended, wide glyphs cut at an edge leave blanks")
  func put() {
    var frame = Frame(size: Size(width: 6, height: 1))
    #expect(frame.put("a漢b", at: Point(x: 0, y: 0), style: .text) == 4)
    #expect(frame.text() == "a漢b")
    #expect(frame.put("漢", at: Point(x: 5, y: 0), style: .text) == 1)
    #expect(frame.put("漢x", at: Point(x: -1, y: 0), style: .text) == 3)
    #expect(frame.text() == " x b")
    #expect(frame.put("beyond", at: Point(x: 9, y: 0), style: .text) == 0)
  }

  @Test("escapes keep the ground of the text they stand in")
  func escapeStyle() {
    var frame = Frame(size: Size(width: 8, height: 1))
    frame.put("\u{7}", at: Point(x: 0, y: 0), style: Style(.shiftUp2))
    #expect(frame[Point(x: 1, y: 0)].style == Style(.tokenEscape, on: .shiftUp2))
    frame.put("\u{7}", at: Point(x: 0, y: 0), style: Style(.text, on: .selection, .bold))
    #expect(frame[Point(x: 0, y: 0)].style == Style(.tokenEscape, on: .selection, .bold))
  }

  @Test("half a wide glyph is never left behind")
  func halves() {
    for x in 0...3 {
      var frame = Frame(size: Size(width: 5, height: 1))
      frame.put("漢字", at: Point(x: 0, y: 0), style: .text)
      frame.put("x", at: Point(x: x, y: 0), style: .text)
      #expect(isSound(frame))
      frame.fill(Rect(x: x, y: 0, width: 1, height: 1), style: .text)
      #expect(isSound(frame))
    }
  }
}
