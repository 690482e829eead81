import Basics
import TestSupport
import Testing

@testable import TerminalUI

@Suite struct RedactionTests {
  private static let seeds: [UInt64] = Array(1...60)

  private static let parts = [
    "anna", "Anna", "I", "I'm", "O'Brien", "Mr.", "J.", "the", " ", " ", " ", "\n", "\n\n", "\t",
    ". ", ", ", "! ", "? ", "-", "_", "@", "a.b@c.org", "https://x.example/p?q=1", "www.host.net",
    "deadbeef", "4f3c9a", "sk-Ab12cD", "QmFzZTY0IGVuY29kZWQ", "2024-05-01", "0", "½", "Ⅳ", "É", "ß",
    "naïve", "Ünal", "日本", "한글", "ᄀ", "ᅡ", "e\u{301}", "\u{301}", "Ａ１", "🙂", "☃",
    "🏴\u{E0067}\u{E007F}",
    "\u{E0041}", "\u{E000}", "\u{F0001}", "\u{1B}[31m", "\u{200D}", "\u{FE0F}", "Ωmega", "ʰ", "क्षि",
    "€", "²",
  ]

  private static func text(_ seed: UInt64) -> String {
    var random = SplitMix64(seed: seed)
    return (0..<40).map { _ in parts[Int.random(in: 0..<parts.count, using: &random)] }.joined()
      + random.hostileText(pieces: 20)
  }

  private static let kept = Set("xX0ｘＸ０".unicodeScalars)

  @Test(arguments: seeds, [Redaction.patterns, .all])
  func keepsShapes(seed: UInt64, redaction: Redaction) {
    let text = Self.text(seed)
    let redacted = redaction.text(text)
    let names: Comment = "seed \(seed)"
    #expect(Sanitize.width(of: redacted) == Sanitize.width(of: text), names)
    #expect(redacted.unicodeScalars.count == text.unicodeScalars.count, names)
    #expect(redaction.text(redacted) == redacted, names)
    let blanks = zip(text.unicodeScalars, redacted.unicodeScalars).filter {
      $0.0.properties.isWhitespace
        || $0.0.isASCII && $0.0.properties.generalCategory == .otherPunctuation
    }
    #expect(!blanks.isEmpty && blanks.allSatisfy { $0 == $1 }, names)
  }

  @Test(arguments: seeds)
  func allHidesEveryLetter(seed: UInt64) {
    let redacted = Redaction.all.text(Self.text(seed))
    let left = redacted.unicodeScalars.filter {
      ($0.properties.isAlphabetic || $0.properties.numericType != nil) && !Self.kept.contains($0)
    }
    #expect(left.isEmpty, "seed \(seed)")
    let once = Redaction.all.text(Redaction.patterns.text(Self.text(seed)))
    #expect(once == redacted, "what is sensitive is part of all, seed \(seed)")
  }

  @Test(arguments: seeds, [Redaction.off, .patterns, .all])
  func piecesAgreeWithTheWhole(seed: UInt64, redaction: Redaction) {
    var random = SplitMix64(seed: seed)
    let text = Self.text(seed)
    var pieces: [[UInt8]] = []
    var rest = Array(text.unicodeScalars)[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 + Int.random(in: 0..<6, using: &random))
      pieces.append(piece.flatMap { Array(String($0).utf8) })
      rest = rest.dropFirst(piece.count)
    }
    let redacted = RedactedText.pieces(pieces, redaction)
    #expect(redacted.joined() == redaction.text(text), "seed \(seed)")
    for (piece, bytes) in zip(redacted, pieces) {
      let width = Sanitize.width(of: String(decoding: bytes, as: UTF8.self))
      #expect(Sanitize.width(of: piece) == width, "seed \(seed)")
    }
  }

  /// Tokens may end in the middle of a character, and bytes need not be text at all.
  @Test(arguments: seeds)
  func brokenBytesStayEscaped(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let bytes =
      Array(Self.text(seed).utf8)
      + (0..<20).map { _ in UInt8(Int.random(in: 0..<256, using: &random)) }
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 + Int.random(in: 0..<5, using: &random))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    for redaction in [Redaction.patterns, .all] {
      let redacted = RedactedText.pieces(pieces, redaction)
      for (shown, plain) in zip(redacted, RedactedText.pieces(pieces, .off)) {
        #expect(Sanitize.width(of: shown) == Sanitize.width(of: plain), "seed \(seed)")
        #expect(shown.contains("<0x") == plain.contains("<0x"), "seed \(seed)")
      }
      guard redaction == .all else { continue }
      let escapes = redacted.flatMap { $0.split(separator: "<0x").dropFirst().map { $0.prefix(2) } }
      #expect(escapes.allSatisfy { $0 == "00" }, "bytes of letters are letters, seed \(seed)")
    }
  }

  @Test(
    arguments: [
      ("Dear Anna Smith, your order is late.", "Xxxx Xxxx Xxxxx, your order is late."),
      ("The letter came. Please pay.", "The letter came. Please pay."),
      ("We saw Anna. She left.", "We saw Xxxx. She left."),
      ("I'm sure I know what I said", "I'm sure I know what I said"),
      ("Mr. Brown met J. Smith", "Xx. Xxxxx met X. Xxxxx"),
      ("in the\nUnited States", "in the\nXxxxxx Xxxxxx"),
      ("call 0171-5550 now", "call 0000-0000 now"),
      ("mail bob.b@host.org!", "mail xxx.x@xxxx.xxx!"),
      ("see https://host.org/path/to", "see https://xxxx.xxx/path/to"),
      ("at mail.host.org today", "at xxxx.xxxx.xxx today"),
      ("key sk-abCD-12ef ok", "key xx-xxXX-00xx ok"),
      ("sum deadbeefcafe ok", "sum xxxxxxxxxxxx ok"),
      ("QmFzZVNpeHR5Rm91cg== ok", "XxXxXXXxxXX0Xx00xx== ok"),
      ("a well-known father-in-law", "a well-known father-in-law"),
      ("room B12 is 3.5 m", "room X00 is 0.0 m"),
      ("dann kam Émile Ünal", "dann kam Xxxxx Xxxx"),
      ("", ""),
    ])
  func patterns(text: String, redacted: String) {
    #expect(Redaction.patterns.text(text) == redacted)
  }

  @Test(arguments: seeds)
  func blankShowsNoShape(seed: UInt64) {
    let text = Self.text(seed)
    #expect(Redaction.blank.text(text) == RedactedText.blankText)
    let pieces = text.unicodeScalars.map { Array(String($0).utf8) }
    #expect(Set(RedactedText.pieces(pieces, .blank)) == [RedactedText.blankText])
    #expect(Redaction.blank.text("") == "")
  }

  @Test func takesTimeInProportion() {
    func time(_ count: Int) -> Duration {
      let text = Array(String(repeating: "Anna's a1-b2/", count: count).utf8)
      return processorTime { _ = RedactedText(text, .patterns).text(0..<text.count) }
    }
    let (short, long) = (time(4_000), time(40_000))
    #expect(long < short * 40 + .milliseconds(100), "\(short), then \(long)")
  }
}
