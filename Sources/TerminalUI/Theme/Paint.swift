/// One colour as a theme means it, chosen by hand for each colour depth.
package struct Paint: Hashable, Sendable {
  package var truecolor: Color
  package var c256: Color
  package var c16: Color

  package init(truecolor: Color, c256: Color, c16: Color) {
    self.truecolor = truecolor
    self.c256 = c256
    self.c16 = c16
  }

  package static let `default` = Paint(truecolor: .default, c256: .default, c16: .default)

  /// A palette index at every depth that has it.
  package init(index: UInt8) {
    let nearest = index < 16 ? index : RGB.palette(index).nearestIndex(in: 0...15)
    self.init(truecolor: .index(index), c256: .index(index), c16: .index(nearest))
  }

  /// A 24-bit colour, with its nearest likeness at the lower depths.
  package init(rgb: RGB) {
    self.init(
      truecolor: .rgb(rgb), c256: .index(rgb.nearestIndex(in: 16...255)),
      c16: .index(rgb.nearestIndex(in: 0...15)))
  }

  package func color(at depth: ColorDepth) -> Color {
    switch depth {
    case .mono: .default
    case .c16: c16
    case .c256: c256
    case .truecolor: truecolor
    }
  }
}

/// How a theme draws one role; nil = the terminal's own colour.
package struct RoleStyle: Hashable, Sendable {
  package var foreground: Paint?
  package var background: Paint?
  /// Attributes where the terminal has 256 colours or more.
  package var attributes: Emphasis
  package var attributes16: Emphasis
  package var attributesMono: Emphasis

  package init(
    foreground: Paint? = nil, background: Paint? = nil, attributes: Emphasis = [],
    attributes16: Emphasis? = nil, attributesMono: Emphasis? = nil
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
    self.attributes16 = attributes16 ?? attributes
    self.attributesMono = attributesMono ?? attributes
  }

  package func attributes(at depth: ColorDepth) -> Emphasis {
    switch depth {
    case .mono: attributesMono
    case .c16: attributes16
    case .c256, .truecolor: attributes
    }
  }
}
