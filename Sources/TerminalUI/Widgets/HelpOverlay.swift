/// All keys in groups over the screen, filtered by what is typed, scrolled when long.
package struct HelpOverlay: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var keys: String
    package var text: String

    package init(_ keys: String, _ text: String) {
      self.keys = keys
      self.text = text
    }
  }

  package struct Group: Hashable, Sendable {
    package var title: String
    package var entries: [Entry]

    package init(_ title: String, _ entries: [Entry]) {
      self.title = title
      self.entries = entries
    }
  }

  package var title: String
  package var groups: [Group]
  package var filter: PromptState
  package var scroll: Int

  package init(
    title: String = "Keys", groups: [Group], filter: PromptState = PromptState(), scroll: Int = 0
  ) {
    self.title = title
    self.groups = groups
    self.filter = filter
    self.scroll = scroll
  }

  /// The groups with the entries that match every word of the filter.
  package var shown: [Group] {
    // Who types / to search finds the search that is open already.
    let words = filter.text.lowercased().drop { $0 == "/" }.split(separator: " ")
    guard !words.isEmpty else { return groups }
    return groups.compactMap { group in
      let entries = group.entries.filter { entry in
        let text = "\(entry.keys) \(entry.text) \(group.title)".lowercased()
        return words.allSatisfy { text.contains($0) }
      }
      return entries.isEmpty ? nil : Group(group.title, entries)
    }
  }

  /// The furthest it can be scrolled in an area.
  package func lastScroll(in area: Rect) -> Int {
    max(0, lineCount - content(of: box(in: area)).height)
  }

  private var lineCount: Int { shown.reduce(-1) { $0 + $1.entries.count + 2 } }

  private func box(in area: Rect) -> Rect {
    let width = min(area.width, 76)
    let height = min(area.height, groups.reduce(-1) { $0 + $1.entries.count + 2 } + 3)
    return Rect(
      x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width: width,
      height: height)
  }

  private func content(of box: Rect) -> Rect {
    let inner = Panel().inner(of: box)
    return inner.splitTop(inner.height > 3 ? 1 : 0).rest.inset(horizontal: 1, vertical: 0)
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let box = box(in: area)
    guard !box.isEmpty else { return }
    frame.fill(box, style: .text)
    Panel(title, note: "Esc closes", isFocused: true).draw(in: box, on: &frame, glyphs: glyphs)
    let inner = Panel().inner(of: box)
    if inner.height > 3 {
      let count = shown.reduce(0) { $0 + $1.entries.count }
      Prompt(
        label: "/", state: filter, placeholder: "type to filter",
        note: filter.text.isEmpty ? nil : StyledText("\(count) keys", .textDim)
      ).draw(in: inner.inset(horizontal: 1, vertical: 0), on: &frame, glyphs: glyphs)
    }
    let content = content(of: box)
    let first = min(max(0, scroll), lastScroll(in: area))
    let keys = groups.flatMap(\.entries).map { TextMeasure.width($0.keys) }.max() ?? 0
    for (index, line) in lines(keyWidth: min(keys, content.width / 2)).dropFirst(first)
      .prefix(content.height).enumerated()
    {
      let row = Rect(x: content.x, y: content.y + index, width: content.width, height: 1)
      frame.putLine(line, in: row, glyphs: glyphs)
    }
    let bar = Rect(x: content.maxX, y: content.y, width: 1, height: content.height)
    Scrollbar(total: lineCount, visible: content.height, first: first)
      .draw(in: bar.intersection(box), on: &frame, glyphs: glyphs)
    if shown.isEmpty {
      frame.putLine(
        "No key does that.", in: content, style: Style(.textDim), glyphs: glyphs)
    }
  }

  private func lines(keyWidth: Int) -> [[StyledText]] {
    var lines: [[StyledText]] = []
    for group in shown {
      if !lines.isEmpty { lines.append([]) }
      lines.append([StyledText(group.title, .heading)])
      for entry in group.entries {
        let pad = max(0, keyWidth - TextMeasure.width(entry.keys))
        lines.append([
          StyledText(entry.keys, .hintKey), StyledText(String(repeating: " ", count: pad + 2)),
          StyledText(entry.text),
        ])
      }
    }
    return lines
  }
}
