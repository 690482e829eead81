import Basics

/// A theme file as it is written: colours still by name, so that a theme inheriting from it may
/// change the palette under its roles.
struct ThemeDocument {
  var name: String?
  var inherits: String?
  var screenForeground: RGB?
  var screenBackground: RGB?
  var isASCII: Bool?
  var maximumDepth: ColorDepth?
  var palette: [String: Paint] = [:]
  var roles: [Role: RoleText] = [:]
  var warnings: [ThemeWarning] = []

  /// A role's entry, with the place it came from for the messages.
  struct RoleText {
    var foreground: PaintText?
    var background: PaintText?
    var attributes: Emphasis = []
    var attributes16: Emphasis?
    var attributesMono: Emphasis?
    let source: String
    let line: Int?
  }

  /// A colour: by its palette name, or given where it is used.
  enum PaintText {
    case named(String)
    case literal(Paint)
  }

  /// What this document says, and for the rest what `base` says.
  func over(_ base: ThemeDocument) -> ThemeDocument {
    var merged = self
    merged.inherits = base.inherits
    merged.screenForeground = screenForeground ?? base.screenForeground
    merged.screenBackground = screenBackground ?? base.screenBackground
    merged.isASCII = isASCII ?? base.isASCII
    merged.maximumDepth = maximumDepth ?? base.maximumDepth
    merged.palette = base.palette.merging(palette) { $1 }
    merged.roles = base.roles.merging(roles) { $1 }
    merged.warnings = base.warnings + warnings
    return merged
  }

  /// The theme it comes to, once everything it inherits is under it.
  func theme() throws(ThemeError) -> (theme: Theme, warnings: [ThemeWarning]) {
    var warnings = warnings
    var styles: [Role: RoleStyle] = [:]
    for (role, entry) in roles { styles[role] = try style(entry, of: role) }
    let missing = Role.allCases.filter { styles[$0] == nil }
    if !missing.isEmpty {
      let names = missing.map(\.rawValue).joined(separator: ", ")
      warnings.append(
        ThemeWarning(
          source: "theme \(name ?? "")", line: nil,
          problem: "\(missing.count) roles are missing and drawn as plain text (\(names)); "
            + "inherits = \"dark\" would fill them in"))
    }
    let theme = Theme(
      name: name ?? "unnamed", glyphs: isASCII == true ? .ascii : .unicode,
      screenForeground: screenForeground ?? RGB(208, 208, 208),
      screenBackground: screenBackground ?? RGB(0, 0, 0),
      maximumDepth: maximumDepth ?? .truecolor, styles: styles)
    return (theme, warnings)
  }

  private func style(_ entry: RoleText, of role: Role) throws(ThemeError) -> RoleStyle {
    RoleStyle(
      foreground: try paint(entry.foreground, entry, role),
      background: try paint(entry.background, entry, role),
      attributes: entry.attributes, attributes16: entry.attributes16,
      attributesMono: entry.attributesMono)
  }

  private func paint(
    _ text: PaintText?, _ entry: RoleText, _ role: Role
  ) throws(ThemeError) -> Paint? {
    switch text {
    case nil: return nil
    case .literal(let paint): return paint
    case .named(let name):
      if let paint = palette[name] { return paint }
      if let index = Color.ansiNames.firstIndex(of: name) { return Paint(index: UInt8(index)) }
      let known = palette.keys.sorted() + Color.ansiNames
      let nearest = nearestWord(to: name, in: known).map { "did you mean '\($0)'?" }
      throw ThemeError(
        source: entry.source, line: entry.line,
        problem: "role '\(role.rawValue)' names the colour '\(Sanitize.text(name))', which is not "
          + "in [palette]",
        remedy: nearest ?? "define it in [palette] or write \"#rrggbb\"")
    }
  }
}
