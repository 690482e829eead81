import Basics
import TerminalUI

/// A document of sections, for a reader who has nothing but it: written as one page of HTML or as
/// Markdown.
package struct ReportDocument {
  /// A part under a heading of its own.
  package struct Section {
    /// What links to it are called; unique in the document, and of letters and hyphens only.
    package let id: String
    package let title: String
    package var blocks: [Block]
  }

  /// A piece of a section.
  package enum Block {
    case heading(String)
    case paragraph(String)
    case list([String])
    case table(AlignedTable, caption: String)
    case figure(Figure)
    /// A question and its answer, in sentences.
    case answer(String, [String])
  }

  /// A plot with what is to be said of it.
  package struct Figure {
    package let id: String
    package let title: String
    package let plot: Plot
    /// What is to be seen, figures included.
    package let caption: String
  }

  package let title: String
  package let lead: String
  package let sections: [Section]
  /// What stands at the very end.
  package let colophon: String
}

extension ReportDocument.Block {
  /// The blocks of a report's section.
  static func blocks(_ section: ReportSection) -> [ReportDocument.Block] {
    let tables = section.tables.filter { !$0.isEmpty }
    return (tables.isEmpty ? [.paragraph(section.title)] : [])
      + tables.map { .table($0, caption: section.title) }
      + (section.remarks.isEmpty ? [] : [.list(section.remarks)])
  }
}
