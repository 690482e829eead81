import TOMLFile
import Testing

@Suite struct TOMLDocumentTests {
  @Test(
    "what TOML allows is read",
    arguments: [
      "", "\u{FEFF}a = 1", "# only a comment", "a = 1\r\nb = 2\r\n", "\"\" = 1",
      "a.\"b c\".'d' = 1",
      "a = [ # why\n 1,\n\n 2, ]", "a = {}", "a = { b = 1, c.d = [ {}, { e = 2 } ] }",
      #"a = "\u00e9\U0001F600\t\\""#, "a = 'c:\\x'", "a = \"\"\"\n x \\\n  y \"\" z\"\"\"\"\"",
      "a = '''\n''x'''''", "[a]\n[a.b]\n[[a.c]]\n[[a.c]]\n[a.c.d]", "[ a . \"b\" ]\nc = true",
      "a = [+1, -0, 1_000, 0xDEAD_beef, 0o17, 0b1, 1.5, -1e-9, 6.02E+23, inf, -inf, +nan]",
      "a = [1979-05-27, 07:32:00, 07:32:00.25, 1979-05-27T07:32:00Z, 1979-05-27 00:32:00.5-07:00]",
    ])
  func allowed(_ text: String) throws {
    _ = try TOMLDocument(text)
  }

  @Test(
    "what it does not allow is refused with its place",
    arguments: [
      ("a = [,1]", 1, 6), ("a = [\"a\", }", 1, 11), ("[]", 1, 2), ("[[a]", 1, 5), ("[a]]", 1, 4),
      ("a", 1, 2), ("a =", 1, 4), ("\na = \n", 2, 5), ("a = 1 b = 2", 1, 7), ("é = 1", 1, 1),
      ("a = \"é\" x", 1, 9), ("a = {b = 1,}", 1, 12), ("a = {\nb = 1}", 1, 6),
      ("a = \"x\ny\"", 1, 7),
      ("a = \"\"\"x\n\"\"", 2, 3), ("a = '''", 1, 8), ("a = \"\\x\"", 1, 6),
      ("a = \"\\ud800\"", 1, 6),
      ("a = \"\\u0000\"", 1, 6), ("a = \"\u{7}\"", 1, 6), ("a = 1\rb = 2", 1, 6), ("#\u{0}", 1, 2),
      ("a = 01", 1, 5), ("a = 1_", 1, 5), ("a = .5", 1, 5), ("a = 5.", 1, 5), ("a = 0XFF", 1, 5),
      ("a = 0b2", 1, 5), ("a = 1e", 1, 5), ("a = truely", 1, 5), ("a = 12:00", 1, 5),
      ("a = 1979-5-27", 1, 5), ("a. = 1", 1, 4), ("= 1", 1, 1), ("a = 1\na = 2", 2, 1),
      ("a = 99999999999999999999", 1, 5), ("a = 1979-13-27", 1, 5), ("a = 2023-02-29", 1, 5),
      ("a = 0xFFFFFFFFFFFFFFFF", 1, 5), ("a = 25:00:00", 1, 5), ("[a]\n[a]", 2, 1),
      ("a = {}\na.b = 1", 2, 1), ("a = {}\n[a.b]", 2, 1), ("a = [{}]\n[[a]]", 2, 1),
      ("[[a]]\n[a]", 2, 1), ("[a.b]\n[a]\nb.c = 1", 3, 1),
      ("a = 1\na.b = 2", 2, 1), ("a = {b = 1, b = 2}", 1, 1), ("a.b = 1\n[[a.b]]", 2, 1),
      ("a = " + String(repeating: "[", count: 100_000), 1, 37),
      ("a = 1." + String(repeating: "1", count: 1000), 1, 5),
      (String(repeating: "a.", count: 40) + "a = 1", 1, 66),
    ])
  func refused(_ text: String, _ line: Int, _ column: Int) {
    let error = #expect(throws: TOMLError.self) { _ = try TOMLDocument(text) }
    #expect(error?.line == line && error?.column == column, "\(error?.description ?? "none")")
  }

  @Test(
    "values are those of the text",
    arguments: [
      ("1_000", .integer(1000)), ("-0", .integer(0)), ("0xDEAD_beef", .integer(0xDEAD_BEEF)),
      ("0o17", .integer(15)), ("0b101", .integer(5)), ("+9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("1.5", .number(1.5)), ("-1e-9", .number(-1e-9)),
      ("6.02E+23", .number(6.02e23)), ("-inf", .number(-.infinity)), ("true", .bool(true)),
      ("1979-05-27 07:32:00Z", .time("1979-05-27 07:32:00Z")), ("2024-02-29", .time("2024-02-29")),
      (#""\u00e9\U0001F600\t\\\"""#, .string("é😀\t\\\"")), ("'c:\\x'", .string("c:\\x")),
      ("\"\"\"\nx \\\n\n  y \"\" z\"\"\"\"\"", .string("x y \"\" z\"\"")),
      ("'''\r\na\r\nb'''", .string("a\nb")),
      ("[1, 'x', [2.5]]", .array([.integer(1), .string("x"), .array([.number(2.5)])])),
    ] as [(String, TOMLValue)])
  func values(_ text: String, _ value: TOMLValue) throws {
    #expect(try TOMLDocument("a = \(text)").root["a"] == value)
  }

  @Test("tables are found however they are written")
  func tables() throws {
    let root = try TOMLDocument(
      """
      a.b = 1
      a.c.d = 2
      "x y" = { z.z = 3, w = [{ v = 4 }] }
      [e.f]
      g = 5
      [e]
      h = 6
      [[run]]
      [run.details]
      i = 7
      [[run]]
      i = 8
      """
    ).root
    #expect(root.keys == ["a", "x y", "e", "run"])
    #expect(root["a"]?.table?["c"]?.table?["d"]?.int == 2)
    #expect(root["x y"]?.table?["z"]?.table?["z"]?.int == 3)
    #expect(root["x y"]?.table?["w"]?.array?.first?.table?["v"]?.int == 4)
    #expect(root["e"]?.table?.keys == ["f", "h"])
    #expect(root["run"]?.array?.count == 2)
    #expect(root["run"]?.array?.first?.table?["details"]?.table?["i"]?.int == 7)
    #expect(root["run"]?.array?.last?.table?["i"]?.int == 8)
  }

  @Test("every key has a line, and every table its keys in the order of the text")
  func lines() throws {
    let lines = try TOMLDocument(
      """
      name = "x" # [no.table]
      list = [
        { z = 1 },
        { y = 2 } ]
      text = \"\"\"
      [not.a.table]
      \"\"\"
      [primary]
      zeta = 1
      "alpha beta" = 2
      [[run]]
      name = "a"
      [[run]]
      name = "b"
      [run.details]
      x.y = 1
      """
    ).lines
    let places = [
      "name": 1, "list": 2, "list[0].z": 3, "list[1]": 4, "list[1].y": 4, "text": 5, "primary": 8,
      "primary.alpha beta": 10, "run": 11, "run[0]": 11, "run[0].name": 12, "run[1].name": 14,
      "run[1].details": 15, "run[1].details.x.y": 16,
    ]
    for (path, line) in places { #expect(lines[path] == line, "\(path)") }
    #expect(lines["not"] == nil && lines["no"] == nil && lines["run[2]"] == nil)
    #expect(lines.keys("primary") == ["zeta", "alpha beta"])
    #expect(lines.keys("") == ["name", "list", "text", "primary", "run"])
    #expect(lines.nearest("run[1].epoch") == 13 && lines.nearest("primary[0].x") == 8)
    #expect(lines.nearest("nothing") == 1)
  }
}
