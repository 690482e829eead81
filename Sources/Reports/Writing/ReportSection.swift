import TerminalUI

/// A part of a report: a heading, tables, and sentences.
package struct ReportSection {
  package var title: String
  package var tables: [AlignedTable] = []
  package var remarks: [String] = []

  /// Longer texts of a table's first column have a line of their own.
  package static let widestFirst = 32

  /// The section for a terminal, at most 100 columns wide.
  package var text: String {
    var text = "\n" + FigureText.wrapped(title, indent: 2, hang: 2)
    for table in tables where !table.isEmpty {
      text += table.text(indent: 2, widestFirst: Self.widestFirst)
    }
    for line in remarks { text += FigureText.wrapped(line, indent: 2) }
    return text
  }

  /// The section for a document.
  package var markdown: String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    var text = "\n### \(cell(title))\n"
    for table in tables where !table.isEmpty { text += "\n" + table.markdown }
    if !remarks.isEmpty { text += "\n" + remarks.map { "- \(cell($0))\n" }.joined() }
    return text
  }
}
