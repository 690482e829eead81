import Basics
import ScoringCore
import TerminalUI

/// The list of sequences as a table: its columns for a width, and the cells of a row.
struct SequenceTable {
  /// A column, and what sorting by it means.
  struct Column {
    enum Content { case place, verdict, sorted(SortColumn), adjusted, snippet }
    let content: Content
    var sort: SortColumn? { if case .sorted(let sort) = content { sort } else { nil } }
  }

  private let order: RowOrder
  private let look: Look
  let columns: [Column]
  private let needle: Needle
  private let redaction: Redaction
  private let showsWords: Bool
  private let familyColumn: Metadata.Column?
  private let triage: TriageState
  private let duplicatesColumn: Metadata.Column?

  init(_ state: AppState, _ order: RowOrder) {
    self.order = order
    look = state.look
    triage = state.triage
    needle = Needle(order.query.search)
    redaction = state.redaction
    let sorts = SortColumn.available(in: order.analysis, attack: order.attack)
    var columns = [Column(content: .place)]
    if !triage.log.judgements.isEmpty { columns.append(Column(content: .verdict)) }
    for sort in sorts {
      columns.append(Column(content: .sorted(sort)))
      if sort == .pValue, order.discoveries != nil { columns.append(Column(content: .adjusted)) }
    }
    if order.analysis.table != nil { columns.append(Column(content: .snippet)) }
    self.columns = columns
    showsWords = state.size.width >= 140 && order.hasClasses
    familyColumn = order.analysis.metadata.column("family")
    duplicatesColumn = order.analysis.metadata.column("duplicates")
  }

  func table(in area: Rect) -> Table {
    Table(
      columns: columns.map { column(for: $0.content, width: area.width) }, rowCount: order.count,
      cut: order.tableCut
    ) { .cells(cells($0)) }
  }

  private func column(for content: Column.Content, width: Int) -> TableColumn {
    switch content {
    case .place:
      let digits = max(2, NumberFormat.count(order.total).utf8.count)
      return TableColumn("#", .fixed(digits), align: .right, priority: 6)
    case .adjusted: return TableColumn("adj. p", .fixed(6), align: .right, priority: 3)
    case .verdict: return TableColumn("verdict", .fixed(VerdictMark.width), priority: 1)
    case .snippet:
      return TableColumn("text", .flex(min: 14, weight: 4), priority: 2)
    case .sorted(let sort):
      var column = self.column(for: sort)
      if sort == order.query.sort { column.sort = order.query.direction }
      return column
    }
  }

  private func column(for sort: SortColumn) -> TableColumn {
    let title = sort.title
    switch sort {
    case .score:
      return TableColumn(
        title, .fixed(showsWords ? 20 : 7), align: showsWords ? .left : .right)
    case .pValue: return TableColumn(title, .fixed(6), align: .right, priority: 3)
    case .up, .down: return TableColumn(title, .fixed(7), align: .right, priority: 4)
    case .errors: return TableColumn(title, .fixed(5), align: .right, priority: 5)
    case .label: return TableColumn(title, .fixed(10), priority: 1)
    case .family: return TableColumn(title, .fixed(min(12, max(8, order.familyWidth))), priority: 8)
    case .duplicates: return TableColumn(title, .fixed(5), align: .right, priority: 9)
    case .id:
      return order.analysis.table == nil
        ? TableColumn(title, .flex(min: 8))
        : TableColumn(title, .fixed(min(20, max(4, order.idWidth))), priority: 7)
    }
  }

  private func cells(_ place: Int) -> [TableCell] {
    guard let row = order.row(place) else { return [] }
    return columns.map { column in
      switch column.content {
      case .place: TableCell(NumberFormat.count(place + 1), .textDim)
      case .adjusted: adjusted(row)
      case .verdict: verdict(row)
      case .snippet: TableCell(snippet(row))
      case .sorted(let sort): cell(sort, row)
      }
    }
  }

