import Basics

/// Where the lines of a token text break at one width; made once per text and width.
///
/// Lines break before a token's body, so that its leading space hangs at the end of the line
/// before, and inside a token only when it is wider than a whole line or holds a line feed. A word
/// of several tokens stays together unless it takes more than a third of a line.
package struct TokenLayout: Sendable {
  package let width: Int
  package let strip: TokenStrip
  /// The first piece of each line.
  private let lineStarts: [Int32]

  package init(_ strip: TokenStrip, width: Int) {
    self.strip = strip
    self.width = max(1, width)
    var breaks = Breaks(width: self.width)
    // Unsafe buffers because checked subscripts cost an unoptimised build most of its frame.
    strip.metrics.withUnsafeBufferPointer { metrics in
      strip.starts.withUnsafeBufferPointer { starts in
        var x = 0
        // Where the last word that began on this line begins: its first piece and its column.
        var word: (piece: Int32, x: Int)?
        for token in 0..<metrics.count {
          let bits = metrics[token]
          let size = Int(bits & 0xFFFF)
          if bits < TokenStrip.Metrics.newlineFlag {
            let leading = TokenStrip.Metrics.leading(bits)
            if x + size <= breaks.width {
              if leading > 0 { word = (starts[token] + Int32(leading), x + leading) }
              x += size
              continue
            }
            if leading == 0, let begun = word, x - begun.x + size <= breaks.width / 3 {
              breaks.starts.append(begun.piece)
              x += size - begun.x
              word = nil
              continue
            }
            word = nil
            if size - leading <= breaks.width {
              breaks.starts.append(starts[token] + Int32(leading))
              x = size - leading
              continue
            }
          }
          word = nil
          breaks.split(strip, Int(starts[token])..<Int(starts[token + 1]), x: &x)
        }
      }
    }
    // A final line feed ends its line; it does not begin another.
    if breaks.starts.count > 1, breaks.starts.last == Int32(strip.pieces.count) {
      breaks.starts.removeLast()
    }
    lineStarts = breaks.starts
  }

  private struct Breaks {
    let width: Int
    var starts: [Int32] = [0]

    mutating func split(_ strip: TokenStrip, _ pieces: Range<Int>, x: inout Int) {
      for index in pieces {
        let piece = strip.pieces[index]
        if x > 0, x + piece.width > width {
          starts.append(Int32(index))
          x = 0
        }
        x += piece.width
        if piece.isEscape, piece.glyph == strip.newline {
          starts.append(Int32(index + 1))
          x = 0
        }
      }
    }
  }

  package var lineCount: Int { strip.count == 0 ? 0 : lineStarts.count }

  /// The pieces on a line.
  package func pieces(onLine line: Int) -> Range<Int> {
    guard line >= 0, line < lineCount else { return 0..<0 }
    let end = line + 1 < lineStarts.count ? Int(lineStarts[line + 1]) : strip.pieces.count
    return Int(lineStarts[line])..<end
  }

  /// The tokens with anything on a line.
  package func tokens(onLine line: Int) -> Range<Int> {
    let pieces = pieces(onLine: line)
    guard !pieces.isEmpty else { return 0..<0 }
    return strip.token(ofPiece: pieces.lowerBound)..<strip.token(ofPiece: pieces.upperBound - 1) + 1
  }

  /// Where a token's body begins, and how far it goes on that line.
  package struct Position: Hashable, Sendable {
    package let line: Int
    package let x: Int
    package let width: Int
  }

  package func position(of token: Int) -> Position? {
    guard token >= 0, token < strip.count else { return nil }
    let body = strip.body(of: token)
    let line = line(ofPiece: body.lowerBound)
    let pieces = pieces(onLine: line)
    return Position(
      line: line, x: columns(pieces.lowerBound..<body.lowerBound),
      width: columns(body.clamped(to: pieces)))
  }

  /// The token drawn at a column of a line; nil beyond the line's end.
  package func token(line: Int, x: Int) -> Int? {
    guard x >= 0 else { return nil }
    var end = 0
    for piece in pieces(onLine: line) {
      end += strip.pieces[piece].width
      if x < end { return strip.token(ofPiece: piece) }
    }
    return nil
  }

  /// The token nearest to a column of a line, for moving a cursor up and down.
  package func nearestToken(line: Int, x: Int) -> Int? {
    guard lineCount > 0 else { return nil }
    let line = min(max(0, line), lineCount - 1)
    return token(line: line, x: max(0, x)) ?? tokens(onLine: line).last
  }

  /// The line a token's body begins on.
  package func line(of token: Int) -> Int? { position(of: token)?.line }

  /// The first line to show so that `token` is on screen, moving as little as possible from `top`.
  package func scroll(from top: Int, toShow token: Int, lines: Int, margin: Int = 1) -> Int {
    let lines = max(1, lines)
    let margin = min(margin, (lines - 1) / 2)
    let line = line(of: token) ?? 0
    let top = max(min(top, line - margin), line + margin - lines + 1)
    return min(max(0, top), max(0, lineCount - lines))
  }

  private func line(ofPiece piece: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while low < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= Int32(piece) { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  private func columns(_ pieces: Range<Int>) -> Int {
    pieces.reduce(0) { $0 + strip.pieces[$1].width }
  }
}
