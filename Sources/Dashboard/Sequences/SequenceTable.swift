import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The list of sequences as a table: its columns for a width, and the cells of a row.
struct SequenceTable {
  /// A column, and what sorting by it means.
  struct Column {
    enum Content { case verdict, sorted(SortColumn), adjusted, strongest, snippet }
    let content: Content
    var sort: SortColumn? { if case .sorted(let sort) = content { sort } else { nil } }
  }

  private let order: RowOrder
  private let glyphs: GlyphSet
  let columns: [Column]
  private let search: TextSearch
  private let redaction: Redaction
  private let showsWords: Bool
  private let familyColumn: Metadata.Column?
  private let triage: TriageState
  private let duplicatesColumn: Metadata.Column?
  private let strongest: StrongestTokens
  private let picked: Set<String>
  private let isUnfolded: Bool
  private let chosen: [String]

  init(_ state: AppState, _ order: RowOrder) {
    self.order = order
    glyphs = state.glyphs
    triage = state.triage
    search = TextSearch(order.query.search)
    redaction = state.redaction
    strongest = state.sequences.strongest
    picked = state.sequences.picked
    isUnfolded = !order.query.foldsEdgeCases
    chosen = state.columns[.sequences] ?? []
    let sorts = SortColumn.available(in: order.analysis, attack: order.attack)
    // Who it is comes first, then what speaks for it.
    var columns = [Column(content: .verdict), Column(content: .sorted(.id))]
    for sort in sorts where sort != .id {
      columns.append(Column(content: .sorted(sort)))
      if sort == .pValue, order.discoveries != nil { columns.append(Column(content: .adjusted)) }
    }
    if order.analysis.table != nil {
      columns += [Column(content: .strongest), Column(content: .snippet)]
    }
    self.columns = columns
    showsWords = (140..<180).contains(state.size.width) && order.hasClasses
    familyColumn = order.analysis.metadata.column("family")
    duplicatesColumn = order.analysis.metadata.column("duplicates")
  }

  func table(in area: Rect) -> Table {
    var table = Table(columns: specs(width: area.width), rowCount: order.count, cuts: order.cuts) {
      place in
      order.isFold(place)
        ? .section(foldTitle) : .cells(cells(place, isWide: Self.isWide(area.width)))
    }
    table.show(chosen)
    return table
  }

  func specs(width: Int) -> [TableColumn] {
    columns.map { column(for: $0.content, width: width) }
  }

  private static func isWide(_ width: Int) -> Bool { width >= 110 }

  /// The columns that a width has room for and that can be sorted by.
  func sortable(width: Int) -> [SortColumn] {
    let area = Rect(x: 0, y: 0, width: width, height: 10)
    let placed = table(in: area).geometry(in: area).columns
    let shown = Set(placed.compactMap { columns[$0.index].sort })
    return SortColumn.allCases.filter(shown.contains)
  }

