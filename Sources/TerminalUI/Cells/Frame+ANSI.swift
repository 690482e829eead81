import Basics

extension Frame {
  /// The frame as bytes for a terminal: text and colours line by line, no cursor movement.
  package func ansi(_ theme: Theme, depth: ColorDepth) -> [UInt8] {
    let table = theme.resolved(for: depth)
    let plain = ResolvedStyle(foreground: .default, background: .default, attributes: [])
    var output = ""
    for y in 0..<size.height {
      var current = plain
      var style: Style?
      let cells = row(y)
      let end = cells.lastIndex { $0.glyph != .space || table[$0.style] != plain }
      for cell in cells[..<(end.map { $0 + 1 } ?? cells.startIndex)] {
        guard !cell.glyph.isContinuation else { continue }
        if cell.style != style {
          style = cell.style
          let wanted = table[cell.style]
          if wanted != current {
            output += wanted.sgr
            current = wanted
          }
        }
        cell.glyph.append(to: &output)
      }
      if current != plain { output += plain.sgr }
      output += "\n"
    }
    return Array(output.utf8)
  }
}

extension ResolvedStyle {
  /// The control sequence that sets this style whatever was set before (ECMA-48 SGR).
  package var sgr: String {
    var codes = "0"
    if attributes.contains(.bold) { codes += ";1" }
    if attributes.contains(.dim) { codes += ";2" }
    if attributes.contains(.underline) { codes += ";4" }
    if attributes.contains(.reverse) { codes += ";7" }
    codes += Self.codes(foreground, base: 30) + Self.codes(background, base: 40)
    return "\u{1B}[\(codes)m"
  }

  private static func codes(_ color: Color, base: Int) -> String {
    switch color {
    case .default: ""
    case .index(let index) where index < 8: ";\(base + Int(index))"
    case .index(let index) where index < 16: ";\(base + 52 + Int(index))"
    case .index(let index): ";\(base + 8);5;\(index)"
    case .rgb(let rgb): ";\(base + 8);2;\(rgb.red);\(rgb.green);\(rgb.blue)"
    }
  }
}
