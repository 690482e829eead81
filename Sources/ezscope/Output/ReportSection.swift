import TerminalUI

/// A part of a report: a heading, tables, and sentences.
struct ReportSection {
  var title: String
  var tables: [AlignedTable] = []
  var remarks: [String] = []

  /// Longer texts of a table's first column have a line of their own.
  static let widestFirst = 32

  /// The section for a terminal, at most 100 columns wide.
  var text: String {
    var text = "\n" + Figures.wrapped(title, indent: 2, hang: 2)
    for table in tables where !table.isEmpty {
      text += table.text(indent: 2, widestFirst: Self.widestFirst)
    }
    for line in remarks { text += Figures.wrapped(line, indent: 2) }
    return text
  }

  /// The section for a document.
  var markdown: String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    var text = "\n### \(cell(title))\n"
    for table in tables where !table.isEmpty { text += "\n" + table.markdown }
    if !remarks.isEmpty { text += "\n" + remarks.map { "- \(cell($0))\n" }.joined() }
    return text
  }
}
