import Basics

/// Two panes side by side or one above the other, with a divider that can be dragged.
package struct Split: Hashable, Sendable {
  package enum Axis: Hashable, Sendable {
    /// Panes beside each other.
    case columns
    /// Panes above each other.
    case rows
  }

  package var axis: Axis
  /// The first pane's share of the space.
  package var fraction: Double
  package var minFirst: Int
  package var minSecond: Int
  /// Which pane is given up when both cannot have their least size.
  package var keepsFirst: Bool

  package init(
    _ axis: Axis, fraction: Double = 0.5, minFirst: Int = 1, minSecond: Int = 1,
    keepsFirst: Bool = true
  ) {
    self.axis = axis
    self.fraction = fraction
    self.minFirst = minFirst
    self.minSecond = minSecond
    self.keepsFirst = keepsFirst
  }

  /// The panes; one that did not fit is empty, and so is the divider then.
  package struct Panes: Hashable, Sendable {
    package let first: Rect
    package let divider: Rect
    package let second: Rect
  }

  package func panes(in area: Rect) -> Panes {
    let total = axis == .columns ? area.width : area.height
    guard total >= minFirst + minSecond + 1 else {
      let none = Rect(x: area.x, y: area.y, width: 0, height: 0)
      return keepsFirst
        ? Panes(first: area, divider: none, second: none)
        : Panes(first: none, divider: none, second: area)
    }
    let share = fraction.isFinite ? min(max(fraction, 0), 1) : 0.5
    let wanted = Int(saturating: (Double(total - 1) * share).rounded())
    let size = min(max(wanted, minFirst), total - 1 - minSecond)
    if axis == .columns {
      let (first, rest) = area.splitLeft(size)
      let (divider, second) = rest.splitLeft(1)
      return Panes(first: first, divider: divider, second: second)
    }
    let (first, rest) = area.splitTop(size)
    let (divider, second) = rest.splitTop(1)
    return Panes(first: first, divider: divider, second: second)
  }

  /// The fraction that puts the divider under the mouse.
  package func fraction(dividerAt point: Point, in area: Rect) -> Double {
    let total = (axis == .columns ? area.width : area.height) - 1
    guard total > 0 else { return fraction }
    let place = axis == .columns ? point.x - area.x : point.y - area.y
    return min(max(Double(place) / Double(total), 0), 1)
  }

  /// Draws the divider, with a title in it when the panes lie above each other.
  package func draw(in area: Rect, on frame: inout Frame, title: String = "", glyphs: GlyphSet) {
    let divider = panes(in: area).divider
    let border = glyphs.border
    frame.fill(
      divider, axis == .columns ? border.vertical : border.horizontal, style: Style(.border))
    guard axis == .rows, !title.isEmpty, divider.width > 6 else { return }
    let room = Rect(x: divider.x + 2, y: divider.y, width: divider.width - 4, height: 1)
    frame.putLine(" " + title + " ", in: room, style: Style(.heading), glyphs: glyphs)
  }
}

/// A box with a title around a pane; the pane with the focus has a heavier line.
package struct Panel: Hashable, Sendable {
  package var title: String
  package var note: String
  package var isFocused: Bool

  package init(_ title: String = "", note: String = "", isFocused: Bool = false) {
    self.title = title
    self.note = note
    self.isFocused = isFocused
  }

  /// What is left for the content: the area itself when it is too small for a box.
  package func inner(of area: Rect) -> Rect {
    area.width >= 4 && area.height >= 3 ? area.inset(by: 1) : area
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard inner(of: area) != area else { return }
    let lines = isFocused ? glyphs.focusBorder : glyphs.border
    let style = Style(isFocused ? .borderFocus : .border)
    let right = area.maxX - 1
    let foot = area.maxY - 1
    for y in [area.y, foot] {
      frame.fill(
        Rect(x: area.x, y: y, width: area.width, height: 1), lines.horizontal, style: style)
    }
    for x in [area.x, right] {
      frame.fill(
        Rect(x: x, y: area.y, width: 1, height: area.height), lines.vertical, style: style)
    }
    let corners = [
      (area.x, area.y, lines.topLeft), (right, area.y, lines.topRight),
      (area.x, foot, lines.bottomLeft), (right, foot, lines.bottomRight),
    ]
    for (x, y, glyph) in corners {
      frame.put(glyph, at: Point(x: x, y: y), style: style, clip: area)
    }
    let top = Rect(x: area.x + 2, y: area.y, width: area.width - 4, height: 1)
    guard !title.isEmpty, top.width > 2 else { return }
    let taken = frame.putLine(
      " " + title + " ", in: top, style: Style(isFocused ? .title : .heading), glyphs: glyphs)
    guard !note.isEmpty, top.width - taken > TextMeasure.width(note) + 3 else { return }
    frame.putLine(" " + note + " ", in: top, style: Style(.textDim), align: .right, glyphs: glyphs)
  }
}
