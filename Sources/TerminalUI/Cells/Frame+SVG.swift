import Basics

extension Frame {
  /// The frame as a self-contained picture in the theme's colours.
  ///
  /// Lines, bars and braille are drawn as shapes and other text is held to the grid, so it looks
  /// the same whatever fonts the reader has. With a title it gets a window's title bar.
  package func svg(_ theme: Theme, title: String? = nil) -> String {
    var picture = SVGPicture(frame: self, theme: theme, title: title)
    return picture.render()
  }
}

/// Draws one frame as SVG.
private struct SVGPicture {
  let frame: Frame
  let theme: Theme
  let title: String?
  let table: StyleTable
  var output = ""

  static let padding = 14
  static let titleBar = 30

  init(frame: Frame, theme: Theme, title: String?) {
    self.frame = frame
    self.theme = theme
    self.title = title
    table = theme.resolved(for: .truecolor)
  }

  mutating func render() -> String {
    let top = Self.padding + (title == nil ? 0 : Self.titleBar)
    let width = frame.size.width * SVGCell.width + 2 * Self.padding
    let height = frame.size.height * SVGCell.height + top + Self.padding
    output = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)">
      <rect width="\(width)" height="\(height)" rx="9" fill="\(theme.screenBackground.hex)"/>

      """
    if let title { drawTitleBar(title, width: width) }
    output += """
      <g transform="translate(\(Self.padding) \(top))" font-size="15" \
      font-family="ui-monospace,'SF Mono',Menlo,'DejaVu Sans Mono',Consolas,'Noto Sans Mono CJK JP'\
      ,monospace">

      """
    for y in 0..<frame.size.height { drawGrounds(y) }
    for y in 0..<frame.size.height {
      drawGlyphs(y)
      drawUnderlines(y)
    }
    output += "</g>\n</svg>\n"
    return output
  }

  private mutating func drawTitleBar(_ title: String, width: Int) {
    let ink = theme.screenForeground.hex
    for (index, color) in ["#ff5f57", "#febc2e", "#28c840"].enumerated() {
      output += "<circle cx=\"\(20 + 20 * index)\" cy=\"20\" r=\"6\" fill=\"\(color)\"/>\n"
    }
    output += """
      <text x="\(width / 2)" y="25" text-anchor="middle" font-family="system-ui,sans-serif" \
      font-size="13" fill="\(ink)" fill-opacity="0.7">\(SafeText.html(Sanitize.text(title)))</text>

      """
  }

  /// Backgrounds of a row, one rectangle for each run of the same colour.
  private mutating func drawGrounds(_ y: Int) {
    let colors = frame.row(y).map { ground(table[$0.style]) }
    var x = 0
    while x < colors.count {
      var end = x + 1
      while end < colors.count, colors[end] == colors[x] { end += 1 }
      if colors[x] != theme.screenBackground {
        output += """
          <rect x="\(x * SVGCell.width)" y="\(y * SVGCell.height)" \
          width="\((end - x) * SVGCell.width)" height="\(SVGCell.height)" fill="\(colors[x].hex)" \
          shape-rendering="crispEdges"/>

          """
      }
      x = end
    }
  }

  /// Glyphs of a row: runs of the same look, as shapes or as text.
  private mutating func drawGlyphs(_ y: Int) {
    let cells = Array(frame.row(y))
    var x = 0
    while x < cells.count {
      let cell = cells[x]
      let look = table[cell.style]
      var end = x + max(1, cell.glyph.width)
      if SVGCell.isShape(cell.glyph) {
        while end < cells.count, SVGCell.isShape(cells[end].glyph), table[cells[end].style] == look
        {
          end += 1
        }
        drawShapes(cells[x..<end], y, look)
      } else if Self.isSimple(cell.glyph) {
        // Browsers make one space of several, whatever the drawing asks for.
        while end < cells.count, Self.isSimple(cells[end].glyph), table[cells[end].style] == look,
          cells[end - 1].glyph != .space || cells[end].glyph != .space
        {
          end += 1
        }
        drawText(cells[x..<end], y, look)
      } else {
        drawText(cells[x..<end], y, look)
      }
      x = end
    }
  }

  private mutating func drawShapes(_ cells: ArraySlice<Cell>, _ y: Int, _ look: ResolvedStyle) {
    var path = SVGPath()
    for (x, cell) in zip(cells.indices, cells) {
      SVGCell.draw(cell.glyph, x: x * SVGCell.width, y: y * SVGCell.height, into: &path)
    }
    let color = ink(look).hex
    let opacity = look.attributes.contains(.dim) ? " opacity=\"0.65\"" : ""
    if !path.fills.isEmpty {
      output += "<path d=\"\(path.fills)\" fill=\"\(color)\"\(opacity)/>\n"
    }
    if !path.shades.isEmpty, ink(look) != ground(look) {
      output += "<path d=\"\(path.shades)\" fill=\"\(color)\" fill-opacity=\"0.3\"/>\n"
    }
    for (lines, width) in [(path.lines, "1.3"), (path.heavyLines, "2")] where !lines.isEmpty {
      output += """
        <path d="\(lines)" fill="none" stroke="\(color)" stroke-width="\(width)"\(opacity)/>

        """
    }
  }

  private mutating func drawText(_ cells: ArraySlice<Cell>, _ y: Int, _ look: ResolvedStyle) {
    var cells = cells
    while cells.first?.glyph == .space { cells.removeFirst() }
    while cells.last?.glyph == .space { cells.removeLast() }
    guard !cells.isEmpty else { return }
    var text = ""
    for cell in cells { cell.glyph.append(to: &text) }
    var attributes = ""
    if look.attributes.contains(.bold) { attributes += " font-weight=\"700\"" }
    if look.attributes.contains(.dim) { attributes += " fill-opacity=\"0.65\"" }
    output += """
      <text x="\(cells.startIndex * SVGCell.width)" y="\(y * SVGCell.height + SVGCell.baseline)" \
      textLength="\(cells.count * SVGCell.width)" lengthAdjust="spacingAndGlyphs" \
      fill="\(ink(look).hex)"\(attributes)>\(SafeText.html(text))</text>

      """
  }

  /// Underlines of a row: drawn by us, since programs disagree about those of stretched text.
  private mutating func drawUnderlines(_ y: Int) {
    let looks = frame.row(y).map { table[$0.style] }
    var x = 0
    while x < looks.count {
      var end = x + 1
      while end < looks.count, looks[end] == looks[x] { end += 1 }
      if looks[x].attributes.contains(.underline) {
        output += """
          <rect x="\(x * SVGCell.width)" y="\(y * SVGCell.height + SVGCell.baseline + 2)" \
          width="\((end - x) * SVGCell.width)" height="1" fill="\(ink(looks[x]).hex)"/>

          """
      }
      x = end
    }
  }

  private func ink(_ look: ResolvedStyle) -> RGB {
    look.attributes.contains(.reverse)
      ? look.background.nominal(default: theme.screenBackground)
      : look.foreground.nominal(default: theme.screenForeground)
  }

  private func ground(_ look: ResolvedStyle) -> RGB {
    look.attributes.contains(.reverse)
      ? look.foreground.nominal(default: theme.screenForeground)
      : look.background.nominal(default: theme.screenBackground)
  }

  /// Whether every monospace font has it in its own width, so that a run stays on the grid.
  private static func isSimple(_ glyph: Glyph) -> Bool {
    glyph.width == 1 && !glyph.hasMarks && glyph.base.value < 0x250
  }
}
