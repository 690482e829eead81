extension Table {
  /// What the mouse does to a table.
  package enum Gesture: Hashable, Sendable {
    case move(TableState.Move)
    /// A row was clicked.
    case row(Int)
    /// A column's title was clicked.
    case header(column: Int)
  }

  /// The wheel scrolls, a click chooses, and holding the button selects along.
  package func gesture(_ mouse: Mouse, in area: Rect, state: TableState) -> Gesture? {
    guard area.contains(mouse.point) else { return nil }
    switch mouse.kind {
    case .wheel(.up): return .move(.scroll(-3))
    case .wheel(.down): return .move(.scroll(3))
    case .press(.left), .drag(.left):
      let isPress = mouse.kind == .press(.left)
      switch hit(mouse.point, in: area, state: state) {
      case .row(let row, _): return isPress ? .row(row) : .move(.to(row))
      case .scrollbar(let first): return .move(.scroll(first - state.top))
      case .header(let column): return isPress ? .header(column: column) : nil
      case nil: return nil
      }
    default: return nil
    }
  }
}
