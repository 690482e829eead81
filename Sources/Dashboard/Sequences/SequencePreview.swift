import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The sequence under the list's cursor, tinted as on the Tokens screen, so that most verdicts need no
/// other screen.
final class SequencePreview: Sendable {
  let detail: SequenceDetail
  let sheet: TokenSheet
  let tint: TokenTint

  init(_ detail: SequenceDetail, width: Int, glyphs: GlyphSet, reusing old: SequencePreview?) {
    self.detail = detail
    sheet = TokenSheet(detail, width: width, glyphs: glyphs, reusing: old?.sheet)
    tint = TokenTint(.shift, detail, attack: detail.attack)
  }

  /// Draws as much of the text as fits, from a line above its strongest token.
  func drawText(in area: Rect, scale: ShiftScale, on frame: inout Frame, glyphs: GlyphSet) {
    let cursor = detail.strongest ?? 0
    let top = sheet.layout.scroll(from: 0, toShow: cursor, lines: max(1, area.height))
    TokenText(layout: sheet.layout, top: top) { [tint] token in
      Style(tint.role(token, scale: scale, tintsAll: false))
    }.draw(in: area, on: &frame, glyphs: glyphs)
  }
}

/// What stands below the list: who the selected sequence is, why it scores as it does, its text.
struct PreviewPane {
  let state: AppState
  let order: RowOrder

  func draw(in area: Rect, on frame: inout Frame) {
    let glyphs = state.glyphs
    guard let row = state.row, state.currentOrder != nil else {
      drawFold(in: area, on: &frame)
      return
    }
    let inner: Rect
    if area.height >= 5 {
      let panel = Panel(
        state.redaction.id(order.analysis.scores.ids[row]), note: note(row))
      panel.draw(in: area, on: &frame, glyphs: glyphs)
      inner = panel.inner(of: area).inset(horizontal: 1, vertical: 0)
    } else {
      inner = area.inset(horizontal: 1, vertical: 0)
    }
    let (top, body) = inner.splitTop(1)
    frame.putLine(figures(row), in: top, glyphs: glyphs)
    var rest = body
    if inner.height >= 4 {
      let about = about(row)
      if !about.isEmpty {
        frame.putLine(about, in: rest, glyphs: glyphs)
        rest = rest.splitTop(1).rest
      }
    }
    drawText(row, in: rest, on: &frame)
  }

  /// Where the text of the preview goes, which decides the width it is laid out for.
  static func textWidth(in area: Rect) -> Int {
    let inner = area.height >= 5 ? Panel().inner(of: area) : area
    return max(1, inner.width - 2)
  }

  private func drawText(_ row: Int, in area: Rect, on frame: inout Frame) {
    let glyphs = state.glyphs
    if let preview = state.sequences.preview, preview.detail.row == row {
      preview.drawText(in: area, scale: state.tokens.scale, on: &frame, glyphs: glyphs)
      return
    }
    let text = order.analysis.table.map { state.redaction.text($0.text(row)) } ?? ""
    let lines =
      text.isEmpty
      ? [missingText] : TextMeasure.wrap(text, width: area.width)
    for (index, line) in lines.prefix(area.height).enumerated() {
      frame.putLine(line, in: area.splitTop(index).rest, style: Style(.textDim), glyphs: glyphs)
    }
  }

  private var missingText: String {
    order.analysis.table == nil
      ? "Scores only: this run has no texts." : "Only the score of this sequence is kept."
  }

  private func note(_ row: Int) -> String {
    order.analysis.scores.labels[row].name
      + (order.analysis.isPrimary[row] ? "" : ", not in the figures")
  }

