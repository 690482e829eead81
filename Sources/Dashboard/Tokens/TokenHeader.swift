import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What sequence is shown and how it scores, above its text.
struct TokenHeader {
  let state: AppState
  let detail: SequenceDetail

  func draw(in area: Rect, on frame: inout Frame) {
    let place = place
    let width = place.reduce(0) { $0 + TextMeasure.width($1.text) }
    // A long id ends where the place in the list begins.
    frame.putLine(
      name, in: area.splitRight(width == 0 ? 0 : min(area.width, width + 2)).rest,
      glyphs: state.glyphs)
    frame.putLine(place, in: area, align: .right, glyphs: state.glyphs)
    frame.putLine(figures, in: area.splitTop(1).rest, glyphs: state.glyphs)
  }

  private var name: [StyledText] {
    let analysis = detail.analysis
    let label = analysis.scores.labels[detail.row]
    var spans = [
      StyledText(state.redaction.id(detail.id), .title), StyledText("  "),
      StyledText(label.name, label.role),
    ]
    for key in ["family", "duplicates"] {
      if let value = analysis.metadata.column(key)?.value(detail.row) {
        guard key == "family" || value != "1" else { continue }
        let shown = detail.redaction.metadata(value, of: key)
        spans.append(StyledText(key == "family" ? "  \(shown)" : "  \(shown) copies", .textDim))
      }
    }
    let mark = VerdictMark(state.triage, detail.id)
    let text = mark.text(state.glyphs)
    if !text.isEmpty { spans.append(StyledText("  " + text, mark.role)) }
    if !mark.judgement.note.isEmpty {
      spans.append(StyledText("  " + detail.redaction.text(mark.judgement.note), .textStrong))
    }
    return spans
  }

  private var place: [StyledText] {
    guard let order = state.currentOrder, order.row(state.sequences.list.selected) == detail.row
    else { return [] }
    let number = NumberFormat.count(state.sequences.list.selected - order.firstPlace + 1)
    return state.triage.trouble
      + [StyledText("\(number) of \(NumberFormat.count(order.rows.count))", .textDim)]
  }

  /// The score, what it is made of, and the losses behind it.
  var figures: [StyledText] {
    var spans: [StyledText] = []
    func add(_ name: String, _ value: StyledText, _ unit: String = "") {
      spans.append(StyledText(spans.isEmpty ? "\(name) " : "  \(name) ", .textDim))
      spans.append(value)
      if !unit.isEmpty { spans.append(StyledText(unit, .textDim)) }
    }
    let analysis = detail.analysis
    if let attack = state.shownAttack(in: analysis) {
      let column = analysis.scores.columns[attack]
      add(column.attack, StyledText(column[detail.row].text, .textStrong))
      let p = analysis.attacks[attack].pValues
      if p.indices.contains(detail.row), !p[detail.row].isNaN {
        add("p", StyledText(NumberFormat.pValue(p[detail.row])))
      }
    }
    if let masses = detail.measure?.masses {
      add("P", StyledText(NumberFormat.fixed(masses.up, 2), .barUp))
      add("N", StyledText(NumberFormat.fixed(masses.down, 2), .barDown), " nats")
      add("errors", StyledText("\(masses.errors)/\(masses.eligible)"))
    }
    if let loss = detail.loss(detail.target) {
      add("loss", StyledText(NumberFormat.fixed(loss, 2)))
      if let base = detail.loss(detail.reference) {
        spans.append(StyledText(", base ", .textDim))
        spans.append(StyledText(NumberFormat.fixed(base, 2)))
      }
    }
    return spans
  }
}
