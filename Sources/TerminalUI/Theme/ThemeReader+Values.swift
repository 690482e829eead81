import Basics
import TOMLFile

extension ThemeReader {
  func string(
    _ value: TOMLValue?, at path: String
  ) throws(ThemeError) -> String? {
    guard let value else { return nil }
    if let string = value.string { return string }
    throw broken(path, "is not a text", "write it in quotes")
  }

  func table(
    _ value: TOMLValue?, at path: String
  ) throws(ThemeError) -> TOMLTable? {
    guard let value else { return nil }
    if let table = value.table { return table }
    throw broken(path, "is not a table", "write it as { ... } or as a [section]")
  }

  func rgb(_ value: TOMLValue?, at path: String) throws(ThemeError) -> RGB? {
    guard let text = try string(value, at: path) else { return nil }
    if let rgb = RGB(hex: text) { return rgb }
    throw broken(path, "'\(Sanitize.text(text))' is no colour", "write \"#rrggbb\"")
  }

  /// A colour at one depth: `"default"`, a palette index, `"#rrggbb"` or an ANSI name.
  func color(_ value: TOMLValue, at path: String) throws(ThemeError) -> Color {
    if let number = value.int {
      if let index = UInt8(exactly: number) { return .index(index) }
      throw broken(path, "\(number) is no palette index", "write 0 to 255")
    }
    let text = try string(value, at: path) ?? ""
    if text == "default" { return .default }
    if let index = Color.ansiNames.firstIndex(of: text) { return .index(UInt8(index)) }
    if let rgb = RGB(hex: text) { return .rgb(rgb) }
    throw broken(
      path, "'\(Sanitize.text(text))' is no colour",
      "write \"#rrggbb\", 0 to 255, \"default\" or one of \(Color.ansiNames.joined(separator: ", "))"
    )
  }

  /// A colour of the palette: one for all depths, or `{ rgb, c256, c16 }`.
  func paletteEntry(
    _ value: TOMLValue?, at path: String
  ) throws(ThemeError) -> Paint? {
    guard let value else { return nil }
    guard let table = value.table else {
      return Self.paint(try color(value, at: path))
    }
    for key in table.keys where !["rgb", "c256", "c16"].contains(key) {
      throw broken(path, "unknown depth '\(Sanitize.text(key))'", "use rgb, c256 and c16")
    }
    guard let first = table["rgb"] ?? table["c256"] ?? table["c16"] else {
      throw broken(path, "has no colour", "write { rgb = \"#rrggbb\", c256 = 0, c16 = \"white\" }")
    }
    var paint = Self.paint(try color(first, at: path))
    if let value = table["c256"] { paint.c256 = try color(value, at: path) }
    if let value = table["c16"] { paint.c16 = try color(value, at: path) }
    return paint
  }

  /// A colour where it is used: by its palette name or given in place.
  func paint(
    _ value: TOMLValue?, at path: String
  ) throws(ThemeError) -> ThemeDocument.PaintText? {
    guard let value else { return nil }
    if let text = value.string, text != "default", !text.hasPrefix("#") { return .named(text) }
    return .literal(Self.paint(try color(value, at: path)))
  }

  private static func paint(_ color: Color) -> Paint {
    switch color {
    case .default: .default
    case .index(let index): Paint(index: index)
    case .rgb(let rgb): Paint(rgb: rgb)
    }
  }

  /// Attributes: a list of names, or names in one text.
  func attributes(
    _ value: TOMLValue?, at path: String
  ) throws(ThemeError) -> Emphasis? {
    guard let value else { return nil }
    var names: [String] = []
    if let list = value.array {
      for item in list { names.append(try string(item, at: path) ?? "") }
    } else {
      names = try string(value, at: path)?.split(separator: " ").map(String.init) ?? []
    }
    var attributes: Emphasis = []
    for name in names {
      switch name {
      case "bold": attributes.insert(.bold)
      case "dim": attributes.insert(.dim)
      case "underline": attributes.insert(.underline)
      case "reverse": attributes.insert(.reverse)
      default:
        throw broken(
          path, "'\(Sanitize.text(name))' is no attribute", "use bold, dim, underline or reverse")
      }
    }
    return attributes
  }
}
