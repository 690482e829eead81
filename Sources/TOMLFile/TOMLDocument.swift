/// A TOML 1.0 text that was understood: its values, and where each key stands.
package struct TOMLDocument: Sendable {
  /// The values.
  package let root: TOMLTable
  /// Where the keys stand.
  package let lines: TOMLLines

  /// Reads a text.
  package init(_ text: String) throws(TOMLError) {
    var parser = TOMLParser(text)
    root = try parser.readDocument()
    lines = parser.lines
  }
}

/// What is wrong with a TOML text, and where.
package struct TOMLError: Error, Hashable, CustomStringConvertible {
  /// The line, from 1.
  package let line: Int
  /// The character of the line, from 1.
  package let column: Int
  /// What is wrong there; may quote the text, so it is to be made safe before it is shown.
  package let problem: String

  package var description: String { "\(line):\(column): \(problem)" }
}
