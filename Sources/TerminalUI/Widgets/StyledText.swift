/// A piece of text that looks one way.
package struct StyledText: Hashable, Sendable {
  package var text: String
  package var style: Style

  package init(_ text: String, _ style: Style = .text) {
    self.text = text
    self.style = style
  }

  package init(_ text: String, _ role: Role) { self.init(text, Style(role)) }
}

/// Where a line of text lies within its row.
package enum Alignment: Hashable, Sendable { case left, center, right }

extension Frame {
  /// Writes one line in the first row of `area`, cut with an ellipsis where it does not fit.
  ///
  /// Returns the columns the text took.
  @discardableResult
  package mutating func putLine(
    _ spans: [StyledText], in area: Rect, align: Alignment = .left, glyphs: GlyphSet
  ) -> Int {
    let row = area.splitTop(1).top
    guard !row.isEmpty else { return 0 }
    let total = spans.reduce(0) { $0 + TextMeasure.width($1.text) }
    let fits = total <= row.width
    let room = fits ? row.width : row.width - 1
    var x = row.x
    switch align {
    case .left: break
    case .center: x += max(0, (row.width - total) / 2)
    case .right: x += max(0, row.width - total)
    }
    let start = x
    let clip = Rect(x: row.x, y: row.y, width: room, height: 1)
    for span in spans where x < clip.maxX {
      x += put(
        span.text, at: Point(x: x, y: row.y), style: span.style, clip: clip,
        escaping: glyphs.lineEscaping)
    }
    if !fits {
      let style = spans.last?.style ?? .text
      put(glyphs.ellipsis.text, at: Point(x: clip.maxX, y: row.y), style: style, clip: row)
      x = clip.maxX + 1
    }
    return x - start
  }

  /// Writes one line of one look; see `putLine(_:in:align:look:)`.
  @discardableResult
  package mutating func putLine(
    _ text: String, in area: Rect, style: Style = .text, align: Alignment = .left, glyphs: GlyphSet
  ) -> Int {
    putLine([StyledText(text, style)], in: area, align: align, glyphs: glyphs)
  }
}

/// How wide text is once it is drawn.
package enum TextMeasure {
  /// The columns a text takes, with what is unsafe to print drawn as escapes.
  package static func width(_ text: String) -> Int {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
      ? text.utf8.count : Sanitize.width(of: text, escaping: .preview)
  }

  /// Breaks prose at blanks into lines of at most `width` columns; longer words are cut.
  package static func wrap(_ text: String, width: Int) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      var taken = 0
      for word in paragraph.split(separator: " ") {
        var word = String(word)
        var size = Self.width(word)
        if taken > 0, taken + 1 + size > width {
          lines.append(line)
          (line, taken) = ("", 0)
        }
        while size > width {
          let head = prefix(word, width: width)
          guard !head.isEmpty else { break }
          lines.append(head)
          word.removeFirst(head.count)
          size = Self.width(word)
        }
        line += (taken > 0 ? " " : "") + word
        taken += (taken > 0 ? 1 : 0) + size
      }
      lines.append(line)
    }
    return lines
  }

  /// As many leading characters as fit in `width` columns.
  package static func prefix(_ text: String, width: Int) -> String {
    var taken = 0
    var end = text.startIndex
    while end < text.endIndex {
      let next = text.index(after: end)
      taken += Self.width(String(text[end..<next]))
      if taken > width { break }
      end = next
    }
    return String(text[..<end])
  }
}
