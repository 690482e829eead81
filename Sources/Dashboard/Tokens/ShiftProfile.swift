import Basics
import TerminalUI

/// The shifts of a whole text from left to right: bars above the axis went up, below it down.
///
/// A column that stands for several tokens shows the largest shift in each direction.
struct ShiftProfile {
  let detail: SequenceDetail
  let cursor: Int
  let tintsAll: Bool
  let scale: ShiftScale

  /// The rows it needs to be worth drawing.
  static let height = 9

  func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let panel = Panel(
      "Shift along the text", note: tintsAll || detail.zones.isEmpty ? "all tokens" : "error zone")
    panel.draw(in: area, on: &frame, glyphs: glyphs)
    let inner = panel.inner(of: area).inset(horizontal: 1, vertical: 0)
    guard inner.height >= 3, inner.width >= 10, detail.count > 1 else { return }
    let upper = inner.splitTop(inner.height / 2).top
    let lower = Rect(
      x: inner.x, y: upper.maxY + 1, width: inner.width, height: inner.maxY - upper.maxY - 1)
    let axis = Rect(x: inner.x, y: upper.maxY, width: inner.width, height: 1)
    frame.fill(axis, glyphs.isASCII ? "-" : "─", style: Style(.plotAxis))
    let columns = columns(inner.width)
    for (index, column) in columns.enumerated() {
      let x = inner.x + index * column.width
      rise(
        column.up / scale.clamp, Rect(x: x, y: upper.y, width: column.width, height: upper.height),
        on: &frame, glyphs: glyphs)
      hang(
        column.down / scale.clamp,
        Rect(x: x, y: lower.y, width: column.width, height: lower.height), on: &frame,
        glyphs: glyphs)
      if column.tokens.contains(cursor) {
        frame.put(
          glyphs.isASCII ? "^" : "◆", at: Point(x: x, y: axis.y), style: Style(.accent, [.bold]),
          clip: axis)
      }
    }
  }

  private struct Column {
    var tokens: Range<Int>
    var width: Int
    var up = 0.0
    var down = 0.0
  }

  private func columns(_ width: Int) -> [Column] {
    let count = detail.count
    let each = max(1, width / count)
    let shown = min(count, width)
    return (0..<shown).map { index in
      var column = Column(
        tokens: index * count / shown..<(index + 1) * count / shown, width: min(each, 4))
      for token in column.tokens where detail.isShown(token, tintsAll: tintsAll) {
        guard let shift = detail.tint(token), !shift.isNaN else { continue }
        column.up = max(column.up, shift)
        column.down = max(column.down, -shift)
      }
      return column
    }
  }

  private func rise(_ share: Double, _ area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard share > 0 else { return }
    let eighths = max(1, Int(saturating: (min(share, 1) * Double(area.height * 8)).rounded()))
    let full = area.splitBottom(eighths / 8).bottom
    frame.fill(full, glyphs.isASCII ? "#" : "█", style: Style(.barUp))
    guard eighths % 8 > 0 else { return }
    frame.fill(
      Rect(x: area.x, y: full.y - 1, width: area.width, height: 1).intersection(area),
      glyphs.bars[eighths % 8], style: Style(.barUp))
  }

  private func hang(_ share: Double, _ area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard share > 0 else { return }
    let eighths = max(1, Int(saturating: (min(share, 1) * Double(area.height * 8)).rounded()))
    let full = area.splitTop(eighths / 8).top
    frame.fill(full, glyphs.isASCII ? "#" : "█", style: Style(.barDown))
    let part = eighths % 8
    guard part > 0 else { return }
    // No font is sure to have bars that hang by eighths: a line, a half, or all of the cell.
    let tip: Glyph = glyphs.isASCII ? "'" : part <= 2 ? "▔" : part <= 5 ? "▀" : "█"
    frame.fill(
      Rect(x: area.x, y: full.maxY, width: area.width, height: 1).intersection(area), tip,
      style: Style(.barDown))
  }
}
