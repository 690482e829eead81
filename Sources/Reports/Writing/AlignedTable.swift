import Basics
import TerminalUI

/// A table of short texts for people: aligned for a terminal, or Markdown, or CSV.
///
/// Cells are sanitised, because names and ids come from files.
package struct AlignedTable {
  /// A column's heading and the side its cells stand on.
  package struct Column {
    package var title: String
    package var isNumeric = false
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// A table with headings; those marked with a leading `>` are aligned right.
  package init(_ titles: [String]) {
    columns = titles.map { title in
      title.hasPrefix(">")
        ? Column(title: String(title.dropFirst()), isNumeric: true) : Column(title: title)
    }
  }

  /// Whether there are no rows.
  package var isEmpty: Bool { rows.isEmpty }

  /// Adds a row with a cell for each column.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count)
    rows.append(cells.map { Sanitize.text($0, escaping: .preview) })
  }

  /// The columns its widest line takes; texts of the first column over `widestFirst` do not count.
  package func width(widestFirst: Int = .max) -> Int {
    widths(widestFirst).reduce(0, +) + 2 * (columns.count - 1)
  }

  private func widths(_ widestFirst: Int) -> [Int] {
    columns.indices.map { column in
      rows.reduce(Sanitize.width(of: columns[column].title)) {
        let width = Sanitize.width(of: $1[column])
        return column == 0 && width > widestFirst ? $0 : max($0, width)
      }
    }
  }

  /// Lines with two spaces between columns and none at the end.
  ///
  /// A text of the first column over `widestFirst` has a line of its own, before those of its row.
  package func text(indent: Int = 0, widestFirst: Int = .max) -> String {
    let titles = columns.map(\.title)
    let widths = widths(widestFirst)
    let margin = String(repeating: " ", count: indent)
    var lines = ""
    for cells in [titles] + rows {
      var line = margin
      for (column, cell) in cells.enumerated() {
        var cell = cell
        if column == 0, Sanitize.width(of: cell) > widths[0] {
          lines += margin + cell + "\n"
          cell = ""
        }
        let space = String(repeating: " ", count: widths[column] - Sanitize.width(of: cell))
        line += columns[column].isNumeric ? space + cell : cell + space
        line += "  "
      }
      while line.last == " " { line.removeLast() }
      lines += line + "\n"
    }
    return lines
  }

  /// A table as GitHub renders it.
  package var markdown: String {
    func row(_ cells: [String]) -> String {
      "| " + cells.map(Self.markdownCell).joined(separator: " | ") + " |\n"
    }
    let rule = columns.map { $0.isNumeric ? "--:" : "---" }.joined(separator: "|")
    return row(columns.map(\.title)) + "|\(rule)|\n" + rows.map(row).joined()
  }

  /// A table with a caption and heads of columns and rows, which scrolls by itself where it is too
  /// wide.
  package func html(caption: String) -> String {
    let kinds = columns.map { $0.isNumeric ? " class=\"n\"" : "" }
    let titles = zip(columns, kinds).map {
      "<th scope=\"col\"\($1)>\(SafeText.html($0.title))</th>"
    }
    let lines = rows.map { cells in
      let data = zip(cells, kinds).enumerated().map { column, cell in
        let text = SafeText.html(cell.0.trimmed())
        let isPart = column == 0 && cell.0.hasPrefix("  ")
        return column == 0
          ? "<th scope=\"row\"\(isPart ? " class=\"part\"" : cell.1)>\(text)</th>"
          : "<td\(cell.1)>\(text)</td>"
      }
      return "<tr>\(data.joined())</tr>\n"
    }
    let label = SafeText.html(caption)
    return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"\(label)\">\n"
      + "<table>\n<caption>\(label)</caption>\n<thead><tr>\(titles.joined())</tr></thead>\n"
      + "<tbody>\n\(lines.joined())</tbody>\n</table>\n</div>\n"
  }

  /// Text that is one cell, and only text, wherever Markdown is rendered.
  package static func markdownCell(_ text: String) -> String { SafeText.markdown(text) }

  /// A CSV field for a spreadsheet: quoted where needed, and never a formula; numbers stand.
  package static func csvField(_ text: String) -> String {
    CSVText.field(text, numbersStand: true)
  }
}
