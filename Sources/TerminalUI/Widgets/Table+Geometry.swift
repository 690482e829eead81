extension Table {
  /// Where the parts of a table lie in an area.
  package struct Geometry: Hashable, Sendable {
    package let header: Rect
    package let body: Rect
    package let scrollbar: Rect?
    /// Columns that are shown, with places counted from one cell right of `body.x`.
    package let columns: [TableColumn.Placed]
  }

  /// What a point of the screen belongs to.
  package enum Hit: Hashable, Sendable {
    case header(column: Int)
    case row(Int, column: Int?)
    /// The scrollbar, and the row to show first when it is pressed there.
    case scrollbar(first: Int)
  }

  enum LineKind: Hashable { case row(Int), cut(String) }

  package func geometry(in area: Rect) -> Geometry {
    let ruled = hasRule && area.height >= 4
    let (header, body) = area.splitTop(area.height < 2 || !hasHeader ? 0 : ruled ? 2 : 1)
    let lines = rowCount + cuts.count
    let scrolls = lines > body.height && area.width >= 8
    let (inner, bar) = body.splitRight(scrolls ? 1 : 0)
    // One cell of gutter on the left, one of air before the scrollbar.
    let room = inner.width - 1 - (scrolls ? 1 : 0)
    return Geometry(
      header: header, body: inner, scrollbar: scrolls ? bar : nil,
      columns: placed(width: max(0, room), gap: area.width < 60 ? 1 : 2))
  }

  /// Of columns that were chosen the last gives way first.
  private func placed(width: Int, gap: Int) -> [TableColumn.Placed] {
    guard let shown else { return TableColumn.place(columns, width: width, gap: gap) }
    let chosen = shown.enumerated().map { place, index in
      var column = columns[index]
      column.priority = place
      return column
    }
    return TableColumn.place(chosen, width: width, gap: gap).map {
      TableColumn.Placed(index: shown[$0.index], x: $0.x, width: $0.width)
    }
  }

  /// Where a cell of a row lies on screen, for drawing more into it (a small plot, a bar).
  package func cell(row: Int, column: Int, in area: Rect, state: TableState) -> Rect? {
    let geometry = geometry(in: area)
    guard
      let line = lines(in: geometry.body, state: state).first(where: { $0.kind == .row(row) }),
      let place = geometry.columns.first(where: { $0.index == column })
    else { return nil }
    return Rect(x: geometry.body.x + 1 + place.x, y: line.y, width: place.width, height: 1)
  }

  /// The row, header or scrollbar at a point.
  package func hit(_ point: Point, in area: Rect, state: TableState) -> Hit? {
    let geometry = geometry(in: area)
    let column = geometry.columns.first {
      let x = geometry.body.x + 1 + $0.x
      return point.x >= x && point.x < x + $0.width
    }?.index
    if geometry.header.contains(point) { return column.map { .header(column: $0) } }
    if let bar = geometry.scrollbar, bar.contains(point) {
      let last = max(0, rowCount - page(in: area))
      let steps = max(1, bar.height - 1)
      return .scrollbar(first: last * (point.y - bar.y) / steps)
    }
    guard geometry.body.contains(point) else { return nil }
    for line in lines(in: geometry.body, state: state) where line.y == point.y {
      if case .row(let index) = line.kind { return .row(index, column: column) }
    }
    return nil
  }

  func firstRow(_ state: TableState, _ area: Rect) -> Int {
    min(max(0, state.top), max(0, rowCount - page(in: area)))
  }

  /// The screen lines of the body: rows from the first shown, and the cut where it falls.
  func lines(in body: Rect, state: TableState) -> [(y: Int, kind: LineKind)] {
    guard body.height > 0, rowCount > 0 else { return [] }
    let page = max(1, body.height - cuts.count)
    var index = min(max(0, state.top), max(0, rowCount - page))
    var lines: [(y: Int, kind: LineKind)] = []
    var y = body.y
    while y < body.maxY, index <= rowCount {
      // A cut just above the first row shown is scrolled away, except at the very top.
      for cut in cuts where cut.above == index && (index == 0 || !lines.isEmpty) && y < body.maxY {
        lines.append((y, .cut(cut.label)))
        y += 1
      }
      guard y < body.maxY, index < rowCount else { break }
      lines.append((y, .row(index)))
      y += 1
      index += 1
    }
    return lines
  }
}
