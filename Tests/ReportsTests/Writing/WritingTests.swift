import Testing

@testable import Reports

@Suite struct WritingTests {
  @Test(arguments: [
    (JSON.number(0.1), "0.1"), (.number(2.0), "2"), (.number(.infinity), "null"),
    (.number(1e-300), "1e-300"), (.int(-3), "-3"), (.pValue(0), "1e-300"), (.pValue(nil), "null"),
    (.pValue(.leastNonzeroMagnitude), "1e-300"), (.pValue(.nan), "null"), (.pValue(0.25), "0.25"),
    (.string("a\"\\\n\u{1B}é"), "\"a\\\"\\\\\\n\\u001bé\""),
    (.string("\u{202E}\u{E0001}"), "\"\\u202e\\udb40\\udc01\""), (.list([]), "[]"),
    (
      .object([("a", .list([.int(1), .null])), ("b", .bool(true))]), "{\"a\":[1,null],\"b\":true}"
    ),
  ])
  func jsonIsWritten(_ document: JSON, _ text: String) {
    #expect(document.line == text)
  }

  @Test func tablesAlignByWhatIsSeen() {
    var table = AlignedTable(["name", ">value"])
    table.add(["漢字", "1.0"])
    table.add(["e\u{301}", "12.25"])
    #expect(table.text() == "name  value\n漢字    1.0\ne\u{301}     12.25\n")
    #expect(table.width() == 11)
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("-0.5", "-0.5"), ("-cmd", "'-cmd"), ("a,b", "\"a,b\""),
    ("a\"b", "\"a\"\"b\""), ("@x", "'@x"), ("plain", "plain"),
  ])
  func csvFieldsAreNeverFormulas(_ text: String, _ field: String) {
    #expect(AlignedTable.csvField(text) == field)
  }
}
