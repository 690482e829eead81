import TOMLFile

extension ThemeReader {
  /// Reads a ramp: one list a colour depth of backgrounds, lowest step first.
  ///
  /// `text_rgb`, `text_c256` and `text_c16` give the colours of text on it; without them text is
  /// black or white, whichever is easier to read.
  mutating func readRamp(
    _ table: TOMLTable?, _ path: String, _ roles: [Role]
  ) throws(ThemeError) {
    guard let table else { return }
    let known = [
      "rgb", "c256", "c16", "text_rgb", "text_c256", "text_c16", "attrs", "attrs_c16", "mono",
    ]
    for key in table.keys where !known.contains(key) {
      warn(key, of: "field of \(path)", known, at: "\(path).\(key)")
    }
    let grounds = [
      try colors(table, "rgb", path, roles.count), try colors(table, "c256", path, roles.count),
      try colors(table, "c16", path, roles.count),
    ]
    let texts = [
      try colors(table, "text_rgb", path, roles.count, isOptional: true),
      try colors(table, "text_c256", path, roles.count, isOptional: true),
      try colors(table, "text_c16", path, roles.count, isOptional: true),
    ]
    let attributes = try attributeSteps(table, "attrs", path, roles.count)
    let attributes16 = try attributeSteps(table, "attrs_c16", path, roles.count)
    let mono = try attributeSteps(table, "mono", path, roles.count)
    for (step, role) in roles.enumerated() {
      let ground = grounds.map { $0[step] }
      let text = texts.enumerated().map { depth, colors in
        colors.isEmpty ? Self.text(on: ground[depth], depth: depth) : colors[step]
      }
      var entry = ThemeDocument.RoleText(source: source, line: lines[path])
      entry.background = .literal(
        Paint(truecolor: ground[0], c256: ground[1], c16: ground[2]))
      entry.foreground = .literal(Paint(truecolor: text[0], c256: text[1], c16: text[2]))
      entry.attributes = attributes.isEmpty ? [] : attributes[step]
      entry.attributes16 = attributes16.isEmpty ? nil : attributes16[step]
      entry.attributesMono = mono.isEmpty ? nil : mono[step]
      set(role, entry)
    }
  }

  /// Black or white, whichever has more contrast; the terminal's own colour on its own ground.
  private static func text(on ground: Color, depth: Int) -> Color {
    guard ground != .default else { return .default }
    let rgb = ground.nominal(default: RGB(0, 0, 0))
    let isDark = rgb.contrast(with: RGB(255, 255, 255)) > rgb.contrast(with: RGB(0, 0, 0))
    switch depth {
    case 0: return .rgb(isDark ? RGB(255, 255, 255) : RGB(0, 0, 0))
    case 1: return .index(isDark ? 231 : 16)
    default: return .index(isDark ? 15 : 0)
    }
  }

  private func colors(
    _ table: TOMLTable, _ key: String, _ path: String, _ count: Int, isOptional: Bool = false
  ) throws(ThemeError) -> [Color] {
    let keyPath = "\(path).\(key)"
    guard let value = table[key] else {
      if isOptional { return [] }
      throw ThemeError(
        source: source, line: lines[path], problem: "\(path) has no '\(key)'",
        remedy: "give \(count) colours, lowest step first")
    }
    var colors: [Color] = []
    guard let list = value.array, list.count == count else {
      throw broken(keyPath, "is not a list of \(count) colours", "one for each step")
    }
    for item in list { colors.append(try color(item, at: keyPath)) }
    return colors
  }

  private func attributeSteps(
    _ table: TOMLTable, _ key: String, _ path: String, _ count: Int
  ) throws(ThemeError) -> [Emphasis] {
    guard let value = table[key] else { return [] }
    let keyPath = "\(path).\(key)"
    guard let list = value.array, list.count == count else {
      throw broken(keyPath, "is not a list of \(count) texts", "one for each step, \"\" for none")
    }
    var steps: [Emphasis] = []
    for item in list { steps.append(try attributes(item, at: keyPath) ?? []) }
    return steps
  }
}
