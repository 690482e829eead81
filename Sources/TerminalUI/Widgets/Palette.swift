/// Things to choose from, by name or by what is said of them: typing narrows the list, the best match
/// first.
package struct Palette: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    package var name: String
    package var note: String
    /// The keys that do the same.
    package var keys: String

    package init(_ name: String, note: String = "", keys: String = "") {
      self.name = name
      self.note = note
      self.keys = keys
    }
  }

  package var title: String
  package var placeholder: String
  package var items: [Item]
  package var query: PromptState
  package var selected: Int

  package init(
    title: String = "Commands", placeholder: String = "type a command", items: [Item],
    query: PromptState = PromptState(), selected: Int = 0
  ) {
    self.title = title
    self.placeholder = placeholder
    self.items = items
    self.query = query
    self.selected = selected
  }

  /// The items that match, by number: those that begin with the query, hold it, hold its words in
  /// name or note, then those that spread it.
  package var matches: [Int] {
    let words = query.text.lowercased().split(separator: " ")
    guard !words.isEmpty else { return Array(items.indices) }
    let wanted = words.joined()
    let ranked = items.indices.compactMap { index -> (rank: Int, index: Int)? in
      let name = items[index].name.lowercased()
      let packed = name.filter { $0 != " " }
      if packed.hasPrefix(wanted) { return (0, index) }
      if packed.contains(wanted) { return (1, index) }
      let about = name + " " + items[index].note.lowercased()
      if words.allSatisfy({ about.contains($0) }) { return (2, index) }
      var rest = packed[...]
      for letter in wanted {
        guard let place = rest.firstIndex(of: letter) else { return nil }
        rest = rest[rest.index(after: place)...]
      }
      return (3, index)
    }
    return ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.index)
  }

  /// The number of the item that would be chosen.
  package var chosen: Int? {
    let matches = matches
    return matches.isEmpty ? nil : matches[min(max(0, selected), matches.count - 1)]
  }

  /// The item that would be chosen.
  package var choice: Item? { chosen.map { items[$0] } }

  private func box(in area: Rect) -> Rect {
    let width = min(area.width, max(64, area.width * 3 / 5))
    let height = min(area.height, max(16, area.height * 2 / 3))
    return Rect(
      x: area.x + (area.width - width) / 2, y: area.y + min(2, (area.height - height) / 2),
      width: width, height: height)
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let box = box(in: area)
    guard !box.isEmpty else { return }
    frame.fill(box, style: .text)
    Panel(title, note: "Enter chooses", isFocused: true).draw(in: box, on: &frame, glyphs: glyphs)
    let (top, rest) = Panel().inner(of: box).splitRight(1).rest.splitTop(1)
    let matches = matches
    Prompt(
      label: ":", state: query, placeholder: placeholder,
      note: StyledText("\(matches.count)/\(items.count)", .textDim)
    ).draw(in: top.splitLeft(1).rest, on: &frame, glyphs: glyphs)
    guard !matches.isEmpty else {
      frame.putLine(" Nothing matches.", in: rest, style: Style(.textDim), glyphs: glyphs)
      return
    }
    let columns = [
      TableColumn("", .flex(min: 8, weight: 2)),
      TableColumn("", .flex(min: 6, weight: 3), priority: 1),
      TableColumn("", .fixed(8), align: .right, priority: 2),
    ]
    var table = Table(columns: columns, rowCount: matches.count) { row in
      let item = items[matches[row]]
      return .cells([
        TableCell(item.name), TableCell(item.note, .textDim), TableCell(item.keys, .hintKey),
      ])
    }
    table.hasHeader = false
    var state = TableState(selected: selected)
    state.settle(rowCount: matches.count, page: table.page(in: rest))
    let cursor = frame.cursor
    table.draw(in: rest, on: &frame, state: state, glyphs: glyphs)
    frame.cursor = cursor
  }
}
