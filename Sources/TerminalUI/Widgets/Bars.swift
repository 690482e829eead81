/// The row at the top: numbered screens, the current one marked, and what is open at the right.
package struct TabBar: Hashable, Sendable {
  package struct Tab: Hashable, Sendable {
    package var key: String
    package var title: String

    package init(key: String, title: String) {
      self.key = key
      self.title = title
    }
  }

  package var tabs: [Tab]
  package var current: Int
  /// What is open, shown at the right while there is room.
  package var status: String
  /// What must be known of all that is shown, at the far right; there is always room for it.
  package var banner: String

  package init(tabs: [Tab], current: Int, status: String = "", banner: String = "") {
    self.tabs = tabs
    self.current = current
    self.status = status
    self.banner = banner
  }

  /// Where each tab lies; narrow rows keep the current title and the keys of the others.
  package func places(in area: Rect) -> [Rect] {
    let full = tabs.map { TextMeasure.width($0.key) + 1 + TextMeasure.width($0.title) + 2 }
    let short = tabs.indices.map { index in
      index == current ? full[index] : TextMeasure.width(tabs[index].key) + 2
    }
    let widths = full.reduce(0, +) <= area.width ? full : short
    var x = area.x
    return widths.map { width in
      defer { x += width }
      return Rect(x: x, y: area.y, width: width, height: 1).intersection(area)
    }
  }

  package func hit(_ point: Point, in area: Rect) -> Int? {
    places(in: area).firstIndex { $0.contains(point) }
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let row = area.splitTop(1).top
    guard !row.isEmpty else { return }
    let places = places(in: row)
    defer { drawBanner(in: row, on: &frame, glyphs: glyphs) }
    for (index, place) in places.enumerated() where !place.isEmpty {
      let isCurrent = index == current
      let surface: Role? = isCurrent ? .selection : nil
      frame.fill(place, style: Style(.text, on: surface))
      if isCurrent {
        frame.put(
          glyphs.gutter, at: Point(x: place.x, y: place.y), style: Style(.accent, on: surface),
          clip: place)
      }
      let tab = tabs[index]
      let room = place.splitLeft(1).rest
      let isShort = place.width < TextMeasure.width(tab.key) + TextMeasure.width(tab.title) + 3
      let title = isShort && !isCurrent ? "" : " " + tab.title
      frame.putLine(
        [
          StyledText(tab.key, Style(.hintKey, on: surface)),
          StyledText(title, Style(isCurrent ? .title : .textDim, on: surface)),
        ], in: room, glyphs: glyphs)
    }
    let taken = banner.isEmpty ? 0 : TextMeasure.width(banner) + 3
    let rest = row.splitRight(min(taken, row.width)).rest
      .splitLeft((places.last?.maxX ?? row.x) - row.x + 2).rest
    guard rest.width >= 8 else { return }
    frame.putLine(status, in: rest, style: Style(.textDim), align: .right, glyphs: glyphs)
  }

  private func drawBanner(in row: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard !banner.isEmpty else { return }
    let place = row.splitRight(min(row.width, TextMeasure.width(banner) + 2)).right
    frame.fill(place, style: Style(.banner))
    frame.putLine(" " + banner, in: place, style: Style(.banner, [.bold]), glyphs: glyphs)
  }
}

/// The row above the hints: chips for what is filtered or set, and a message or figures at the right.
package struct StatusLine: Hashable, Sendable {
  package var chips: [StyledText]
  package var message: StyledText?
  package var right: [StyledText]

  /// What is at the right is shortened to no less than this.
  private static let leastRight = 20

  package init(chips: [StyledText] = [], message: StyledText? = nil, right: [StyledText] = []) {
    self.chips = chips
    self.message = message
    self.right = right
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let row = area.splitTop(1).top
    guard !row.isEmpty else { return }
    let rightWidth = right.reduce(0) { $0 + TextMeasure.width($1.text) }
    // A message matters more than what is at the right, and so do the chips.
    let needed = message.map { TextMeasure.width($0.text) + 2 } ?? 0
    let chipsWidth = chips.reduce(0) { $0 + TextMeasure.width($1.text) + 3 }
    let room = row.width - max(chipsWidth, min(needed, row.width / 2)) - 2
    let isRightShown = rightWidth > 0 && room >= min(rightWidth, Self.leastRight)
    var (left, end) = row.splitRight(isRightShown ? min(rightWidth, room) + 1 : 0)
    if isRightShown { frame.putLine(right, in: end, align: .right, glyphs: glyphs) }
    for chip in chips {
      let width = TextMeasure.width(chip.text) + 2
      guard left.width >= width + needed else { break }
      let text = (glyphs.isASCII ? "[\(chip.text)]" : " \(chip.text) ")
      frame.putLine(text, in: left, style: Style(chip.style.role, on: .chip), glyphs: glyphs)
      left = left.splitLeft(width + 1).rest
    }
    if let message { frame.putLine([message], in: left, glyphs: glyphs) }
  }
}

/// The bottom row: the keys that are useful now, the least important dropped first.
package struct HintLine: Hashable, Sendable {
  package struct Hint: Hashable, Sendable {
    package var keys: String
    package var text: String
    /// 0 stays longest.
    package var priority: Int

    package init(_ keys: String, _ text: String, priority: Int = 1) {
      self.keys = keys
      self.text = text
      self.priority = priority
    }

    var width: Int { TextMeasure.width(keys) + 1 + TextMeasure.width(text) }
  }

  package var hints: [Hint]

  package init(_ hints: [Hint]) { self.hints = hints }

  /// The hints that fit, by their number in the list, and where they lie.
  package func places(in area: Rect) -> [(index: Int, area: Rect)] {
    var shown = Array(hints.indices)
    func needed() -> Int { shown.reduce(-2) { $0 + hints[$1].width + 2 } }
    while needed() > area.width, shown.count > 1,
      let last = shown.max(by: { (hints[$0].priority, $0) < (hints[$1].priority, $1) })
    {
      shown.removeAll { $0 == last }
    }
    var x = area.x
    return shown.map { index in
      defer { x += hints[index].width + 2 }
      return (
        index, Rect(x: x, y: area.y, width: hints[index].width, height: 1).intersection(area)
      )
    }
  }

  package func hit(_ point: Point, in area: Rect) -> Int? {
    places(in: area).first { $0.area.contains(point) }?.index
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    for (index, place) in places(in: area.splitTop(1).top) {
      let hint = hints[index]
      frame.putLine(
        [StyledText(hint.keys, .hintKey), StyledText(" " + hint.text, .hint)], in: place,
        glyphs: glyphs
      )
    }
  }
}