  /// The score and what it is made of, in words where numbers mislead.
  private func figures(_ row: Int) -> [StyledText] {
    let glyphs = state.glyphs
    let score = order.column[row]
    var spans = [StyledText(score.text, .textStrong)]
    let pValues = order.figures.pValues
    if pValues.indices.contains(row), !pValues[row].isNaN {
      let others = order.figures.evaluation.nonMembers
      let higher = max(0, Int(saturating: (pValues[row] * Double(others + 1)).rounded()) - 1)
      spans += [
        StyledText("  p \(NumberFormat.pValue(pValues[row]))"),
        StyledText(
          ": \(NumberFormat.count(higher)) of \(NumberFormat.counted(others, "non-member")) as high",
          .textDim),
      ]
    }
    if let zones = order.column.zones {
      spans += [
        StyledText("  P ", .textDim), StyledText(NumberFormat.fixed(zones.up[row], 2), .barUp),
        StyledText(glyphs.pick(" · N ", " / N "), .textDim),
        StyledText(NumberFormat.fixed(zones.down[row], 2), .barDown),
      ]
    }
    return spans
  }

  /// The note, what explains the class of the score, and the metadata.
  private func about(_ row: Int) -> [StyledText] {
    let redaction = state.redaction
    var spans: [StyledText] = []
    let note = state.triage.log.judgement(of: order.analysis.scores.ids[row]).note
    if !note.isEmpty { spans.append(StyledText("* \(redaction.text(note))  ", .textStrong)) }
    if let explanation = order.column[row].status.explanation {
      spans.append(StyledText(explanation + "  ", .textDim))
    }
    for column in order.analysis.metadata.columns {
      guard let value = column.value(row) else { continue }
      spans.append(
        StyledText("\(column.key) \(redaction.metadata(value, of: column.key))  ", .textDim))
    }
    return spans
  }

  private func drawFold(in area: Rect, on frame: inout Frame) {
    guard order.isFold(state.sequences.list.selected), area.height >= 3 else { return }
    let panel = Panel("Edge cases", note: NumberFormat.count(order.edgeCases.count))
    panel.draw(in: area, on: &frame, glyphs: state.glyphs)
    let inner = panel.inner(of: area).inset(horizontal: 1, vertical: 0)
    let why =
      "Their score is no number: nothing in the error zone became less likely, or no error is left "
      + "in it. A rule ranks them first, by how much became likelier. Enter lists them, or folds "
      + "them again."
    for (index, line) in TextMeasure.wrap(why, width: max(1, inner.width)).enumerated()
    where index < inner.height {
      frame.putLine(
        line, in: inner.splitTop(index).rest, style: Style(.textDim), glyphs: state.glyphs)
    }
  }
}

/// The token that speaks loudest for membership, of each row that was on screen.
struct StrongestTokens: Sendable {
  struct Entry: Sendable {
    var text: String
    var shift: Double
  }

  private var analysis: RunAnalysis?
  private var attack = ""
  private var redaction = Redaction.off
  private var entries: [Int: Entry] = [:]
  /// Rows remembered before all are forgotten.
  private static let limit = 4096

  subscript(_ row: Int) -> Entry? { entries[row] }

  /// Looks at the rows about to be drawn that were not looked at yet.
  mutating func look(
    at rows: some Sequence<Int>, of analysis: RunAnalysis, attack: String, _ redaction: Redaction
  ) {
    if self.analysis !== analysis || self.attack != attack || self.redaction != redaction
      || entries.count > Self.limit
    {
      (self.analysis, self.attack, self.redaction, entries) = (analysis, attack, redaction, [:])
    }
    for row in rows where entries[row] == nil {
      guard
        let detail = SequenceDetail(analysis, row: row, attack: attack, redaction: redaction),
        let token = detail.loudest, let shift = detail.shift(token)
      else { continue }
      entries[row] = Entry(text: detail.tokens[token], shift: shift)
    }
  }
}

extension SequenceDetail {
  /// The token whose shift goes up most: of the zone, or of all where the zone is empty.
  var loudest: Int? {
    if let strongest { return strongest }
    return (1..<max(1, count)).filter { shift($0)?.isFinite == true }.max {
      (shift($0) ?? 0) < (shift($1) ?? 0)
    }
  }
}
