/// A screen as a value: rows of cells that carry roles, drawn without any terminal.
package struct Frame: Hashable, Sendable {
  package let size: Size
  package private(set) var cells: [Cell]
  /// Where the terminal's cursor is to stand (the focused item, for screen readers), if anywhere.
  package var cursor: Point?

  package init(size: Size, style: Style = .text) {
    let size = Size(width: max(0, size.width), height: max(0, size.height))
    self.size = size
    cells = Array(
      repeating: Cell(glyph: .space, style: style), count: size.width * size.height)
  }

  package var bounds: Rect { Rect(size) }

  package subscript(_ point: Point) -> Cell {
    bounds.contains(point) ? cells[point.y * size.width + point.x] : .blank
  }

  /// Writes one glyph, `width` cells wide, if it fits in `clip`; blanks what it cuts in half.
  package mutating func put(
    _ glyph: Glyph, width: Int, at point: Point, style: Style, clip: Rect? = nil
  ) {
    let clip = clip?.intersection(bounds) ?? bounds
    guard clip.contains(point), width > 0 else { return }
    let index = point.y * size.width + point.x
    guard point.x + width <= clip.maxX else {
      set(index, Cell(glyph: .space, style: style))
      return
    }
    set(index, Cell(glyph: glyph, style: style))
    if width == 2 { set(index + 1, Cell(glyph: .continuation, style: style)) }
  }

  /// Changes how existing cells look without touching what they show.
  package mutating func restyle(_ area: Rect, _ change: (inout Style) -> Void) {
    let area = area.intersection(bounds)
    for y in area.minY..<area.maxY {
      for x in area.minX..<area.maxX { change(&cells[y * size.width + x].style) }
    }
  }

  /// Fills an area with one narrow glyph.
  package mutating func fill(_ area: Rect, _ glyph: Glyph = .space, style: Style) {
    let area = area.intersection(bounds)
    for y in area.minY..<area.maxY {
      for x in area.minX..<area.maxX { put(glyph, width: 1, at: Point(x: x, y: y), style: style) }
    }
  }

  private mutating func set(_ index: Int, _ cell: Cell) {
    let x = index % size.width
    // A wide glyph that loses one of its halves must not leave the other behind.
    if cells[index].glyph == .continuation, x > 0, cell.glyph != .continuation {
      cells[index - 1].glyph = .space
    }
    if x + 1 < size.width, cells[index + 1].glyph == .continuation {
      cells[index + 1].glyph = .space
    }
    cells[index] = cell
  }
}
