import TerminalUI

/// A screen's list as a table, with the place it is scrolled to.
protocol ListTable {
  var table: Table { get }
  var place: TableState { get }
  var glyphs: GlyphSet { get }
}

extension ListTable {
  /// The rows on screen.
  func page(in area: Rect) -> Int { table.page(in: area) }

  /// What the mouse does to the list; nil beside it.
  func gesture(_ mouse: Mouse, in area: Rect) -> Table.Gesture? {
    table.gesture(mouse, in: area, state: place)
  }

  func draw(in area: Rect, on frame: inout Frame) {
    table.draw(in: area, on: &frame, state: place, glyphs: glyphs)
  }
}

extension TableState.Move {
  /// The move that an action is in every list; nil for one that moves nothing.
  init?(_ action: Action) {
    switch action {
    case .up: self = .up
    case .down: self = .down
    case .pageUp: self = .pageUp
    case .pageDown: self = .pageDown
    case .halfPageUp: self = .halfPageUp
    case .halfPageDown: self = .halfPageDown
    case .first: self = .home
    case .last: self = .end
    default: return nil
    }
  }
}

extension Set {
  /// Takes a member in, or out if it is in.
  mutating func toggle(_ member: Element) {
    if remove(member) == nil { insert(member) }
  }
}
