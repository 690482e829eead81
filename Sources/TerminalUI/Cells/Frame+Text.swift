extension Frame {
  /// The frame as lines of text, blanks at the ends of lines left out.
  package func text() -> String {
    (0..<size.height).map(rowText).joined(separator: "\n")
  }

  /// One row as text, blanks at its end left out.
  package func rowText(_ y: Int) -> String {
    var text = ""
    var blanks = 0
    for cell in row(y) where !cell.glyph.isContinuation {
      if cell.glyph == .space {
        blanks += 1
        continue
      }
      if blanks > 0 {
        text += String(repeating: " ", count: blanks)
        blanks = 0
      }
      cell.glyph.append(to: &text)
    }
    return text
  }
}