  /// The rate at which a suspect would be named; it stands out where it is.
  private func adjusted(_ row: Int) -> TableCell {
    guard let discoveries = order.discoveries, !discoveries.adjusted[row].isNaN else {
      return TableCell("")
    }
    return TableCell(
      NumberFormat.pValue(discoveries.adjusted[row]),
      discoveries.names(row) ? .textStrong : .textDim)
  }

  private func cell(_ sort: SortColumn, _ row: Int) -> TableCell {
    let column = order.column
    switch sort {
    case .score: return score(column[row])
    case .pValue:
      let p = order.figures.pValues[row]
      return TableCell(p.isNaN ? "-" : NumberFormat.pValue(p), p <= 0.01 ? .textStrong : .text)
    case .up: return TableCell(mass(column.zones?.up[row]), .barUp)
    case .down: return TableCell(mass(column.zones?.down[row]), .barDown)
    case .errors: return TableCell(column.zones.map { String($0.errors[row]) } ?? "-")
    case .label:
      let label = order.analysis.scores.labels[row]
      return TableCell(label.name, order.analysis.isPrimary[row] ? label.role : .textDim)
    case .family: return TableCell(familyColumn?.value(row).map(redaction.text) ?? "-", .textDim)
    case .duplicates: return TableCell(duplicatesColumn?.value(row) ?? "-", .textDim)
    case .id:
      let id = RedactedText(Array(order.analysis.scores.ids[row].utf8), .off)
      return TableCell(highlighted(id, 0..<id.count, .text))
    }
  }

  /// The number, and in a second column the word for its class.
  private func score(_ score: Score) -> TableCell {
    let role: Role = score.status.isDefined ? .text : .textDim
    guard showsWords else { return TableCell(score.number, role) }
    let pad = String(repeating: " ", count: max(0, 7 - score.number.utf8.count))
    return TableCell([
      StyledText(pad + score.number, role), StyledText(" " + score.status.words, .textDim),
    ])
  }

  private func verdict(_ row: Int) -> TableCell {
    let mark = VerdictMark(triage, order.analysis.scores.ids[row])
    return TableCell(mark.text(look), mark.role)
  }

  private func mass(_ value: Double?) -> String {
    value.map { NumberFormat.fixed($0, $0 >= 1000 ? 0 : 2) } ?? "-"
  }

  /// The beginning of the text, or what surrounds the first match in it.
  private func snippet(_ row: Int) -> [StyledText] {
    guard let table = order.analysis.table else { return [] }
    let bytes = table.textBytes(row, atMost: needle.isEmpty ? 640 : 16_384)
    var start = 0
    if let match = needle.places(in: bytes).first, match > 8 {
      start = match - 6
      // Not in the middle of a character.
      while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    }
    // What is hidden depends on what stands around it, so that more is looked at than is shown.
    let around = max(0, start - 256)..<min(bytes.count, start + 640)
    let text = RedactedText(Array(bytes[around]), redaction)
    let shown = start - around.lowerBound..<min(text.count, start - around.lowerBound + 512)
    let spans = highlighted(text, shown, .text)
    return start == 0 ? spans : [StyledText(look.glyphs.ellipsis.text, .textDim)] + spans
  }

  /// A part of a text in which what is searched for stands out; it is found even where it is hidden.
  private func highlighted(
    _ text: RedactedText, _ range: Range<Int>, _ role: Role
  ) -> [StyledText] {
    var spans: [StyledText] = []
    var end = range.lowerBound
    for place in needle.places(in: Array(text.bytes[range])).prefix(8) {
      let start = range.lowerBound + place
      spans.append(StyledText(text.text(end..<start), role))
      end = start + needle.length
      spans.append(StyledText(text.text(start..<end), .searchMatch))
    }
    return spans + [StyledText(text.text(end..<range.upperBound), role)]
  }
}

extension RowOrder {
  /// The line below the last suspect that can be named.
  var tableCut: Table.Cut? {
    guard let discoveries, let cut else { return nil }
    return Table.Cut(above: cut, label: discoveries.label)
  }
}
