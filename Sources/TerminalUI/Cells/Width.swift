/// What kind of thing a scalar is on a screen of cells, and how many cells it takes.
///
/// One table of our own (Unicode 17.0), not the C library's: that one is years behind the emoji
/// language models write, and columns must not depend on where the program runs.
package enum Width {
  /// How a scalar is treated when text becomes glyphs.
  enum Kind: UInt32 {
    /// Takes one cell.
    case narrow
    /// Takes two cells: East Asian wide and full width, and emoji.
    case wide
    /// Joins the glyph before it and takes no cell.
    case mark
    /// Only chooses between forms of a glyph (variation selectors, the joiner): left out.
    case dropped
    /// Part of a flag when it follows one, else hidden text.
    case tag
    /// Must never reach a terminal: control, format, bidirectional, private, unassigned.
    case unsafe
  }

  /// The cells a scalar takes when drawn by itself: 0, 1 or 2.
  ///
  /// 0 also for what is never drawn as itself; ask `Sanitize.width(of:)` for text as it is drawn.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    switch kind(of: scalar) {
    case .narrow: 1
    case .wide: 2
    case .mark, .dropped, .tag, .unsafe: 0
    }
  }

  static func kind(of scalar: Unicode.Scalar) -> Kind {
    let value = scalar.value
    if value < 0x7F { return value < 0x20 ? .unsafe : .narrow }
    // The last entry whose first scalar is not above this one.
    let key = value << 3 | 7
    var low = 0
    var high = widthTable.count
    while low < high {
      let middle = (low + high) / 2
      if widthTable[middle] <= key { low = middle + 1 } else { high = middle }
    }
    guard low > 0, let kind = Kind(rawValue: widthTable[low - 1] & 7) else { return .unsafe }
    return kind
  }
}
