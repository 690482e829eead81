import Basics
import FoundationEssentials

/// What every role looks like, and which glyphs screens are built from.
package struct Theme: Hashable, Sendable {
  package let name: String
  package let glyphs: GlyphSet
  /// What the terminal's own colours are taken to be, for contrast and for pictures.
  package let screenForeground: RGB
  package let screenBackground: RGB
  /// The most colours this theme uses, whatever the terminal has.
  package let maximumDepth: ColorDepth
  /// One look a role, in the order of `Role.allCases`.
  private let styles: [RoleStyle]

  init(
    name: String, glyphs: GlyphSet, screenForeground: RGB, screenBackground: RGB,
    maximumDepth: ColorDepth, styles: [Role: RoleStyle]
  ) {
    self.name = name
    self.glyphs = glyphs
    self.screenForeground = screenForeground
    self.screenBackground = screenBackground
    self.maximumDepth = maximumDepth
    self.styles = Role.allCases.map { styles[$0] ?? RoleStyle() }
  }

  package subscript(_ role: Role) -> RoleStyle { styles[role.index] }
}

extension Theme {
  /// The themes inside the program, by name.
  package static let builtInNames = [
    "dark", "light", "high-contrast", "deuteranopia", "tritanopia", "dusk", "frost", "paper",
    "terminal", "mono", "ascii",
  ]

  /// A theme inside the program; nil if there is none of that name.
  package static func builtIn(_ name: String) -> Theme? {
    guard let text = builtInText(name) else { return nil }
    return try? ThemeLoader(directory: nil).load(text: text, source: "built in \(name)").theme
  }

  /// The file of a theme inside the program, to read or to start an own one from.
  package static func builtInText(_ name: String) -> String? {
    let bytes: [UInt8]? =
      switch name {
      case "dark": PackageResources.dark_toml
      case "light": PackageResources.light_toml
      case "high-contrast": PackageResources.high_contrast_toml
      case "deuteranopia": PackageResources.deuteranopia_toml
      case "tritanopia": PackageResources.tritanopia_toml
      case "dusk": PackageResources.dusk_toml
      case "frost": PackageResources.frost_toml
      case "paper": PackageResources.paper_toml
      case "terminal": PackageResources.terminal_toml
      case "mono": PackageResources.mono_toml
      case "ascii": PackageResources.ascii_toml
      default: nil
      }
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Where a user's own themes lie: `$XDG_CONFIG_HOME/ezscope/themes`.
  package static func userDirectory(environment: [String: String]) -> String? {
    UserFolders(environment: environment).folder(.config).map { $0 + "/themes" }
  }

  /// Loads a theme by the path of a file, or by name: a user's own first, then those built in.
  package static func load(
    _ nameOrPath: String, environment: [String: String]
  ) throws(ThemeError) -> (theme: Theme, warnings: [ThemeWarning]) {
    if nameOrPath.contains("/") || nameOrPath.hasSuffix(".toml") {
      return try ThemeLoader.load(file: nameOrPath)
    }
    if let directory = userDirectory(environment: environment) {
      let file = "\(directory)/\(nameOrPath).toml"
      if FileManager.default.fileExists(atPath: file) { return try ThemeLoader.load(file: file) }
    }
    guard let text = builtInText(nameOrPath) else {
      throw ThemeError(
        source: "theme", line: nil, problem: "there is no theme '\(Sanitize.text(nameOrPath))'",
        remedy: "choose one of \(builtInNames.joined(separator: ", ")), or give the path of a file")
    }
    return try ThemeLoader(directory: nil).load(text: text, source: "built in \(nameOrPath)")
  }
}
