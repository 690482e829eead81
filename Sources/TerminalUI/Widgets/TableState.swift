/// What a table remembers between frames: the selected row and the first one shown.
package struct TableState: Hashable, Sendable {
  package var selected: Int
  package var top: Int

  package init(selected: Int = 0, top: Int = 0) {
    self.selected = selected
    self.top = top
  }

  package enum Move: Hashable, Sendable {
    case up, down, pageUp, pageDown, halfPageUp, halfPageDown, home, end
    case to(Int)
    /// Scrolls by rows; the selection follows only as far as it must.
    case scroll(Int)
  }

  /// Moves the selection and scrolls just enough to show it with a row or two of context.
  ///
  /// `page` is the count of rows on screen. Rows that are not `selectable` (section headers) are
  /// stepped over in the direction of the move.
  package mutating func move(
    _ move: Move, rowCount: Int, page: Int, selectable: (Int) -> Bool = { _ in true }
  ) {
    guard rowCount > 0 else {
      self = TableState()
      return
    }
    let page = max(1, page)
    let before = selected
    switch move {
    case .up: selected -= 1
    case .down: selected += 1
    case .pageUp: selected -= page
    case .pageDown: selected += page
    case .halfPageUp: selected -= max(1, page / 2)
    case .halfPageDown: selected += max(1, page / 2)
    case .home: selected = 0
    case .end: selected = rowCount - 1
    case .to(let row): selected = row
    case .scroll(let rows):
      let last = max(0, rowCount - page)
      top = min(max(0, top + rows), last)
      let margin = Self.margin(page)
      selected = max(selected, top + (top == 0 ? 0 : margin))
      selected = min(selected, top + page - 1 - (top == last ? 0 : margin))
    }
    selected = min(max(0, selected), rowCount - 1)
    let forward = selected > before || (selected == before && before == 0) || move == .home
    selected =
      nearest(from: selected, forward: forward, rowCount: rowCount, selectable: selectable)
      ?? before
    settle(rowCount: rowCount, page: page)
    // The header above the first selectable row would otherwise never come back on screen.
    if selected <= page, (0..<selected).allSatisfy({ !selectable($0) }) { top = 0 }
  }

  /// Brings selection and scroll back into range, as after a resize or a filter.
  package mutating func settle(rowCount: Int, page: Int) {
    guard rowCount > 0 else {
      self = TableState()
      return
    }
    let page = max(1, page)
    selected = min(max(0, selected), rowCount - 1)
    let margin = Self.margin(page)
    top = min(top, selected - margin)
    top = max(top, selected + margin - page + 1)
    top = min(max(0, top), max(0, rowCount - page))
  }

  /// The rows of context kept beyond the selection.
  private static func margin(_ page: Int) -> Int { page >= 8 ? 2 : page >= 4 ? 1 : 0 }

  private func nearest(
    from row: Int, forward: Bool, rowCount: Int, selectable: (Int) -> Bool
  ) -> Int? {
    let ahead = forward ? Array(row..<min(row + 64, rowCount)) : []
    let behind = Array((max(0, row - 63)...row).reversed())
    let other = forward ? behind : Array(row..<min(row + 64, rowCount))
    return (forward ? ahead + other : behind + other).first(where: selectable)
  }
}
