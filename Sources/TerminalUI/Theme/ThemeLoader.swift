import FoundationEssentials

/// Loads a theme and everything it inherits.
struct ThemeLoader {
  /// Where a theme that is inherited may lie, besides those built in.
  let directory: String?

  static func load(
    file: String
  ) throws(ThemeError) -> (theme: Theme, warnings: [ThemeWarning]) {
    let text = try contents(of: file)
    let directory = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "./"
    return try ThemeLoader(directory: directory)
      .load(text: text, source: Sanitize.text(file), file: file)
  }

  func load(
    text: String, source: String, file: String? = nil
  ) throws(ThemeError) -> (theme: Theme, warnings: [ThemeWarning]) {
    var document = try ThemeReader.read(text, source: source)
    var seen: Set<String> = [identity(file ?? source)]
    while let parent = document.inherits {
      document = document.over(try parentDocument(parent, of: source, seen: &seen))
    }
    return try document.theme()
  }

  private func parentDocument(
    _ name: String, of source: String, seen: inout Set<String>
  ) throws(ThemeError) -> ThemeDocument {
    if let directory {
      let file = "\(directory)\(name).toml"
      let isNew = !seen.contains(identity(file))
      if isNew, !name.contains("/"), FileManager.default.fileExists(atPath: file) {
        seen.insert(identity(file))
        return try ThemeReader.read(try Self.contents(of: file), source: Sanitize.text(file))
      }
    }
    guard let text = Theme.builtInText(name) else {
      throw ThemeError(
        source: source, line: nil, problem: "inherits from '\(Sanitize.text(name))', unknown here",
        remedy: "inherit from a theme beside it or from "
          + Theme.builtInNames.joined(separator: ", "))
    }
    guard seen.insert("built in \(name)").inserted else {
      throw ThemeError(
        source: source, line: nil, problem: "inherits from itself through '\(name)'",
        remedy: "remove one of the inherits lines")
    }
    return try ThemeReader.read(text, source: "built in \(name)")
  }

  private func identity(_ file: String) -> String {
    file.hasPrefix("built in ") ? file : URL(fileURLWithPath: file).standardizedFileURL.path
  }

  private static func contents(of file: String) throws(ThemeError) -> String {
    do {
      return try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw ThemeError(
        source: Sanitize.text(file), line: nil, problem: "the theme cannot be read as UTF-8 text",
        remedy: "check that the file exists, may be read and is TOML")
    }
  }
}
