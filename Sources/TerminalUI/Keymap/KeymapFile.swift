import TOMLFile

/// Something in a keymap file that was not used, and why; the default stands in its place.
package struct KeymapWarning: Hashable, Sendable, CustomStringConvertible {
  package var file: String
  /// Counted from 1; nil when the problem is the file as a whole.
  package var line: Int?
  package var message: String

  package var description: String {
    file + (line.map { ":\($0)" } ?? "") + ": " + message
  }
}

/// A keymap file as written, before its names are looked up: `action = "key"` or a list of keys.
struct KeymapFile {
  struct Setting {
    var name: String
    var chords: [String]
    var line: Int?
  }

  private(set) var settings: [Setting] = []
  private(set) var warnings: [KeymapWarning] = []

  init(toml text: String, file: String) {
    let document: TOMLDocument
    do throws(TOMLError) {
      document = try TOMLDocument(text)
    } catch {
      let message = "\(Sanitize.text(error.problem)); the default keys are used"
      warnings = [KeymapWarning(file: file, line: error.line, message: message)]
      return
    }
    for name in document.root.keys {
      let line = document.lines[name]
      if let chords = Self.texts(document.root[name]) {
        settings.append(Setting(name: name, chords: chords, line: line))
      } else {
        let message =
          "\(name) needs a key or a list of keys, such as \"ctrl-d\" or [\"j\", \"down\"]"
        warnings.append(KeymapWarning(file: file, line: line, message: message))
      }
    }
    settings.sort { one, other in (one.line ?? 0) < (other.line ?? 0) }
  }

  private static func texts(_ value: TOMLValue?) -> [String]? {
    guard let value else { return nil }
    if let single = value.string { return [single] }
    guard let list = value.array else { return nil }
    var texts: [String] = []
    for index in 0..<list.count {
      guard let text = list[index].string else { return nil }
      texts.append(text)
    }
    return texts
  }
}
