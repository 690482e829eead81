/// What kind of thing a scalar is in a text, the same for screens, reports and files.
///
/// One table of our own (Unicode 17.0), not the C library's or the standard library's: those differ
/// by system and version, and what is safe to print must not.
package enum ScalarKind: UInt32, Sendable {
  /// Takes one cell.
  case narrow
  /// Takes two cells: East Asian wide and full width, and emoji.
  case wide
  /// Joins the glyph before it and takes no cell.
  case mark
  /// Only chooses between forms of a glyph: variation selectors and the joiner.
  case dropped
  /// Part of a flag when it follows one, else hidden text.
  case tag
  /// Must never reach a terminal: control, format, bidirectional, private, unassigned.
  case unsafe

  package init(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    if value < 0x7F {
      self = value < 0x20 ? .unsafe : .narrow
      return
    }
    // The last entry whose first scalar is not above this one.
    let key = value << 3 | 7
    var low = 0
    var high = scalarKindTable.count
    while low < high {
      let middle = (low + high) / 2
      if scalarKindTable[middle] <= key { low = middle + 1 } else { high = middle }
    }
    self = low > 0 ? ScalarKind(rawValue: scalarKindTable[low - 1] & 7) ?? .unsafe : .unsafe
  }
}
