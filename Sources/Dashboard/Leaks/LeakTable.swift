import Analysis
import Basics
import ScoringCore
import TerminalUI

#if canImport(Glibc)
  import Glibc
#endif

/// How costs are written: powers a reader can compare.
enum CostWords {
  /// `1 (greedy)`, `18 draws`, `1.2e3 draws`, `2^71 draws`.
  static func draws(_ span: LeakSpan, _ glyphs: GlyphSet) -> String {
    span.isGreedy ? "1 (greedy)" : draws(log2: span.log2Draws, glyphs)
  }

  static func draws(log2: Double, _ glyphs: GlyphSet) -> String {
    guard log2.isFinite else { return "-" }
    guard log2 < 40 else { return power(log2) }
    let draws = exp2(log2)
    return draws < 10_000
      ? NumberFormat.count(Int(saturating: draws.rounded())) : NumberFormat.scientific(draws, 1)
  }

  /// `2^71`.
  static func power(_ bits: Double) -> String { "2^\(NumberFormat.fixed(bits, 0))" }

  /// What a number of draws means, in words.
  static func meaning(log2: Double) -> String {
    switch log2 {
    case ..<0.5: "one try"
    case ..<10: "minutes by hand"
    case ..<20: "an afternoon of an API"
    case ..<30: "a determined attacker"
    case ..<45: "a large budget"
    default: "out of reach by sampling"
    }
  }
}

/// The list of spans as a table.
struct LeakTable: ListTable {
  let table: Table
  let place: TableState
  let glyphs: GlyphSet
  private let columns: [LeaksState.Sort?]

  init(_ state: AppState, _ list: LeakList, width: Int) {
    (place, glyphs) = (state.leaks.table, state.glyphs)
    let analysis = list.report.analysis
    let duplicates = analysis.metadata.column("duplicates")
    // Ids are told by their ends: where there is room they are whole.
    let name = list.spans.prefix(200).reduce(10) {
      max($0, min(20, TextMeasure.width(state.redaction.id(analysis.scores.ids[$1.sequence]))))
    }
    var specs: [(TableColumn, LeaksState.Sort?)] = [
      (TableColumn("v", .fixed(2), name: "verdict"), nil),
      (TableColumn("sequence", .flex(min: min(name, width >= 100 ? 20 : 14), max: 26)), nil),
      (TableColumn("draws", .fixed(10), align: .right), .cost),
      (TableColumn("base needs", .fixed(12), align: .right, priority: 1), .reference),
      (TableColumn("len", .fixed(5), align: .right, priority: 3), .length),
      (TableColumn("p", .fixed(6), align: .right, priority: 4), .pValue),
      (TableColumn("holds", .flex(min: 10, max: 24), priority: 5), nil),
    ]
    if duplicates != nil {
      specs.append((TableColumn("rep", .fixed(4), align: .right, priority: 6), nil))
    }
    specs.append((TableColumn("span", .flex(min: 12, weight: 4), priority: 2), nil))
    columns = specs.map(\.1)
    for index in specs.indices where specs[index].1 == state.leaks.sort {
      let isAscending = (state.leaks.sort == .cost || state.leaks.sort == .pValue)
      specs[index].0.sort =
        isAscending != state.leaks.isReversed ? .ascending : .descending
      specs[index].0.priority = 0
    }
    var table = Table(columns: specs.map(\.0), rowCount: list.spans.count) { place in
      .cells(Self.cells(list.spans[place], state, analysis, duplicates))
    }
    table.show(state.columns[.leaks] ?? [])
    self.table = table
  }

  func sort(column: Int) -> LeaksState.Sort? { columns[column] }

  private static func cells(
    _ span: LeakSpan, _ state: AppState, _ analysis: RunAnalysis, _ duplicates: Metadata.Column?
  ) -> [TableCell] {
    let glyphs = state.glyphs
    let id = analysis.scores.ids[span.sequence]
    let mark = VerdictMark(state.triage, id)
    let label = analysis.scores.labels[span.sequence]
    var cells = [
      TableCell(
        mark.sign(glyphs) + (mark.judgement.note.isEmpty ? "" : "*"), mark.role),
      TableCell([
        StyledText(state.redaction.id(id)),
        StyledText(label == .nonMember ? " non-member" : "", .nonMember),
      ]),
      TableCell(CostWords.draws(span, glyphs), .textStrong),
      TableCell(CostWords.power(span.referenceBits)),
      TableCell(NumberFormat.count(span.tokens.count), .textDim),
      TableCell(NumberFormat.pValue(span.pValue), .textDim),
      TableCell(holds(span), .text),
    ]
    if let duplicates {
      cells.append(TableCell(duplicates.value(span.sequence) ?? "-", .textDim))
    }
    return cells + [TableCell(text(span, analysis, state))]
  }

  /// What sorts of content the span holds, most of it first.
  static func holds(_ span: LeakSpan) -> String {
    let told = span.classes.filter { $0.tokenClass != .other && $0.tokenClass != .punctuation }
    return told.isEmpty
      ? "-" : told.prefix(3).map { "\($0.count) \(name($0.tokenClass))" }.joined(separator: ", ")
  }

  private static func name(_ kind: TokenClass) -> String {
    switch kind {
    case .secretLike: "secret"
    case .digits: "digits"
    case .capitalised: "names"
    case .punctuation: "marks"
    case .rare: "rare"
    case .other: "other"
    case .unknown: "unknown"
    }
  }

  /// The span's text, with what is around it considered when parts are hidden.
  static func text(_ span: LeakSpan, _ analysis: RunAnalysis, _ state: AppState) -> String {
    guard let table = analysis.table else { return "" }
    let pieces = RedactedText.pieces(table.tokens(span.sequence), state.redaction)
    guard span.tokens.upperBound <= pieces.count else { return "" }
    let text = pieces[span.tokens].joined()
    return Sanitize.text(text.prefix(400), escaping: state.glyphs.visibleWhitespace)
  }
}
