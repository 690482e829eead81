import Basics
import Testing

@testable import TerminalUI

struct FramePictureTests {
  private var sample: Frame {
    var frame = Frame(size: Size(width: 10, height: 2))
    frame.put("ab", at: Point(x: 0, y: 0), style: .text)
    frame.put("漢<", at: Point(x: 3, y: 0), style: Style(.shiftUp2, on: nil, .bold))
    frame.put("&", at: Point(x: 1, y: 1), style: Style(.statusError, on: .selection))
    return frame
  }

  @Test("text leaves out the blanks at line ends")
  func text() {
    #expect(sample.text() == "ab 漢<\n &")
  }

  @Test("roles are mapped by letters in order of appearance, with a legend")
  func roles() {
    #expect(
      sample.roles() == """
        ...aaa
        .b
        a = shift.up2, bold
        b = status.error on selection
        """)
  }

  @Test("ANSI sets a style once, resets at line ends and is plain without colours")
  func ansi() throws {
    let theme = try #require(Theme.builtIn("dark"))
    let colored = String(decoding: sample.ansi(theme, depth: .c256), as: UTF8.self)
    #expect(
      colored
        == "ab \u{1B}[0;1;38;5;16;48;5;136m漢<\u{1B}[0m\n \u{1B}[0;1;7m&\u{1B}[0m\n")
    let mono = String(decoding: sample.ansi(theme, depth: .mono), as: UTF8.self)
    #expect(mono == "ab \u{1B}[0;1m漢<\u{1B}[0m\n \u{1B}[0;1;7m&\u{1B}[0m\n")
  }

  @Test(
    "colours are written as their terminal expects",
    arguments: [
      (Color.default, "\u{1B}[0m"), (.index(3), "\u{1B}[0;33m"), (.index(9), "\u{1B}[0;91m"),
      (.index(214), "\u{1B}[0;38;5;214m"), (.rgb(RGB(1, 2, 3)), "\u{1B}[0;38;2;1;2;3m"),
    ])
  func sgr(color: Color, expected: String) {
    let style = ResolvedStyle(foreground: color, background: .default, attributes: [])
    #expect(style.sgr == expected)
  }

  @Test("a picture is well formed, escaped and held to the grid")
  func svg() throws {
    let theme = try #require(Theme.builtIn("dark"))
    var frame = sample
    frame.put("\u{1B}\"╭─█⠿", at: Point(x: 2, y: 1), style: .text)
    let svg = frame.svg(theme, title: "<title> & \u{1B}")
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    for wanted in [
      "&lt;title&gt; &amp; ⟨1B⟩", ">&amp;</text>", "&quot;", "textLength=\"18\"",
      "fill=\"#b57a1c\"", "<path d=",
    ] {
      #expect(svg.contains(wanted), "\(wanted)")
    }
    #expect(svg.unicodeScalars.allSatisfy { isShowable($0) || $0 == "\n" })
    #expect(svg.unicodeScalars.count { $0 == "<" } == svg.unicodeScalars.count { $0 == ">" })
  }

  @Test("hostile text never breaks a picture", arguments: [31] as [UInt64])
  func hostileSVG(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let theme = try #require(Theme.builtIn("light"))
    for _ in 0..<30 {
      var frame = Frame(size: Size(width: 40, height: 2))
      frame.put(random.hostileText(pieces: 8), at: Point(x: 0, y: 0), style: .text)
      let svg = frame.svg(theme)
      #expect(svg.unicodeScalars.allSatisfy { isShowable($0) || $0 == "\n" }, "seed \(seed)")
      #expect(
        svg.unicodeScalars.count { $0 == "<" } == svg.unicodeScalars.count { $0 == ">" },
        "seed \(seed)")
    }
  }

  @Test("ASCII glyphs are ASCII, and both sets are complete")
  func glyphSets() {
    let ascii = GlyphSet.ascii
    let border = [ascii.border, ascii.focusBorder].flatMap {
      [
        $0.horizontal, $0.vertical, $0.topLeft, $0.topRight, $0.bottomLeft, $0.bottomRight,
        $0.teeLeft, $0.teeRight, $0.teeTop, $0.teeBottom, $0.crossing,
      ]
    }
    let single = [
      ascii.gutter, ascii.bullet, ascii.check, ascii.cross, ascii.ellipsis, ascii.separator,
      ascii.space, ascii.shade, ascii.thumb, ascii.dot, ascii.sortAscending, ascii.sortDescending,
      ascii.arrowUp, ascii.arrowDown, ascii.arrowLeft, ascii.arrowRight,
    ]
    let all = border + single + ascii.bars + ascii.horizontalBars + ascii.spinner
    #expect(all.allSatisfy { $0.base.isASCII })
    for set in [GlyphSet.unicode, .ascii] {
      #expect(set.bars.count == 9 && set.horizontalBars.count == 9)
      #expect(set.curveMarkers.count == Role.curves.count)
      #expect(set.bar(0) == .space && set.bar(0.001) == set.bars[1] && set.bar(7) == set.bars[8])
    }
  }
}
