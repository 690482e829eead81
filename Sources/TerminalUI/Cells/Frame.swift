/// A screen as a value: rows of cells that carry roles, drawn without any terminal.
package struct Frame: Hashable, Sendable {
  package let size: Size
  /// The cells row by row, `size.width * size.height` of them.
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

  /// The cell at a point; blank outside the frame.
  package subscript(_ point: Point) -> Cell {
    bounds.contains(point) ? cells[point.y * size.width + point.x] : .blank
  }

  /// The cells of one row; empty outside the frame.
  package func row(_ y: Int) -> ArraySlice<Cell> {
    guard y >= 0, y < size.height else { return [] }
    return cells[y * size.width..<(y + 1) * size.width]
  }

  /// Writes one glyph within `clip`; a wide glyph that does not fit leaves a blank.
  ///
  /// `width` may reserve more or fewer cells than the glyph takes: the rest is blank, and a wide
  /// glyph in one cell is blank. A wide glyph that loses a half to this one is blanked whole.
  package mutating func put(
    _ glyph: Glyph, width: Int? = nil, at point: Point, style: Style, clip: Rect? = nil
  ) {
    let clip = clip?.intersection(bounds) ?? bounds
    guard point.y >= clip.minY, point.y < clip.maxY, !glyph.isContinuation else { return }
    let width = width ?? glyph.width
    guard width > 0, point.x < clip.maxX, point.x + width > clip.minX else { return }
    let row = point.y * size.width
    if glyph.width <= width, point.x >= clip.minX, point.x + glyph.width <= clip.maxX {
      set(row + point.x, Cell(glyph: glyph, style: style))
      if glyph.width == 2 {
        set(row + point.x + 1, Cell(glyph: .continuation, style: style))
      }
      guard width > glyph.width else { return }
      blank(row, from: point.x + glyph.width, to: min(point.x + width, clip.maxX), style)
    } else {
      blank(row, from: max(point.x, clip.minX), to: min(point.x + width, clip.maxX), style)
    }
  }

  /// Changes how existing cells look without touching what they show.
  package mutating func restyle(_ area: Rect, _ change: (inout Style) -> Void) {
    let area = area.intersection(bounds)
    for y in area.minY..<area.maxY {
      for x in area.minX..<area.maxX { change(&cells[y * size.width + x].style) }
    }
  }

  /// Fills an area with one narrow glyph; a wide one leaves blanks.
  package mutating func fill(_ area: Rect, _ glyph: Glyph = .space, style: Style) {
    let area = area.intersection(bounds)
    guard !area.isEmpty else { return }
    let cell = Cell(glyph: glyph.width == 1 ? glyph : .space, style: style)
    for y in area.minY..<area.maxY {
      let row = y * size.width
      set(row + area.minX, cell)
      set(row + area.maxX - 1, cell)
      for index in row + area.minX..<row + area.maxX { cells[index] = cell }
    }
  }

  private mutating func blank(_ row: Int, from left: Int, to right: Int, _ style: Style) {
    var x = left
    while x < right {
      set(row + x, Cell(glyph: .space, style: style))
      x += 1
    }
  }

  private mutating func set(_ index: Int, _ cell: Cell) {
    let x = index % size.width
    // A wide glyph that loses one of its halves must not leave the other behind.
    if cells[index].glyph.isContinuation, x > 0, !cell.glyph.isContinuation {
      cells[index - 1].glyph = .space
    }
    if x + 1 < size.width, cells[index + 1].glyph.isContinuation {
      cells[index + 1].glyph = .space
    }
    cells[index] = cell
  }
}
