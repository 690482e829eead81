import TestSupport
import Testing

@testable import TerminalUI

@Suite struct TokenTextTests {
  private let unicode = GlyphSet.unicode

  private func draw(
    _ tokens: [String], width: Int, height: Int, ascii: Bool = false,
    _ change: (inout TokenText) -> Void = { _ in }
  ) -> [String] {
    picture(width, height, ascii: ascii) { area, frame, glyphs in
      var text = TokenText(
        layout: TokenLayout(TokenStrip(tokens: tokens, glyphs: glyphs), width: width)
      ) { _ in .text }
      change(&text)
      text.draw(in: area, on: &frame, glyphs: glyphs)
    }
  }

  @Test(
    arguments: [
      (["The", " quick", " brown", " fox"], 10, ["The quick", "brown fox"]),
      (["The", " quick", " brown"], 9, ["The quick", "brown"]),
      (
        ["a", " long", " word", " at", " the", " e", "nd", "."], 21,
        ["a long word at the", "end."]
      ),
      (["ab", " cd", "ef", "gh", "ij"], 8, ["ab cdef", "ghij"]),
      (["a", "\n", "b", "\n\n", "  c"], 10, ["a⏎", "b⏎", "⏎", "  c"]),
      (["end\n"], 10, ["end⏎"]),
      (["abcdefgh"], 3, ["abc", "def", "gh"]),
      (["漢字", "かな"], 5, ["漢字", "かな"]),
      (["漢"], 1, [""]),
      (["a", "", "b"], 8, ["a⟨⟩b"]),
      (["x\u{1B}[31m", " y"], 20, ["x⟨1B⟩[31m y"]),
      (["e\u{301}", "\u{202E}"], 20, ["e\u{301}⟨202E⟩"]),
      (["\t", "if"], 20, ["⇥if"]),
      ([], 5, []),
    ] as [([String], Int, [String])])
  func wrapsAtTokens(tokens: [String], width: Int, expected: [String]) {
    #expect(draw(tokens, width: width, height: expected.count) == expected)
    let layout = TokenLayout(TokenStrip(tokens: tokens, glyphs: unicode), width: width)
    #expect(layout.lineCount == expected.count)
  }

  @Test func overlongTokensAreCutAndSayHowMuch() {
    let strip = TokenStrip(tokens: [String(repeating: "z", count: 10_000), " ok"], glyphs: unicode)
    #expect(strip.width(of: 0) == 64 + "…+9,936".count)
    let lines = draw([String(repeating: "z", count: 10_000), " ok"], width: 40, height: 2)
    #expect(lines.last == String(repeating: "z", count: 24) + "…+9,936 ok")
  }

