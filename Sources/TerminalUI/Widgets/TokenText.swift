import Basics

/// A wrapped text whose tokens each have a look, with an optional lane of bars under every line.
package struct TokenText {
  /// How the value of each token is drawn under it.
  package enum Lane: Hashable, Sendable {
    case hidden
    /// One row: bars rise from its foot when positive and hang from its top when negative.
    case signed
    /// Two rows: positive bars rise in the first, negative bars hang in the second.
    case paired

    package var rows: Int {
      switch self {
      case .hidden: 0
      case .signed: 1
      case .paired: 2
      }
    }
  }

  package let layout: TokenLayout
  package var top: Int
  package var cursor: Int?
  package var lane = Lane.hidden
  /// Whether spaces are drawn as visible dots.
  package var showsSpaces = false
  /// How a token's body looks; its leading space stays plain.
  package var style: (Int) -> Style
  /// A token's bar from -1 to 1; nil draws none.
  package var bar: (Int) -> Double? = { _ in nil }
  /// A one-cell mark left of a line that holds these tokens.
  package var gutter: ((Range<Int>) -> StyledText?)?

  package init(
    layout: TokenLayout, top: Int = 0, cursor: Int? = nil, style: @escaping (Int) -> Style
  ) {
    self.layout = layout
    self.top = top
    self.cursor = cursor
    self.style = style
  }

  /// The columns left for text when a gutter is drawn: the width to make the layout for.
  package static func textWidth(in area: Rect, hasGutter: Bool) -> Int {
    max(1, area.width - (hasGutter && area.width > 4 ? 2 : 0))
  }

  /// The lines of text that fit in a height, each with its lane.
  package func visibleLines(height: Int) -> Int { max(1, height / (1 + lane.rows)) }

  /// The token at a point of the screen.
  package func hit(_ point: Point, in area: Rect) -> Int? {
    let text = textArea(area)
    guard text.contains(point) else { return nil }
    return layout.token(line: top + (point.y - area.y) / (1 + lane.rows), x: point.x - text.x)
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let text = textArea(area)
    let step = 1 + lane.rows
    var y = area.y
    var line = max(0, top)
    while y < area.maxY, line < layout.lineCount {
      let row = Rect(x: text.x, y: y, width: text.width, height: min(step, area.maxY - y))
      if text.x > area.x, let mark = gutter?(layout.tokens(onLine: line)) {
        let clip = Rect(x: area.x, y: y, width: 1, height: 1)
        frame.put(mark.text, at: Point(x: area.x, y: y), style: mark.style, clip: clip)
      }
      draw(line: line, in: row, on: &frame, glyphs: glyphs)
      y += step
      line += 1
    }
  }

  private func textArea(_ area: Rect) -> Rect {
    let width = gutter == nil ? area.width : Self.textWidth(in: area, hasGutter: true)
    return area.splitRight(min(area.width, width)).right
  }

  private func draw(line: Int, in row: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let strip = layout.strip
    let pieces = layout.pieces(onLine: line)
    let clip = row.splitTop(1).top
    var x = row.x
    for token in layout.tokens(onLine: line) {
      let isCursor = token == cursor
      let tokenStyle = isCursor ? Style(.cursor, [.bold]) : style(token)
      let body = strip.body(of: token)
      let start = x
      for index in strip.pieces(of: token).clamped(to: pieces) {
        let piece = strip.pieces[index]
        draw(
          piece, at: Point(x: x, y: row.y), on: &frame, clip: clip,
          style: index < body.lowerBound ? Style(.text) : tokenStyle,
          isPlain: isCursor || index < body.lowerBound, glyphs: glyphs)
        x += piece.width
      }
      let lead =
        layout.strip.pieces(of: token).lowerBound < pieces.lowerBound
        ? 0 : body.lowerBound - strip.pieces(of: token).lowerBound
      let shown = Rect(
        x: start + lead, y: row.y, width: x - start - lead, height: row.height
      ).intersection(row)
      drawBar(of: token, under: shown, on: &frame, glyphs: glyphs)
      if isCursor { frame.cursor = Point(x: shown.x, y: shown.y) }
    }
    if let cursor { bracket(cursor, line: line, in: clip, on: &frame, glyphs: glyphs) }
  }

  private func draw(
    _ piece: Sanitize.Piece, at point: Point, on frame: inout Frame, clip: Rect, style: Style,
    isPlain: Bool, glyphs: GlyphSet
  ) {
    if showsSpaces, piece.glyph == .space, !piece.isEscape {
      let dot: Glyph = glyphs.isASCII ? "." : "·"
      frame.put(dot, at: point, style: isPlain ? Style(.textDim) : style, clip: clip)
      return
    }
    let escape = Style(.tokenEscape, on: style.surface ?? style.role, style.emphasis)
    frame.put(
      piece.glyph, at: point, style: piece.isEscape && !isPlain ? escape : style, clip: clip)
  }

  /// Marks the cursor's ends where there is a blank to do it in, for screens without reverse video.
  private func bracket(
    _ token: Int, line: Int, in row: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    guard let place = layout.position(of: token), place.line == line else { return }
    let left = Point(x: row.x + place.x - 1, y: row.y)
    let right = Point(x: row.x + place.x + place.width, y: row.y)
    let dot: Glyph = glyphs.isASCII ? "." : "·"
    for (point, glyph) in [(left, glyphs.pick("▐", "[")), (right, glyphs.pick("▌", "]"))]
    where row.contains(point) && (frame[point].glyph == .space || frame[point].glyph == dot) {
      frame.put(glyph, at: point, style: Style(.accent, [.bold]), clip: row)
    }
  }
}

extension TokenText {
  private func drawBar(of token: Int, under text: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    guard lane != .hidden, let value = bar(token), !value.isNaN else { return }
    let isUp = value >= 0
    let row = text.y + (lane == .paired && !isUp ? 2 : 1)
    guard row < text.maxY else { return }
    let bar = Self.bar(min(max(value, -1), 1), lane: lane, glyphs: glyphs)
    frame.fill(
      Rect(x: text.x, y: row, width: text.width, height: 1), bar.glyph, style: bar.style)
  }

  /// The glyph of a value from -1 to 1; nothing that hangs can be mistaken for what rises.
  static func bar(_ value: Double, lane: Lane, glyphs: GlyphSet) -> (glyph: Glyph, style: Style) {
    let size = abs(value)
    if size < 1.0 / 16 { return (glyphs.isASCII ? "." : "·", Style(.textDim)) }
    let isUp = value > 0
    let style = Style(isUp ? .barUp : .barDown)
    let levels: [Glyph]
    switch (glyphs.isASCII, isUp, lane) {
    case (true, true, _): levels = ["+", "*", "#"]
    case (true, false, _): levels = ["-", "=", "%"]
    case (false, true, _): levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    case (false, false, .paired): levels = ["▔", "▀", "█"]
    case (false, false, _): levels = ["▔", "▀", "▀"]
    }
    let step = min(levels.count - 1, Int(saturating: size * Double(levels.count)))
    let isDeep = !glyphs.isASCII && lane == .signed && !isUp && step == levels.count - 1
    return (levels[step], isDeep ? Style(.barDown, [.bold, .underline]) : style)
  }
}
