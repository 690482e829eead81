internal import CTerminal
import Basics
import TerminalUI

/// Turns a row's glyphs into ncurses cells, replacing what the C library cannot print.
///
/// The width table of the frame decides; the C library's may be older. Where they disagree the
/// glyph becomes U+FFFD padded to the frame's width, so that columns stay aligned everywhere.
struct CellWriter {
  private enum Verdict { static let unknown: UInt8 = 0, printable: UInt8 = 1, not: UInt8 = 2 }

  /// One byte a scalar: the question is asked for every cell of every frame.
  private var verdicts = [UInt8](repeating: Verdict.unknown, count: 0x110000)
  private let substitute: Unicode.Scalar
  private var scalars = [wchar_t](repeating: 0, count: Int(CCHARW_MAX) + 1)

  init(isUTF8: Bool) { substitute = isUTF8 ? "\u{FFFD}" : "?" }

  /// Writes cells from the front of `row`; returns how many, as continuations take none.
  mutating func fill(
    _ row: UnsafeMutableBufferPointer<cchar_t>, with cells: ArraySlice<Cell>,
    styles: inout StyleCache
  ) -> Int {
    var count = 0
    for cell in cells where !cell.glyph.isContinuation && count < row.count {
      let rendition = styles.rendition(of: cell.style)
      let base = cell.glyph.base
      if base.value < 0x7F, !cell.glyph.hasMarks {
        scalars[0] = wchar_t(bitPattern: base.value)
        scalars[1] = 0
      } else if isPrintable(cell.glyph) {
        load(cell.glyph)
      } else {
        count += put(substitute, rendition, &row[count])
        if cell.glyph.width == 2, count < row.count { count += put(" ", rendition, &row[count]) }
        continue
      }
      if !ct_set_cell(&row[count], scalars, rendition.attributes, rendition.pair) {
        _ = put(substitute, rendition, &row[count])
      }
      count += 1
    }
    return count
  }

  private mutating func put(
    _ scalar: Unicode.Scalar, _ rendition: StyleCache.Rendition, _ cell: inout cchar_t
  ) -> Int {
    scalars[0] = wchar_t(bitPattern: scalar.value)
    scalars[1] = 0
    _ = ct_set_cell(&cell, scalars, rendition.attributes, rendition.pair)
    return 1
  }

  private mutating func load(_ glyph: Glyph) {
    var count = 0
    glyph.forEachScalar { scalar in
      guard count < Int(CCHARW_MAX) else { return }
      scalars[count] = wchar_t(bitPattern: scalar.value)
      count += 1
    }
    scalars[count] = 0
  }

  private mutating func isPrintable(_ glyph: Glyph) -> Bool {
    guard isPrintable(glyph.base, width: glyph.width) else { return false }
    guard glyph.hasMarks else { return true }
    var isFirst = true
    var isPrintable = true
    glyph.forEachScalar { scalar in
      if !isFirst, !self.isPrintable(scalar, width: 0) { isPrintable = false }
      isFirst = false
    }
    return isPrintable
  }

  private mutating func isPrintable(_ scalar: Unicode.Scalar, width: Int) -> Bool {
    let index = Int(scalar.value)
    if verdicts[index] == Verdict.unknown {
      let agrees = ct_width(scalar.value) == Int32(width)
      verdicts[index] = agrees ? Verdict.printable : Verdict.not
    }
    return verdicts[index] == Verdict.printable
  }
}
