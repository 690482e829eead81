import Basics
import TOMLFile

/// Reads one theme file into a document; knows the format, not what a theme inherits.
struct ThemeReader {
  let source: String
  let lines: TOMLLines
  private(set) var document = ThemeDocument()

  static func read(_ text: String, source: String) throws(ThemeError) -> ThemeDocument {
    let file: TOMLDocument
    do throws(TOMLError) {
      file = try TOMLDocument(text)
    } catch {
      throw ThemeError(
        source: source, line: error.line,
        problem: "not valid TOML: \(Sanitize.text(error.problem))", remedy: "mend this line")
    }
    var reader = ThemeReader(source: source, lines: file.lines)
    try reader.read(file.root)
    return reader.document
  }

  private init(source: String, lines: TOMLLines) {
    self.source = source
    self.lines = lines
  }

  private mutating func read(_ root: TOMLTable) throws(ThemeError) {
    let sections = ["name", "inherits", "depth", "screen", "palette", "roles", "ramp", "glyphs"]
    for key in root.keys where !sections.contains(key) { warn(key, of: "theme", sections, at: key) }
    document.name = try string(root["name"], at: "name")
    document.inherits = try string(root["inherits"], at: "inherits")
    document.maximumDepth = try depth(root["depth"])
    if let screen = try table(root["screen"], at: "screen") {
      document.screenForeground = try rgb(screen["foreground"], at: "screen.foreground")
      document.screenBackground = try rgb(screen["background"], at: "screen.background")
    }
    if let palette = try table(root["palette"], at: "palette") {
      for key in palette.keys {
        document.palette[key] = try paletteEntry(palette[key], at: "palette.\(key)")
      }
    }
    if let ramps = try table(root["ramp"], at: "ramp") {
      for key in ramps.keys where !["shift", "level"].contains(key) {
        warn(key, of: "ramp", ["shift", "level"], at: "ramp.\(key)")
      }
      try readRamp(try table(ramps["shift"], at: "ramp.shift"), "ramp.shift", Role.shiftRamp)
      try readRamp(try table(ramps["level"], at: "ramp.level"), "ramp.level", Role.levelRamp)
    }
    if let roles = try table(root["roles"], at: "roles") { try readRoles(roles) }
    if let glyphs = try table(root["glyphs"], at: "glyphs") { try readGlyphs(glyphs) }
  }

  private func depth(_ value: TOMLValue?) throws(ThemeError) -> ColorDepth? {
    switch try string(value, at: "depth") {
    case nil: return nil
    case "mono": return .mono
    case "16": return .c16
    case "256": return .c256
    case "truecolor": return .truecolor
    case .some(let other):
      throw broken(
        "depth", "'\(Sanitize.text(other))' is no colour depth",
        "write \"mono\", \"16\", \"256\" or \"truecolor\"")
    }
  }

  private mutating func readGlyphs(_ table: TOMLTable) throws(ThemeError) {
    switch try string(table["set"], at: "glyphs.set") {
    case "unicode": document.isASCII = false
    case "ascii": document.isASCII = true
    case nil: break
    case .some(let other):
      throw broken(
        "glyphs.set", "'\(Sanitize.text(other))' is no glyph set", "write unicode or ascii")
    }
  }

  private mutating func readRoles(_ table: TOMLTable) throws(ThemeError) {
    let fields = ["fg", "bg", "attrs", "attrs_c16", "attrs_mono"]
    for key in table.keys {
      let path = "roles.\(key)"
      guard let role = Role(rawValue: key) else {
        warn(key, of: "role", Role.allCases.map(\.rawValue), at: path)
        continue
      }
      guard let entry = try self.table(table[key], at: path) else { continue }
      for field in entry.keys where !fields.contains(field) {
        warn(field, of: "field of role '\(key)'", fields, at: path)
      }
      var text = ThemeDocument.RoleText(source: source, line: lines[path])
      text.foreground = try paint(entry["fg"], at: path)
      text.background = try paint(entry["bg"], at: path)
      text.attributes = try attributes(entry["attrs"], at: path) ?? []
      text.attributes16 = try attributes(entry["attrs_c16"], at: path)
      text.attributesMono = try attributes(entry["attrs_mono"], at: path)
      document.roles[role] = text
    }
  }

  mutating func set(_ role: Role, _ text: ThemeDocument.RoleText) { document.roles[role] = text }

  /// Notes a key that means nothing here, with the one probably meant.
  mutating func warn(_ key: String, of kind: String, _ known: [String], at path: String) {
    let nearest = nearestWord(to: key, in: known).map { ", did you mean '\($0)'?" } ?? ""
    document.warnings.append(
      ThemeWarning(
        source: source, line: lines[path],
        problem: "unknown \(kind) '\(Sanitize.text(key))' is ignored\(nearest)"))
  }

  func broken(_ path: String, _ problem: String, _ remedy: String) -> ThemeError {
    ThemeError(
      source: source, line: lines[path], problem: "\(Sanitize.text(path)): \(problem)",
      remedy: remedy)
  }
}
