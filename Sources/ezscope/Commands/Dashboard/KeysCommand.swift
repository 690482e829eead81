import ArgumentParser
import Dashboard
import Reports

/// `keys`: the dashboard's keys, from the one table that also drives it.
struct KeysCommand: ParsableCommand {
  /// How the keys are written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case markdown, json
  }

  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List every key of the dashboard.")

  @Option(help: "markdown or json.") var format = Format.markdown

  func run() throws {
    let keymap = try DashboardKeymap.standard()
    switch format {
    case .markdown: try ResultOutput.write(keymap.markdown())
    case .json:
      let keys = keymap.help(arrows: false).flatMap { section in
        section.rows.map { row -> JSON in
          let contexts = keymap.binding(for: row.action)?.contexts.map(\.rawValue) ?? []
          return .object([
            ("name", .string(row.action.rawValue)), ("keys", .strings(row.keys)),
            ("contexts", .strings(contexts)), ("group", .string(section.title)),
            ("short", .string(row.short)), ("long", .string(row.long)),
          ])
        }
      }
      let document = JSON.object([("version", .int(1)), ("keys", .list(keys))])
      try ResultOutput.write(document.indented)
    }
  }
}
