import Basics

/// The glyphs screens are built from, in Unicode or in plain ASCII for terminals and fonts without.
package struct GlyphSet: Hashable, Sendable {
  package let isASCII: Bool
  /// Lines of ordinary boxes.
  package let border: Border
  /// Lines of the box that has the focus.
  package let focusBorder: Border
  /// A column filled from the bottom by none to eight eighths.
  package let bars: [Glyph]
  /// A row filled from the left by none to eight eighths.
  package let horizontalBars: [Glyph]
  /// Stands beside the selected row.
  package let gutter: Glyph
  package let bullet: Glyph
  package let check: Glyph
  package let cross: Glyph
  package let arrowUp: Glyph
  package let arrowDown: Glyph
  package let arrowLeft: Glyph
  package let arrowRight: Glyph
  /// Marks the column a table is sorted by.
  package let sortAscending: Glyph
  package let sortDescending: Glyph
  /// Stands for text that was cut.
  package let ellipsis: Glyph
  /// Between the parts of a line.
  package let separator: Glyph
  /// A visible space.
  package let space: Glyph
  /// Fills an area lightly: bands, redacted text, the part of a plot without evidence.
  package let shade: Glyph
  /// The moving part of a scroll bar.
  package let thumb: Glyph
  /// One dot of a dotted line.
  package let dot: Glyph
  /// Steps of a progress spinner.
  package let spinner: [Glyph]
  /// Letters for the curves of a plot, so that colour is never the only difference.
  package let curveMarkers: [Glyph]
  /// How characters that cannot be drawn are shown.
  package let escaping: Escaping
  /// The same with line feeds and tabs as symbols.
  package let visibleWhitespace: Escaping
  /// Whether backgrounds cannot be told apart (no colour), so that bands need a glyph of their own.
  package private(set) var fillsBands = false

  package static let unicode = GlyphSet(
    isASCII: false, border: .rounded, focusBorder: .heavy,
    bars: " ▁▂▃▄▅▆▇█".unicodeScalars.map(Glyph.scalar),
    horizontalBars: " ▏▎▍▌▋▊▉█".unicodeScalars.map(Glyph.scalar),
    gutter: "▌", bullet: "•", check: "✓", cross: "✗",
    arrowUp: "↑", arrowDown: "↓", arrowLeft: "←", arrowRight: "→",
    sortAscending: "▲", sortDescending: "▼", ellipsis: "…", separator: "·", space: "·",
    shade: "░", thumb: "█", dot: "·",
    spinner: "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏".unicodeScalars.map(Glyph.scalar),
    curveMarkers: "ABCDEFGH".unicodeScalars.map(Glyph.scalar),
    escaping: .unicode, visibleWhitespace: .unicodeWhitespace)

  package static let ascii = GlyphSet(
    isASCII: true, border: .ascii, focusBorder: .asciiFocus,
    bars: " .:-=+*%#".unicodeScalars.map(Glyph.scalar),
    horizontalBars: " .:-=+*%#".unicodeScalars.map(Glyph.scalar),
    gutter: ">", bullet: "*", check: "v", cross: "x",
    arrowUp: "^", arrowDown: "v", arrowLeft: "<", arrowRight: ">",
    sortAscending: "^", sortDescending: "v", ellipsis: "~", separator: "|", space: ".",
    shade: ":", thumb: "#", dot: ".",
    spinner: "|/-\\".unicodeScalars.map(Glyph.scalar),
    curveMarkers: "ABCDEFGH".unicodeScalars.map(Glyph.scalar),
    escaping: .ascii, visibleWhitespace: Escaping(open: "<", close: ">", newline: "$", tab: ">"),
    fillsBands: true)

  /// The same glyphs for a terminal whose backgrounds can be told apart, or cannot.
  package func fillingBands(_ fillsBands: Bool) -> GlyphSet {
    var glyphs = self
    glyphs.fillsBands = fillsBands || isASCII
    return glyphs
  }

  /// The first text, or the second where only ASCII may be drawn.
  package func pick(_ unicode: String, _ ascii: String) -> String { isASCII ? ascii : unicode }

  /// The first glyph, or the second where only ASCII may be drawn.
  func pick(_ unicode: Glyph, _ ascii: Glyph) -> Glyph { isASCII ? ascii : unicode }

  /// Line feeds and tabs become blanks on a line of a widget; the rest escapes visibly.
  var lineEscaping: Escaping {
    var escaping = escaping
    escaping.newline = .space
    escaping.tab = .space
    return escaping
  }

  /// The bar for a fraction of a cell from 0 to 1; something above nothing is never invisible.
  package func bar(_ fraction: Double) -> Glyph {
    guard fraction > 0 else { return bars[0] }
    return bars[max(1, min(8, Int(saturating: (min(fraction, 1) * 8).rounded())))]
  }
}

/// The pieces of a box.
package struct Border: Hashable, Sendable {
  package let horizontal: Glyph
  package let vertical: Glyph
  package let topLeft: Glyph
  package let topRight: Glyph
  package let bottomLeft: Glyph
  package let bottomRight: Glyph
  /// Where a line inside the box meets its left side, and so on.
  package let teeLeft: Glyph
  package let teeRight: Glyph
  package let teeTop: Glyph
  package let teeBottom: Glyph
  package let crossing: Glyph

  package static let rounded = Border("─│╭╮╰╯├┤┬┴┼")
  package static let heavy = Border("━┃┏┓┗┛┣┫┳┻╋")
  package static let ascii = Border("-|++++++++++")
  package static let asciiFocus = Border("=|++++++++++")

  /// From eleven glyphs: the two lines, four corners, four tees and the crossing.
  private init(_ pieces: String) {
    let glyphs = pieces.unicodeScalars.map(Glyph.scalar)
    horizontal = glyphs[0]
    vertical = glyphs[1]
    topLeft = glyphs[2]
    topRight = glyphs[3]
    bottomLeft = glyphs[4]
    bottomRight = glyphs[5]
    teeLeft = glyphs[6]
    teeRight = glyphs[7]
    teeTop = glyphs[8]
    teeBottom = glyphs[9]
    crossing = glyphs[10]
  }
}
