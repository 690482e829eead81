import TerminalUI

extension Redaction {
  /// A sequence's id: it may be a name or a path.
  package func id(_ id: String) -> String { text(id) }

  /// A condition of a filter, its values hidden like the texts they are looked for in.
  func condition(_ term: RowFilter.Term) -> String {
    guard self != .off,
      let sign = term.text.firstIndex(where: { "=<>~!".contains($0) })
    else { return term.text }
    switch term.field {
    case .meta, .text, .id, .note:
      let start = term.text[sign...].firstIndex { !"=<>~!".contains($0) } ?? term.text.endIndex
      return term.text[..<start] + text(String(term.text[start...]))
    default: return term.text
    }
  }
}
