/// What a cell of a table shows: one line of styled pieces.
package struct TableCell: Hashable, Sendable {
  package var spans: [StyledText]

  package init(_ spans: [StyledText]) { self.spans = spans }
  package init(_ text: String, _ role: Role = .text) { spans = [StyledText(text, role)] }
  package init(_ text: String, style: Style) { spans = [StyledText(text, style)] }
}

/// A row as the table draws it.
package enum TableRow: Hashable, Sendable {
  /// One cell for each column, in the order of the columns.
  case cells([TableCell])
  /// A heading over the rows that follow, with an optional note at its right.
  case section(String, note: String = "")
}

/// Rows and columns with a header, a selection and a scrollbar; it asks only for rows it shows.
package struct Table {
  /// A labelled line between two rows, such as where a false-discovery rate cuts the list.
  package struct Cut: Hashable, Sendable {
    /// The line is drawn above this row; at the row count it closes the list.
    package var above: Int
    package var label: String

    package init(above: Int, label: String) {
      self.above = above
      self.label = label
    }
  }

  package var columns: [TableColumn]
  /// The columns shown and their order, as places among `columns`; nil shows all that fit.
  package var shown: [Int]?
  package var rowCount: Int
  package var isFocused = true
  /// Labelled lines between rows, the uppermost first.
  package var cuts: [Cut]
  package var hasHeader = true
  /// Whether a rule is drawn under the column titles.
  package var hasRule = true
  /// The content of a row, asked for each row on screen and no other.
  package var row: (Int) -> TableRow

  package init(
    columns: [TableColumn], rowCount: Int, isFocused: Bool = true, cuts: [Cut] = [],
    row: @escaping (Int) -> TableRow
  ) {
    self.columns = columns
    self.rowCount = rowCount
    self.isFocused = isFocused
    self.cuts = cuts.sorted { $0.above < $1.above }
    self.row = row
  }

  /// Shows the columns of these names in this order; unknown names are passed over, and without any
  /// that is known all stay.
  package mutating func show(_ names: [String]) {
    let places = names.compactMap { name in columns.firstIndex { $0.name == name } }
    shown = places.isEmpty ? nil : places
  }

  /// The rows of data that fit below the header; `TableState` pages by it.
  package func page(in area: Rect) -> Int {
    let body = geometry(in: area).body.height
    return max(1, body - cuts.count)
  }

  /// Draws the table; `state` is settled by its owner, and read defensively here.
  package func draw(in area: Rect, on frame: inout Frame, state: TableState, glyphs: GlyphSet) {
    let geometry = geometry(in: area)
    guard !area.isEmpty else { return }
    drawHeader(geometry, on: &frame, glyphs: glyphs)
    for line in lines(in: geometry.body, state: state) {
      let area = Rect(x: geometry.body.x, y: line.y, width: geometry.body.width, height: 1)
      switch line.kind {
      case .cut(let label): drawCut(label, in: area, on: &frame, glyphs: glyphs)
      case .row(let index):
        drawRow(
          index, in: area, geometry: geometry, on: &frame, isSelected: index == state.selected,
          glyphs: glyphs)
      }
    }
    if let bar = geometry.scrollbar {
      Scrollbar(total: rowCount, visible: page(in: area), first: firstRow(state, area))
        .draw(in: bar, on: &frame, glyphs: glyphs)
    }
  }

  private func drawHeader(_ geometry: Geometry, on frame: inout Frame, glyphs: GlyphSet) {
    for column in geometry.columns {
      let column = (place: column, spec: columns[column.index])
      let arrow = column.spec.sort.map {
        $0 == .ascending ? glyphs.sortAscending.text : glyphs.sortDescending.text
      }
      let row = Rect(
        x: geometry.header.x + 1 + column.place.x, y: geometry.header.y,
        width: column.place.width, height: min(1, geometry.header.height))
      let arrowWidth = arrow == nil ? 0 : 2
      let title = column.spec.title
      let role: Role = arrow == nil ? .heading : .accent
      guard let arrow, row.width > arrowWidth else {
        frame.putLine(
          title, in: row, style: Style(role), align: column.spec.align, glyphs: glyphs)
        continue
      }
      let shown = TextMeasure.width(title) + arrowWidth
      let inset = column.spec.align == .right ? max(0, row.width - shown) : 0
      let (words, mark) = Rect(
        x: row.x + inset, y: row.y, width: min(shown, row.width), height: row.height
      ).splitRight(1)
      frame.putLine(
        title, in: words.splitRight(1).rest, style: Style(role), glyphs: glyphs)
      frame.putLine(arrow, in: mark, style: Style(role), glyphs: glyphs)
    }
    guard hasRule, geometry.header.height > 1 else { return }
    frame.fill(
      Rect(x: geometry.header.x, y: geometry.header.y + 1, width: geometry.header.width, height: 1),
      glyphs.pick("─", "-"), style: Style(.border))
  }

  private func drawCut(_ label: String, in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    frame.fill(area, glyphs.pick("╌", "="), style: Style(.threshold))
    guard !label.isEmpty, area.width > 8 else { return }
    let room = Rect(x: area.x + 3, y: area.y, width: area.width - 5, height: 1)
    frame.putLine(" " + label + " ", in: room, style: Style(.threshold), glyphs: glyphs)
  }

  private func drawRow(
    _ index: Int, in area: Rect, geometry: Geometry, on frame: inout Frame, isSelected: Bool,
    glyphs: GlyphSet
  ) {
    switch row(index) {
    case .section(let title, let note):
      let air = geometry.scrollbar == nil ? 0 : 1
      drawSection(title, note: note, in: area.splitRight(air).rest, on: &frame, glyphs: glyphs)
    case .cells(let cells):
      for column in geometry.columns where column.index < cells.count {
        let cell = Rect(x: area.x + 1 + column.x, y: area.y, width: column.width, height: 1)
        frame.putLine(
          cells[column.index].spans, in: cell, align: columns[column.index].align, glyphs: glyphs)
      }
    }
    guard isSelected else { return }
    let surface: Role = isFocused ? .selection : .selectionInactive
    frame.restyle(area) { $0.surface = surface }
    let mark = Point(x: area.x, y: area.y)
    frame.put(glyphs.gutter, at: mark, style: Style(.accent, on: surface), clip: area)
    frame.cursor = mark
  }

  private func drawSection(
    _ title: String, note: String, in area: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let (_, inner) = area.splitLeft(1)
    let taken = frame.putLine(title, in: inner, style: Style(.title), glyphs: glyphs)
    let (_, rest) = inner.splitLeft(taken + 1)
    guard rest.width > 2 else { return }
    let noteWidth = note.isEmpty ? 0 : TextMeasure.width(note) + 1
    let (line, right) = rest.splitRight(min(noteWidth, rest.width))
    frame.fill(line, glyphs.pick("─", "-"), style: Style(.border))
    frame.putLine(note, in: right, style: Style(.textDim), align: .right, glyphs: glyphs)
  }
}