  @Test func everyTokenIsFoundWhereItIsDrawn() throws {
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0..<1 << 40, using: &random)
    var state = seed
    let parts = [
      "a", " the", "漢字", "\n", " ", "  x", "supercalifragilistic", "", "e\u{301}", "\n\n",
    ]
    let tokens = (0..<400).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return parts[Int(state >> 33) % parts.count]
    }
    let strip = TokenStrip(tokens: tokens, glyphs: unicode)
    for width in [2, 3, 7, 20, 200] {
      let layout = TokenLayout(strip, width: width)
      for token in 0..<strip.count {
        let place = try #require(layout.position(of: token))
        #expect(layout.token(line: place.line, x: place.x) == token, "seed \(seed) width \(width)")
        #expect(layout.tokens(onLine: place.line).contains(token), "seed \(seed)")
        #expect(place.x + place.width <= width, "seed \(seed) width \(width)")
      }
      let pieces = (0..<layout.lineCount).map { layout.pieces(onLine: $0).count }.reduce(0, +)
      #expect(pieces == strip.pieces.count)
    }
  }

  @Test func lanesCursorAndGutter() {
    let values: [Double?] = [nil, 0.95, -1, 0, 0.3, -0.2]
    let tokens = ["It", " was", " the", " best", " of", " all"]
    func change(_ lane: TokenText.Lane) -> (inout TokenText) -> Void {
      { text in
        text.lane = lane
        text.bar = { values[$0] }
        text.cursor = 1
      }
    }
    #expect(
      draw(tokens, width: 13, height: 6, change(.paired))
        == rows(
          """
          It▐was▌the
             ███
                 ███
          best of all
          ···· ▃▃
                  ▔▔▔
          """))
    #expect(
      draw(tokens, width: 13, height: 4, change(.signed))
        == rows(
          """
          It▐was▌the
             ███ ▀▀▀
          best of all
          ···· ▃▃ ▔▔▔
          """))
    #expect(
      draw(tokens, width: 13, height: 4, ascii: true, change(.signed))
        == rows(
          """
          It[was]the
             ### %%%
          best of all
          .... ++ ---
          """))
    let marked = draw(tokens, width: 13, height: 2) { text in
      text.gutter = { $0.contains(5) ? StyledText("▌", .zoneEdge) : nil }
    }
    #expect(marked == ["  It was the", "▌ best of all"])
  }

  @Test func styleStopsAtLeadingSpaceAndSpacesCanBeSeen() {
    var frame = Frame(size: Size(width: 12, height: 1))
    let strip = TokenStrip(tokens: ["a", " b", "c"], glyphs: unicode)
    var text = TokenText(layout: TokenLayout(strip, width: 12)) { _ in Style(.shiftUp3) }
    text.showsSpaces = true
    text.draw(in: frame.bounds, on: &frame, glyphs: unicode)
    #expect(
      (0..<4).map { frame[Point(x: $0, y: 0)].style.role } == [
        .shiftUp3, .textDim, .shiftUp3, .shiftUp3,
      ])
    #expect(lines(of: frame) == ["a·bc"])
  }

  @Test func scrollingKeepsTheTokenInSight() {
    let strip = TokenStrip(tokens: (0..<100).map { "token\($0)\n" }, glyphs: unicode)
    let layout = TokenLayout(strip, width: 20)
    #expect(layout.scroll(from: 0, toShow: 50, lines: 10) == 42)
    #expect(layout.scroll(from: 60, toShow: 50, lines: 10) == 49)
    #expect(layout.scroll(from: 45, toShow: 50, lines: 10) == 45)
    #expect(layout.scroll(from: 45, toShow: 99, lines: 10) == 90)
    #expect(layout.scroll(from: 45, toShow: 0, lines: 200) == 0)
    #expect(layout.nearestToken(line: 7, x: 500) == 7)
    #expect(layout.nearestToken(line: -3, x: 0) == 0)
  }

  @Test func hitTestAgreesWithGutterAndLanes() {
    let strip = TokenStrip(tokens: ["ab", " cd", " ef"], glyphs: unicode)
    var text = TokenText(layout: TokenLayout(strip, width: 6)) { _ in .text }
    text.gutter = { _ in nil }
    text.lane = .signed
    let area = Rect(x: 10, y: 5, width: 8, height: 4)
    let hits = [(11, 5), (12, 5), (14, 5), (15, 6), (12, 7), (17, 5)].map {
      text.hit(Point(x: $0.0, y: $0.1), in: area)
    }
    #expect(hits == [nil, 0, 1, 1, 2, 2])
  }

  @Test func staysInItsArea() {
    let faults = staysInside { area, frame, glyphs in
      let strip = TokenStrip(
        tokens: ["漢字", " words\n", " and", " more\u{7}", "", " 🙂🙂"], glyphs: glyphs)
      for lane in [TokenText.Lane.hidden, .signed, .paired] {
        var text = TokenText(layout: TokenLayout(strip, width: area.width), cursor: 2) { _ in
          Style(.shiftUp1)
        }
        text.lane = lane
        text.bar = { Double($0) / 3 - 1 }
        text.gutter = { _ in StyledText(glyphs.isASCII ? "|" : "▌", .zoneEdge) }
        text.draw(in: area, on: &frame, glyphs: glyphs)
      }
    }
    // The wide characters are the text's own.
    #expect(faults.filter { !$0.hasSuffix("ASCII") } == [])
  }

  @Test func layoutOfAHundredThousandTokensIsQuick() {
    let strip = TokenStrip(
      tokens: (0..<100_000).map { $0 % 23 == 0 ? "\n" : " w\($0 % 97)" }, glyphs: unicode)
    let best = (0..<5).map { _ in
      processorTime { _ = TokenLayout(strip, width: 80) }
    }.min()
    print("layout of 100k tokens:", best ?? .zero)
    #expect((best ?? .zero) < .milliseconds(120))
  }
}
