import Basics
import ScoringCore
import TerminalUI

#if canImport(Glibc)
  import Glibc
#endif

/// Everything known of the token under the cursor.
struct TokenInspector {
  let detail: SequenceDetail
  let tint: TokenTint
  let token: Int
  let glyphs: GlyphSet

  func draw(in area: Rect, isBeside: Bool, on frame: inout Frame) {
    let title = "token \(NumberFormat.count(token)) of \(NumberFormat.count(detail.count - 1))"
    let panel = Panel(title, note: status)
    panel.draw(in: area, on: &frame, glyphs: glyphs)
    let inner = panel.inner(of: area).inset(horizontal: 1, vertical: 0)
    if isBeside {
      var rows = words + [.gap] + figures
      if let note { rows += [.gap, .note(note)] }
      rows += windows
      if !detail.missing.isEmpty {
        rows += [.gap, .note("not in this run: " + detail.missing.joined(separator: ", "))]
      }
      let used = KeyValue(rows).height(width: inner.width)
      KeyValue(rows).draw(in: inner, on: &frame, glyphs: glyphs)
      drawStrongest(in: inner.splitTop(used + 1).rest, on: &frame)
      return
    }
    let (left, right) = inner.splitLeft(inner.width * 9 / 20)
    KeyValue(words + (note.map { [.note($0)] } ?? []))
      .draw(in: left, on: &frame, glyphs: glyphs)
    KeyValue(figures).draw(in: right.splitLeft(2).rest, on: &frame, glyphs: glyphs)
  }

  /// The zone's strongest shifts, as bars of one scale: what `}` steps through.
  private func drawStrongest(in area: Rect, on frame: inout Frame) {
    let strongest = detail.strongestFirst.prefix(min(12, max(0, area.height - 1)))
    guard tint.view == .shift, area.height >= 3, let most = strongest.first,
      let largest = detail.shift(most).map({ abs($0) })
    else { return }
    frame.putLine("Strongest shifts in the zone", in: area, style: Style(.heading), glyphs: glyphs)
    var row = area.splitTop(1).rest.splitTop(1).top
    let width = min(14, area.width / 3)
    for token in strongest {
      guard let shift = detail.shift(token) else { continue }
      let isHere = token == self.token
      frame.putLine(
        [
          StyledText(
            Sanitize.text(detail.tokens[token].prefix(40), escaping: glyphs.visibleWhitespace),
            isHere ? .accent : .text)
        ],
        in: row.splitLeft(width).left, glyphs: glyphs)
      let (_, rest) = row.splitLeft(width + 1)
      frame.putLine(
        NumberFormat.signed(shift, 2), in: rest.splitLeft(6).left,
        style: Style(shift < 0 ? .barDown : .barUp), align: .right, glyphs: glyphs)
      Progress.bar(
        abs(shift) / largest, in: rest.splitLeft(8).rest, on: &frame,
        role: shift < 0 ? .barDown : .barUp, glyphs: glyphs)
      row = Rect(x: row.x, y: row.y + 1, width: row.width, height: 1)
    }
  }

  /// What the token is to the zone, in a few words.
  private var status: String {
    guard token > 0 else { return "not predicted" }
    guard let marks = detail.marks else { return "" }
    switch marks[token - 1] {
    case .inside: return "in the zone"
    case .eligible: return "outside the zone"
    case .outside: return "not counted"
    }
  }

  private var words: [KeyValue.Row] {
    var rows: [KeyValue.Row] = [.pair("token", [quoted(detail.tokens[token], .textStrong)])]
    if let choice = detail.choice(token) {
      rows.append(.pair("wanted", [quoted(choice, .text)]))
    } else if token > 0, detail.isError(token) == false {
      rows.append(.pair("wanted", [StyledText("the true token", .textDim)]))
    } else if token > 0, !detail.knowsChoices {
      rows.append(.pair("wanted", [StyledText("not recorded", .textDim)]))
    }
    return rows
  }

  private func quoted(_ text: String, _ role: Role) -> StyledText {
    let shown = text.prefix(120)
    let safe = Sanitize.text(shown, escaping: glyphs.visibleWhitespace)
    return StyledText(
      "\"\(safe)\"" + (shown.endIndex < text.endIndex ? glyphs.ellipsis.text : ""), role)
  }

  private var figures: [KeyValue.Row] {
    guard token > 0 else { return [.note("Nothing comes before it, so nothing predicts it.")] }
    var rows: [KeyValue.Row] = []
    if let target = detail.target { rows.append(probability("target", target)) }
    if let reference = detail.reference { rows.append(probability("base", reference)) }
    if let shift = detail.shift(token) {
      rows.append(
        .pair(
          "shift",
          [
            StyledText(NumberFormat.signed(shift, 2), shift < 0 ? .barDown : .barUp),
            StyledText(" nats" + factor(shift), .textDim),
          ]))
    }
    if let share = detail.share(token) {
      let mass = share.ofUpward ? "P" : "N"
      rows.append(
        .pair(
          "share",
          [
            StyledText(NumberFormat.percent(share.share), share.ofUpward ? .barUp : .barDown),
            StyledText(" of \(mass)", .textDim),
          ]))
    }
    if let ranks = detail.ranks {
      rows.append(.pair("rank", [StyledText(NumberFormat.count(Int(ranks[token - 1])))]))
    }
    return rows
  }

  private func probability(_ name: String, _ logprobs: [Float]) -> KeyValue.Row {
    let value = Double(logprobs[token - 1])
    let p = exp(value)
    let shown = p >= 0.0001 || p == 0 ? NumberFormat.percent(p, p < 0.01 ? 2 : 1) : tiny(p)
    return .pair(
      "p " + name,
      [StyledText(shown), StyledText("  ln \(NumberFormat.fixed(value, 3))", .textDim)])
  }

  private func tiny(_ p: Double) -> String { NumberFormat.scientific(p, 1) }

  /// How many times likelier the token became, or less likely.
  private func factor(_ shift: Double) -> String {
    guard shift.isFinite, abs(shift) >= 0.05 else { return "" }
    let factor = exp(abs(shift))
    let number =
      factor < 10
      ? NumberFormat.fixed(factor, 1)
      : factor < 1e6
        ? NumberFormat.count(Int(saturating: factor.rounded())) : NumberFormat.scientific(factor, 1)
    return "  " + (shift > 0 ? glyphs.pick("×", "x") : glyphs.pick("÷", "/")) + number
  }

  /// A sentence that says what the figures mean.
  private var note: String? {
    guard token > 0, let shift = detail.shift(token), let marks = detail.marks else { return nil }
    switch marks[token - 1] {
    case .outside: return "This position does not count."
    case .eligible: return "Predicted right: not in the zone, so it adds nothing to P or N."
    case .inside:
      if shift > 0 { return "Wrong, yet fine-tuning raised the true token: a trace of memory." }
      if shift < 0 { return "Wrong, and fine-tuning lowered the true token." }
      return "Wrong, and fine-tuning changed nothing."
    }
  }

  private var windows: [KeyValue.Row] {
    guard tint.view == .windows, !tint.votes.isEmpty else { return [] }
    let rows = tint.votes.map { vote -> KeyValue.Row in
      let share = NumberFormat.percent(Double(vote.won) / Double(vote.total), 0)
      let best = NumberFormat.signed(vote.bestShift, 1)
      return .pair(
        String(vote.length),
        [
          StyledText(share),
          StyledText("  \(best) at \(vote.best + 1)-\(vote.bestEnd + 1)", .textDim),
        ])
    }
    return [.gap, .heading("Windows won, and the best one")] + rows
  }
}
