import Testing

@testable import Basics

/// Texts that act on a terminal, a spreadsheet, a Markdown page or a reader.
let hostileTexts: [String] = [
  "\u{1B}]0;OWNED\u{7}", "\u{9B}31m", "a\u{202E}gnp", "\u{2066}x\u{2069}", "\u{200B}zero",
  "tag\u{E0041}", "line\nbreak", "tab\there", "cr\rhere", "\u{85}next", "\u{2028}sep",
  "=1+1", " =1+1", "\u{A0}=1", "\u{3000}@x", "\t=1", "\n=1", "\r=1", "+1", "-1", "@SUM(A1)",
  "＝1", "＋1", "－1", "＠x", "''=1", "'", "x;=1", "a,b", "q\"uote", " padded ", "\\u{1B}",
  "\\u{", "C:\\new\\u{zz}", "@someone", "see https://example.com and www.example.com",
  "~~gone~~", "a@example.com", "#12", "[x](y)", "<b>", "`code`", "|cell|", "$x$",
  "é漢字👩‍💻❤️", "\u{E0101}vs", "",
]

@Suite struct SafeTextTests {
  @Test("one notion of a harmful character, on known ones")
  func harmful() {
    for value in [0x00, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x200B, 0x200E, 0x202E, 0x2066, 0x2028] {
      #expect(Unicode.Scalar(UInt32(value)).map(SafeText.isHarmful) == true)
    }
    for scalar in "aé漢字👩❤\u{200D}\u{200C}\u{FE0F}\u{301} ⟨".unicodeScalars {
      #expect(!SafeText.isHarmful(scalar), "\(scalar.value)")
    }
    #expect(SafeText.isHarmful("\u{E0041}") && SafeText.isHarmful("\u{E0101}"))
  }

  @Test("the short ways past the table agree with it")
  func shortcuts() {
    for value in UInt32(0)..<0x20000 {
      guard let scalar = Unicode.Scalar(value), SafeText.isHarmful(scalar) else { continue }
      let kind = ScalarKind(scalar)
      #expect(kind == .unsafe || kind == .tag || kind == .dropped)
    }
    for value in [UInt32(0xC0), 0x24F, 0x4E00, 0x9FFE] {
      #expect(Unicode.Scalar(value).map { ScalarKind($0) == .unsafe } == false)
    }
  }

  @Test(arguments: hostileTexts)
  func oneLineShowsWhatItHides(_ text: String) {
    let line = SafeText.oneLine(text)
    #expect(!line.unicodeScalars.contains(where: SafeText.isHarmful))
  }

  @Test func oneLineIsCut() {
    #expect(SafeText.oneLine("\u{1B}[2J\u{7}", limit: 3) == "⟨1B⟩[2…")
  }

  @Test(arguments: hostileTexts)
  func cellsComeBackAsTheyWere(_ text: String) throws {
    let field = CSVText.field(text)
    #expect(!field.unicodeScalars.contains(where: SafeText.isHarmful))
    var cell = field
    if field.hasPrefix("\"") {
      cell = String(field.dropFirst().dropLast())
      #expect(!cell.replacing("\"\"", with: "").contains("\""))
      cell = cell.replacing("\"\"", with: "\"")
    } else {
      #expect(!field.contains(where: { ",;\"".contains($0) }))
    }
    let first = cell.unicodeScalars.first {
      $0 != " " && $0.properties.generalCategory != .spaceSeparator
    }
    #expect(first.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } != true)
    #expect(CSVText.text(cell) == text)
  }

  @Test func numbersStandInTablesOfFigures() {
    #expect(
      CSVText.row(["-0.5", "-cmd", "1e-9", "-inf"], numbersStand: true)
        == "-0.5,'-cmd,1e-9,'-inf\n")
    #expect(CSVText.field("-0.5") == "'-0.5")
  }

  @Test(arguments: hostileTexts)
  func jsonIsPlainAndExact(_ text: String) {
    var json = JSONText()
    json.string(text)
    let written = String(decoding: json.bytes, as: UTF8.self)
    #expect(!written.unicodeScalars.contains(where: SafeText.isHarmful))
  }

  @Test func jsonEscapesAreLowerCaseAndInPairs() {
    var json = JSONText()
    json.string("a\"\\\n\u{1B}é\u{202E}\u{E0001}漢")
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == "\"a\\\"\\\\\\n\\u001bé\\u202e\\udb40\\udc01漢\"")
  }

  @Test(arguments: hostileTexts)
  func markdownIsOnlyText(_ text: String) {
    let page = SafeText.markdown(SafeText.oneLine(text))
    #expect(page.firstMatch(of: #/@\w/#) == nil && page.firstMatch(of: #/:\/\//#) == nil)
    let unescaped = page.replacing(#/\\./#, with: "")
    #expect(!page.lowercased().contains("www."))
    #expect(!unescaped.contains { "|`*_[]#$~".contains($0) })
    #expect(!page.replacing("<!-- -->", with: "").contains(where: { "<>".contains($0) }))
  }

  @Test(arguments: hostileTexts)
  func htmlIsOnlyText(_ text: String) {
    let page = SafeText.html(text)
    #expect(!page.contains { "<>\"'".contains($0) })
    #expect(!page.unicodeScalars.contains(where: SafeText.isHarmful))
    let rest = page.replacing(#/&(?:amp|lt|gt|quot|#39);/#, with: "")
    #expect(!rest.contains("&"))
  }

  @Test func htmlShowsWhatItEscapes() {
    #expect(
      SafeText.html("<a href=\"x\">R&D's\u{1B}</a>")
        == "&lt;a href=&quot;x&quot;&gt;R&amp;D&#39;s⟨1B⟩&lt;/a&gt;")
  }

  @Test func foldersOfTheUser() {
    let folders = UserFolders(environment: ["HOME": "/home/ann", "XDG_CACHE_HOME": "/c"])
    #expect(folders.folder(.config) == "/home/ann/.config/ezscope")
    #expect(folders.folder(.data) == "/home/ann/.local/share/ezscope")
    #expect(folders.folder(.state) == "/home/ann/.local/state/ezscope")
    #expect(folders.folder(.cache) == "/c/ezscope")
    #expect(UserFolders(environment: ["XDG_CONFIG_HOME": "here"]).folder(.config) == nil)
  }
}
