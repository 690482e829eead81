/// Lines of text in a box over the screen, scrolled when there are more than fit.
package struct TextOverlay: Hashable, Sendable {
  package var title: String
  package var note: String
  package var lines: [StyledText]
  package var scroll: Int

  package init(title: String, note: String = "", lines: [StyledText] = [], scroll: Int = 0) {
    self.title = title
    self.note = note
    self.lines = lines
    self.scroll = scroll
  }

  /// The cells a line may take.
  package func textWidth(in area: Rect) -> Int { max(1, min(area.width, 84) - 5) }

  /// The furthest it can be scrolled in an area.
  package func lastScroll(in area: Rect) -> Int {
    max(0, lines.count - Panel().inner(of: box(in: area)).height)
  }

  private func box(in area: Rect) -> Rect {
    let width = min(area.width, 84)
    let height = min(area.height, lines.count + 2)
    return Rect(
      x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width: width,
      height: height)
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let box = box(in: area)
    guard !box.isEmpty else { return }
    frame.fill(box, style: .text)
    let panel = Panel(title, note: note, isFocused: true)
    panel.draw(in: box, on: &frame, glyphs: glyphs)
    let (content, bar) = panel.inner(of: box).inset(horizontal: 1, vertical: 0).splitRight(1)
    let first = min(max(0, scroll), lastScroll(in: area))
    for (index, line) in lines.dropFirst(first).prefix(content.height).enumerated() {
      frame.putLine([line], in: content.splitTop(index).rest, glyphs: glyphs)
    }
    Scrollbar(total: lines.count, visible: content.height, first: first)
      .draw(in: bar, on: &frame, glyphs: glyphs)
  }
}
