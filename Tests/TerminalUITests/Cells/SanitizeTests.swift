import Basics
import Testing

@testable import TerminalUI

struct SanitizeTests {
  @Test(
    "text is shown as it is meant to be",
    arguments: [
      ("", ""),
      ("plain é漢", "plain é漢"),
      ("e\u{301}", "e\u{301}"),
      ("\u{1B}[31m", "⟨1B⟩[31m"),
      ("\0\u{7F}", "⟨00⟩⟨7F⟩"),
      ("\u{9B}", "⟨9B⟩"),
      ("a\u{202E}b", "a⟨202E⟩b"),
      ("\u{10FFFF}", "⟨10FFFF⟩"),
      ("a\nb\tc\r\n", "a⟨0A⟩b⟨09⟩c⟨0D⟩⟨0A⟩"),
      ("\u{301}x", "\u{25CC}\u{301}x"),
      ("\u{1B}\u{301}", "⟨1B⟩\u{25CC}\u{301}"),
      ("❤\u{FE0F}", "❤"),
      ("👩\u{200D}👧", "👩👧"),
      ("🏴\u{E0067}\u{E0062}\u{E007F}!", "🏴!"),
      ("x\u{E0067}", "x⟨E0067⟩"),
      ("a\u{301}\u{302}\u{303}\u{304}\u{305}", "a\u{301}\u{302}\u{303}\u{304}"),
      ("\u{FEFF}\u{200B}", "⟨FEFF⟩⟨200B⟩"),
    ])
  func text(input: String, expected: String) {
    // Compared by scalars: string equality would take composed and decomposed forms for equal.
    #expect(Array(Sanitize.text(input).unicodeScalars) == Array(expected.unicodeScalars))
    #expect(Sanitize.width(of: input) == Sanitize.pieces(of: input).reduce(0) { $0 + $1.width })
  }

  @Test("line feeds and tabs are what the caller chose, escapes are ASCII where asked")
  func escaping() {
    #expect(Sanitize.text("a\nb\t", escaping: .unicodeWhitespace) == "a⏎b⇥")
    #expect(Sanitize.text("a\nb\t", escaping: .preview) == "a b ")
    #expect(Sanitize.text("\u{1B}\n", escaping: .ascii) == "<1B><0A>")
    #expect(Sanitize.text("\n\t", escaping: GlyphSet.ascii.visibleWhitespace) == "$>")
    let flags = Sanitize.pieces(of: "a\u{7}b").map(\.isEscape)
    #expect(flags == [false, true, true, true, true, false])
  }

  @Test("nothing unsafe gets through, whatever comes in", arguments: [1, 2, 3] as [UInt64])
  func hostile(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let text = random.hostileText(pieces: 12)
      let safe = Sanitize.text(text)
      let leaked = safe.unicodeScalars.first { !isShowable($0) }
      #expect(leaked == nil, "seed \(seed): \(text.debugDescription)")
      #expect(Sanitize.text(safe) == safe, "seed \(seed): sanitised text must stay as it is")
    }
  }

  @Test("no way to make a glyph lets an unsafe scalar in")
  func glyphs() {
    let bad: [Unicode.Scalar] = ["\u{1B}", "\u{9B}", "\u{202E}", "\u{301}", "\u{200D}", "\0"]
    for scalar in bad {
      #expect(Glyph(scalar) == nil)
      #expect(Glyph.scalar(scalar) == .replacement)
    }
    var glyph: Glyph = "a"
    #expect(!glyph.add("\u{1B}") && glyph.text == "a")
    #expect(Glyph.continuation.text.isEmpty && Glyph.continuation.width == 0)
    #expect(MemoryLayout<Glyph>.size == 16)
  }
}
