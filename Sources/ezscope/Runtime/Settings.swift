import Basics
import Dashboard
import FoundationEssentials
import Glibc
import TerminalUI

/// What the user chose: theme and keys, from options and from `$XDG_CONFIG_HOME/ezscope`.
struct Settings {
  var theme: Theme
  var keymap: DashboardKeymap
  /// What in the settings was not used, and why.
  var warnings: [String] = []

  /// Reads the settings; a broken file never prevents the start: it is named and left out.
  init(theme name: String?, keys file: String?, environment: [String: String]) throws {
    let directory = Self.directory(environment)
    let loaded = try Theme.load(name ?? "dark", environment: environment)
    theme = loaded.theme
    warnings += loaded.warnings.map(\.description)
    keymap = try DashboardKeymap.standard()
    let path = file ?? directory.map { $0 + "/keys.toml" }
    guard let path, file != nil || FileManager.default.fileExists(atPath: path) else { return }
    do {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let changed = keymap.applying(toml: text, file: path)
      keymap = changed.keymap
      warnings += changed.warnings.map(\.description)
    } catch {
      warnings.append("\(path): cannot be read; the standard keys are used")
    }
  }

  static func directory(_ environment: [String: String]) -> String? {
    UserFolders(environment: environment).folder(.config)
  }
}
