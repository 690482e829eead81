import Foundation
import Testing

@testable import TerminalUI

struct ThemeFileTests {
  private func load(_ text: String) throws(ThemeError) -> (theme: Theme, warnings: [ThemeWarning]) {
    try ThemeLoader(directory: nil).load(text: text, source: "mine.toml")
  }

  @Test(
    "a broken theme names file, line and remedy",
    arguments: [
      ("name = ", 1, "not valid TOML"),
      ("name = 3", 1, "not a text"),
      ("[palette]\nink = \"#12345\"", 2, "no colour"),
      ("[palette]\n\nink = { rgb = \"#123456\", c17 = 3 }", 3, "unknown depth 'c17'"),
      ("[palette]\nink = 256", 2, "no palette index"),
      ("inherits = \"dark\"\n[roles]\n\"text.dim\" = { fg = \"graay\" }", 3, "'graay'"),
      ("[roles]\ntext = { attrs = [\"blink\"] }", 2, "no attribute"),
      ("[roles]\n# why\ntext = \"red\"", 3, "not a table"),
      ("[ramp.shift]\nrgb = [\"#000000\"]", 2, "not a list of 7"),
      ("inherits = \"dark\"\n\n[ramp.level]\nmono = []", 3, "has no 'rgb'"),
      ("[glyphs]\nset = \"emoji\"", 2, "no glyph set"),
      ("depth = \"many\"", 1, "no colour depth"),
    ])
  func broken(text: String, line: Int, problem: String) {
    let error = #expect(throws: ThemeError.self) { try load(text) }
    #expect(error?.source == "mine.toml" && error?.line == line)
    #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    #expect(error?.remedy.isEmpty == false)
  }

  @Test("a colour that is almost one of the palette is guessed")
  func nearestColor() {
    let error = #expect(throws: ThemeError.self) {
      try load("inherits = \"dark\"\n[roles]\ntext = { fg = \"orenge\" }")
    }
    #expect(error?.remedy == "did you mean 'orange'?")
  }

  @Test(
    "what means nothing is warned about with its line and the nearest name",
    arguments: [
      (
        "inherits = \"dark\"\n[roles]\n\"text.dimm\" = {}", 3,
        "'text.dimm' is ignored, did you mean 'text.dim'?"
      ),
      ("inherits = \"dark\"\n[role]\nx = 1", 2, "'role' is ignored, did you mean 'roles'?"),
      (
        "inherits = \"dark\"\n[roles]\ntext = { bgg = \"red\" }", 3,
        "'bgg' is ignored, did you mean 'bg'?"
      ),
      ("inherits = \"dark\"\n[roles]\n\"\\u001b[2J\" = {}", 3, "⟨1B⟩[2J"),
    ])
  func warnings(text: String, line: Int, problem: String) throws {
    let warnings = try load(text).warnings
    #expect(warnings.count == 1)
    #expect(warnings.first?.description.contains(problem) == true, "\(warnings)")
    #expect(warnings.first?.source == "mine.toml")
    // Escapes in keys are the parser's to undo; such a key has no line to be found under.
    #expect(warnings.first?.line == line || text.contains("\\u"))
  }

  @Test("roles left out are plain text and named")
  func missing() throws {
    let (theme, warnings) = try load("[roles]\ntext = {}")
    #expect(theme[.accent] == RoleStyle())
    #expect(warnings.count == 1 && warnings[0].problem.contains("label.non-member"))
  }

  @Test("a theme changes the palette and roles of the one it inherits from")
  func inherits() throws {
    let (theme, warnings) = try load(
      """
      name = "mine"
      inherits = "light"
      [palette]
      orange = { rgb = "#112233", c256 = 17, c16 = 4 }
      [roles]
      heading = { fg = "#d70808", attrs = "bold underline", attrs_c16 = [] }
      """)
    #expect(warnings.isEmpty)
    #expect(theme.name == "mine" && theme.screenBackground == RGB(255, 255, 255))
    let curve = theme[.curve1].foreground
    #expect(
      curve == Paint(truecolor: .rgb(RGB(0x11, 0x22, 0x33)), c256: .index(17), c16: .index(4)))
    #expect(theme[.heading].attributes == [.bold, .underline])
    #expect(theme[.heading].attributes16 == [])
    // A colour given once is down-converted to the nearest of each palette.
    #expect(theme[.heading].foreground?.c256 == .index(160))
    #expect(theme[.prompt] == Theme.builtIn("light")?[.prompt])
  }

  @Test("a user's own theme comes before those built in, and may build on the one it replaces")
  func search() throws {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let folder = home.appending(path: "ezscope/themes")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    try Data("inherits = \"dark\"\n[glyphs]\nset = \"ascii\"".utf8)
      .write(to: folder.appending(path: "dark.toml"))
    try Data("inherits = \"ring\"".utf8).write(to: folder.appending(path: "ring.toml"))
    let environment = ["XDG_CONFIG_HOME": home.path]
    #expect(try Theme.load("dark", environment: environment).theme.glyphs == .ascii)
    #expect(try Theme.load("dark", environment: [:]).theme.glyphs == .unicode)
    let path = folder.appending(path: "dark.toml").path
    #expect(try Theme.load(path, environment: [:]).theme.glyphs == .ascii)
    #expect(throws: ThemeError.self) { try Theme.load("ring", environment: environment) }
    #expect(throws: ThemeError.self) { try Theme.load("./nowhere.toml", environment: [:]) }
    let unknown = #expect(throws: ThemeError.self) { try Theme.load("drak", environment: [:]) }
    #expect(unknown?.remedy.contains("dark, light") == true)
  }

  @Test(
    "the user's folder follows the XDG rule",
    arguments: [
      (["XDG_CONFIG_HOME": "/c", "HOME": "/h"], "/c/ezscope/themes"),
      (["XDG_CONFIG_HOME": "relative", "HOME": "/h"], "/h/.config/ezscope/themes"),
      (["HOME": "/h"], "/h/.config/ezscope/themes"), ([:], nil),
    ] as [([String: String], String?)])
  func userDirectory(environment: [String: String], expected: String?) {
    #expect(Theme.userDirectory(environment: environment) == expected)
  }
}
