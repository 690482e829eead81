import TOMLKit

/// A TOML text that was understood: its values, and where each key stands.
package struct TOMLDocument {
  /// The values.
  package let root: TOMLTable
  /// Where the keys stand.
  package let lines: TOMLLines

  /// Reads a text.
  ///
  /// The syntax is checked before the TOML library sees the text: the library refuses some broken
  /// texts, such as `[,x]`, by aborting the process.
  package init(_ text: String) throws(TOMLError) {
    lines = try TOMLSyntax.lines(of: text)
    do {
      root = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let begin = error.source.begin
      throw TOMLError(line: begin.line, column: begin.column, problem: error.description)
    } catch {
      throw TOMLError(line: 1, column: 1, problem: "\(error)")
    }
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
