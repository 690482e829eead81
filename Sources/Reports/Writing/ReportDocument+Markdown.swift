import TerminalUI

extension ReportDocument {
  /// The document as Markdown; figures are told by their captions.
  package var markdown: String {
    "# \(Self.cell(title))\n\n\(Self.cell(lead))\n\n" + markdownSections
  }

  /// The same without its title, as a part of somebody else's document.
  package var markdownSections: String {
    var text = ""
    for section in sections {
      text += (text.isEmpty ? "" : "\n") + "## \(Self.cell(section.title))\n"
      for block in section.blocks { text += "\n" + Self.markdown(block) }
    }
    return text + "\n---\n\n\(Self.cell(colophon))\n"
  }

  private static func cell(_ text: String) -> String {
    AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
  }

  private static func markdown(_ block: Block) -> String {
    switch block {
    case .heading(let text): "### \(cell(text))\n"
    case .paragraph(let text): cell(text) + "\n"
    case .list(let items): items.map { "- \(cell($0))\n" }.joined()
    case .table(let table, let caption): "\(cell(caption))\n\n\(table.markdown)"
    case .figure(let figure): "Figure: \(cell(figure.title)). \(cell(figure.caption))\n"
    case .answer(let question, let sentences):
      "**\(cell(question))** \(sentences.map(cell).joined(separator: " "))\n"
    }
  }
}
