import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The sequences listed: who finds them, and how far apart the two runs place them.
struct FlipTable: ListTable {
  private(set) var table: Table
  let place: TableState
  let glyphs: GlyphSet

  init(_ app: AppState, _ list: FlipList, width: Int) {
    glyphs = app.glyphs
    var shown = app.compare.table
    // A sequence that is not listed has no row to mark.
    if let joined = app.compare.joined, list.index(of: joined) != shown.selected {
      shown.selected = -1
    }
    place = shown
    let glyphs = app.glyphs
    let comparison = list.comparison
    let names = [comparison.left.run.name, comparison.right.run.name]
    let finder = min(
      width >= 60 ? 36 : 22, 18 + max(4, names.map { TextMeasure.width($0) }.max() ?? 8))
    table = Table(
      columns: [
        TableColumn("", .fixed(1)), TableColumn("caught by", .fixed(finder)),
        TableColumn("lead", .fixed(7), align: .right),
        TableColumn("places", .fixed(13), align: .right, priority: 2),
        TableColumn("text", .flex(min: 10), priority: 1),
      ], rowCount: list.rows.count, isFocused: app.compare.pane == .flips
    ) { [redaction = app.redaction] in
      .cells(Self.cells(Int(list.rows[$0]), comparison, redaction, glyphs))
    }
    table.hasRule = app.size.height >= 30
  }

  private static func cells(
    _ joined: Int, _ comparison: RunComparison, _ redaction: Redaction, _ glyphs: GlyphSet
  ) -> [TableCell] {
    let label = comparison.labels[joined]
    let sign = FigureWords.label(label, glyphs: glyphs).text.prefix(1)
    let finder = finder(joined, comparison)
    let lead = comparison.lead(of: joined)
    let arrow = glyphs.pick("→", ">")
    let places =
      "\(NumberFormat.compact(Int(comparison.left.places[joined]))) \(arrow) "
      + NumberFormat.compact(Int(comparison.right.places[joined]))
    return [
      TableCell(String(sign), .textStrong), TableCell(finder),
      TableCell((lead > 0 ? "+" : "") + NumberFormat.count(lead), .textStrong),
      TableCell(places, .textDim), TableCell(text(joined, comparison, redaction)),
    ]
  }

  /// Who catches a sequence, in words; a non-member that is caught is a false positive.
  static func finder(_ joined: Int, _ comparison: RunComparison) -> String {
    let isFalse = comparison.labels[joined] == .nonMember
    let (one, two) = (comparison.left.run.name, comparison.right.run.name)
    switch comparison.fate(of: joined) {
    case .both: return isFalse ? "false positive of both" : "both"
    case .neither: return "neither"
    case .onlyLeft: return isFalse ? "false positive of \(one)" : "only by \(one)"
    case .onlyRight: return isFalse ? "false positive of \(two)" : "only by \(two)"
    }
  }

  /// The beginning of the text, from whichever run has it; the id where neither does.
  private static func text(
    _ joined: Int, _ comparison: RunComparison, _ redaction: Redaction
  ) -> String {
    let sides = [
      (comparison.left.analysis.table, comparison.join.left[joined]),
      (comparison.right.analysis.table, comparison.join.right[joined]),
    ]
    for (table, row) in sides {
      guard let table else { continue }
      let bytes = table.textBytes(Int(row), atMost: 256)
      if !bytes.isEmpty { return redaction.text(String(decoding: bytes, as: UTF8.self)) }
    }
    return redaction.id(comparison.id(of: joined))
  }
}
