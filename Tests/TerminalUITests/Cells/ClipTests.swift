import Testing

@testable import TerminalUI

struct ClipTests {
  @Test(
    "text is cut to a width without halving a glyph",
    arguments: [
      ("hello", 5, "hello", "hello"), ("hello", 4, "hel…", "…llo"), ("hello", 1, "…", "…"),
      ("hello", 0, "", ""), ("hello", -1, "", ""), ("漢字", 4, "漢字", "漢字"),
      ("漢字", 3, "漢…", "…字"), ("漢字", 2, "…", "…"), ("", 3, "", ""),
      ("a\u{1B}b", 4, "a⟨1…", "…B⟩b"),
    ])
  func truncate(text: String, width: Int, start: String, end: String) {
    #expect(Clip.text(text, to: width) == start)
    #expect(Clip.text(text, to: width, keeping: .end) == end)
    #expect(Clip.text(text, to: width, ellipsis: "~") == start.replacing("…", with: "~"))
  }

  @Test("padding fills to the width exactly, on the side away from the text")
  func pad() {
    #expect(Clip.padded("漢a", to: 6) == "漢a   ")
    #expect(Clip.padded("漢a", to: 6, align: .right) == "   漢a")
    #expect(Clip.padded("漢a", to: 6, align: .center) == " 漢a  ")
    #expect(Clip.padded("漢字a", to: 4) == "漢… ")
  }

  @Test("a long text is only read as far as it is shown")
  func readsOnlyWhatIsShown() {
    var seen = 0
    Sanitize.forEachPiece(of: String(repeating: "x", count: 1000)) { _ in
      seen += 1
      return seen < 3
    }
    #expect(seen == 3)
  }

  @Test("an aligned field in a frame stays in its area")
  func field() {
    var frame = Frame(size: Size(width: 8, height: 1))
    let area = Rect(x: 2, y: 0, width: 4, height: 1)
    #expect(frame.put("ab", in: area, align: .right, style: .text) == 2)
    #expect(frame.text() == "    ab")
    #expect(frame.put("abcdefgh", in: area, style: .text, glyphs: .ascii) == 4)
    #expect(frame.text() == "  abc~")
  }
}
