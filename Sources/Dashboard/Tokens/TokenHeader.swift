import ScoringCore
import TerminalUI

/// What sequence is shown and how it scores, above its text.
struct TokenHeader {
  let state: AppState
  let detail: SequenceDetail

  func draw(in area: Rect, on frame: inout Frame) {
    frame.putLine(name, in: area, look: state.look)
    frame.putLine(place, in: area, align: .right, look: state.look)
    frame.putLine(figures, in: area.splitTop(1).rest, look: state.look)
  }

  private var name: [TerminalUI.Span] {
    let analysis = detail.analysis
    let label = analysis.scores.labels[detail.row]
    var spans = [
      TerminalUI.Span(detail.id, .title), Span("  "), Span(label.name, label.role),
    ]
    for key in ["family", "duplicates"] {
      if let value = analysis.metadata.column(key)?.value(detail.row) {
        guard key == "family" || value != "1" else { continue }
        let shown = detail.redaction.metadata(value, of: key)
        spans.append(Span(key == "family" ? "  \(shown)" : "  \(shown) copies", .textDim))
      }
    }
    let mark = VerdictMark(state.triage, detail.id)
    let text = mark.text(state.look)
    if !text.isEmpty { spans.append(Span("  " + text, mark.role)) }
    if !mark.judgement.note.isEmpty {
      spans.append(Span("  " + state.redaction.text(mark.judgement.note), .textStrong))
    }
    return spans
  }

  private var place: [TerminalUI.Span] {
    guard let order = state.currentOrder, order.row(state.sequences.list.selected) == detail.row
    else { return [] }
    let number = NumberFormat.count(state.sequences.list.selected + 1)
    return state.triage.trouble
      + [Span("\(number) of \(NumberFormat.count(order.count))", .textDim)]
  }

  /// The score, what it is made of, and the losses behind it.
  private var figures: [TerminalUI.Span] {
    var spans: [TerminalUI.Span] = []
    func add(_ name: String, _ value: TerminalUI.Span, _ unit: String = "") {
      spans.append(Span(spans.isEmpty ? "\(name) " : "  \(name) ", .textDim))
      spans.append(value)
      if !unit.isEmpty { spans.append(Span(unit, .textDim)) }
    }
    let analysis = detail.analysis
    let attack = state.attackIndex(in: analysis)
    if analysis.scores.columns.indices.contains(attack) {
      let column = analysis.scores.columns[attack]
      add(column.attack, Span(column[detail.row].text, .textStrong))
      let p = analysis.attacks[attack].pValues
      if p.indices.contains(detail.row), !p[detail.row].isNaN {
        add("p", Span(NumberFormat.pValue(p[detail.row])))
      }
    }
    if let masses = detail.measure?.masses {
      add("P", Span(NumberFormat.fixed(masses.up, 2), .barUp))
      add("N", Span(NumberFormat.fixed(masses.down, 2), .barDown), " nats")
      add("errors", Span("\(masses.errors)/\(masses.eligible)"))
    }
    if let loss = detail.loss(detail.target) {
      add("loss", Span(NumberFormat.fixed(loss, 2)))
      if let base = detail.loss(detail.reference) {
        spans.append(Span(", base ", .textDim))
        spans.append(Span(NumberFormat.fixed(base, 2)))
      }
    }
    return spans
  }
}