  /// The one line of the edge cases.
  private var foldTitle: String {
    let column = order.column
    let silent = order.edgeCases.count { column.statuses[Int($0)] == .forcedNoErrors }
    let parts = [
      silent > 0 ? "\(NumberFormat.count(silent)) without errors" : nil,
      silent < order.edgeCases.count
        ? "\(NumberFormat.count(order.edgeCases.count - silent)) with N=0" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
    let sign = isUnfolded ? glyphs.pick("▾", "[-]") : glyphs.pick("▸", "[+]")
    return "\(sign) \(NumberFormat.counted(order.edgeCases.count, "edge case")) ranked first by "
      + "rule: \(parts); Enter \(isUnfolded ? "folds" : "unfolds")"
  }

  private func column(for content: Column.Content, width: Int) -> TableColumn {
    switch content {
    case .adjusted: return TableColumn("adj. p", .fixed(6), align: .right, priority: 4)
    case .verdict:
      let isWide = Self.isWide(width) && !triage.log.judgements.isEmpty
      return TableColumn(
        isWide ? "verdict" : "v", .fixed(isWide ? VerdictMark.width : 2), name: "verdict")
    case .strongest:
      return TableColumn("strongest", .flex(min: 12, max: 24), priority: 3)
    case .snippet:
      return TableColumn("text", .flex(min: 14, weight: 4), priority: 2)
    case .sorted(let sort):
      var column = self.column(for: sort)
      if sort == order.query.sort {
        column.sort = order.query.direction
        // What sorts is seen.
        column.priority = 0
      }
      return column
    }
  }

  private func column(for sort: SortColumn) -> TableColumn {
    let title = sort.title
    switch sort {
    case .score:
      return TableColumn(
        title, .fixed(showsWords ? 20 : 7), align: showsWords ? .left : .right)
    case .pValue: return TableColumn(title, .fixed(6), align: .right, priority: 2)
    case .up, .down: return TableColumn(title, .fixed(7), align: .right, priority: 6)
    case .errors: return TableColumn(title, .fixed(5), align: .right, priority: 7)
    case .label: return TableColumn(title, .fixed(10), priority: 5)
    case .family: return TableColumn(title, .fixed(min(12, max(8, order.familyWidth))), priority: 8)
    case .duplicates: return TableColumn(title, .fixed(5), align: .right, priority: 9)
    case .id:
      return order.analysis.table == nil
        ? TableColumn(title, .flex(min: 8))
        : TableColumn(
          title, .flex(min: min(14, max(4, order.idWidth)), max: min(30, max(4, order.idWidth))))
    }
  }

  private func cells(_ place: Int, isWide: Bool) -> [TableCell] {
    guard let row = order.row(place) else { return [] }
    return columns.map { column in
      switch column.content {
      case .strongest: loudest(row)
      case .adjusted: adjusted(row)
      case .verdict: verdict(row, isWide: isWide)
      case .snippet:
        order.analysis.hasTokens(row)
          ? TableCell(snippet(row)) : TableCell("score only", .textDim)
      case .sorted(let sort): cell(sort, row)
      }
    }
  }

  private func loudest(_ row: Int) -> TableCell {
    guard let entry = strongest[row] else { return TableCell("") }
    let text = Sanitize.text(entry.text.prefix(40), escaping: glyphs.visibleWhitespace)
    return TableCell([
      StyledText(FigureWords.padded(NumberFormat.signed(entry.shift, 1), 5) + " ", .textDim),
      StyledText(text, entry.shift < 0 ? .barDown : .barUp),
    ])
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
    case .family:
      return TableCell(
        familyColumn?.value(row).map { redaction.metadata($0, of: "family") } ?? "-", .textDim)
    case .duplicates: return TableCell(duplicatesColumn?.value(row) ?? "-", .textDim)
    case .id:
      let id = RedactedText(Array(order.analysis.scores.ids[row].utf8), redaction)
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

  /// The sign of the verdict, whether there is a note, and whether the row is picked.
  private func verdict(_ row: Int, isWide: Bool) -> TableCell {
    let id = order.analysis.scores.ids[row]
    let mark = VerdictMark(triage, id)
    if picked.contains(id) { return TableCell(glyphs.pick("●", "*") + mark.sign(glyphs), .accent) }
    return TableCell(
      isWide ? mark.text(glyphs) : mark.sign(glyphs) + (mark.judgement.note.isEmpty ? "" : "*"),
      mark.role)
  }

  private func mass(_ value: Double?) -> String {
    value.map { NumberFormat.fixed($0, $0 >= 1000 ? 0 : 2) } ?? "-"
  }

  /// The beginning of the text, or what surrounds the first match in it.
  private func snippet(_ row: Int) -> [StyledText] {
    guard let table = order.analysis.table else { return [] }
    let bytes = table.textBytes(row, atMost: search.isEmpty ? 640 : 16_384)
    var start = 0
    if let match = search.places(in: bytes).first, match > 8 {
      start = match - 6
      // Not in the middle of a character.
      while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    }
    // What is hidden depends on what stands around it, so that more is looked at than is shown.
    let around = max(0, start - 256)..<min(bytes.count, start + 640)
    let text = RedactedText(Array(bytes[around]), redaction)
    let shown = start - around.lowerBound..<min(text.count, start - around.lowerBound + 512)
    let spans = highlighted(text, shown, .text)
    return start == 0 ? spans : [StyledText(glyphs.ellipsis.text, .textDim)] + spans
  }

  /// A part of a text in which what is searched for stands out; it is found even where it is hidden.
  private func highlighted(
    _ text: RedactedText, _ range: Range<Int>, _ role: Role
  ) -> [StyledText] {
    guard redaction != .blank else { return [StyledText(text.text(range), role)] }
    var spans: [StyledText] = []
    var end = range.lowerBound
    for place in search.places(in: Array(text.bytes[range])).prefix(8) {
      let start = range.lowerBound + place
      spans.append(StyledText(text.text(end..<start), role))
      end = start + search.length
      spans.append(StyledText(text.text(start..<end), .searchMatch))
    }
    return spans + [StyledText(text.text(end..<range.upperBound), role)]
  }
}

extension RowOrder {
  /// The lines in the list: below the last suspect that can be named, above what no figure counts.
  var cuts: [Table.Cut] {
    var cuts: [Table.Cut] = []
    if let discoveries, let cut {
      cuts.append(Table.Cut(above: cut, label: discoveries.label))
    }
    if let outsideStart {
      let outside = NumberFormat.count(count - outsideStart)
      cuts.append(Table.Cut(above: outsideStart, label: "\(outside) not in the figures"))
    }
    return cuts
  }
}
