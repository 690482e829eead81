/// What a screen without content says: what is missing, why, and which keys help.
package struct EmptyState: Hashable, Sendable {
  package var title: String
  package var why: String
  /// Keys and what they do.
  package var actions: [HintLine.Hint]

  package init(title: String, why: String, actions: [HintLine.Hint] = []) {
    self.title = title
    self.why = why
    self.actions = actions
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let width = min(60, max(0, area.width - 4))
    let reasons = TextMeasure.wrap(why, width: width)
    let keys = actions.map { TextMeasure.width($0.keys) }.max() ?? 0
    let height =
      1 + (reasons.isEmpty ? 0 : 1 + reasons.count)
      + (actions.isEmpty ? 0 : 1 + actions.count)
    var row = area.splitTop(max(0, (area.height - height) / 2)).rest
    func next() -> Rect {
      let (top, rest) = row.splitTop(1)
      row = rest
      return top
    }
    frame.putLine(title, in: next(), style: Style(.title), align: .center, glyphs: glyphs)
    if !reasons.isEmpty { _ = next() }
    for line in reasons {
      frame.putLine(line, in: next(), style: Style(.text), align: .center, glyphs: glyphs)
    }
    guard !actions.isEmpty else { return }
    _ = next()
    let block = keys + 2 + (actions.map { TextMeasure.width($0.text) }.max() ?? 0)
    for action in actions {
      let line = next().splitLeft(max(0, (area.width - block) / 2)).rest
      let pad = String(repeating: " ", count: keys - TextMeasure.width(action.keys) + 2)
      frame.putLine(
        [StyledText(action.keys, .hintKey), StyledText(pad + action.text, .hint)], in: line,
        glyphs: glyphs)
    }
  }
}

/// Stands in for a screen that does not fit, and says what it needs.
package struct TooSmall: Hashable, Sendable {
  package var needs: Size

  package init(needs: Size) { self.needs = needs }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let times = glyphs.pick("×", "x")
    let need = "\(needs.width)\(times)\(needs.height)"
    let has = "\(area.width)\(times)\(area.height)"
    let long = ["Terminal too small", "needs \(need), has \(has)"]
    let fits = area.width >= 24 && area.height >= 2
    let lines = fits ? long : area.height >= 2 ? ["needs", need] : [need]
    let rest = area.splitTop(max(0, (area.height - lines.count) / 2)).rest
    for (index, line) in lines.enumerated() {
      let style = Style(index == 0 && fits ? .statusWarning : .text)
      frame.putLine(
        line, in: rest.splitTop(index).rest, style: style, align: .center, glyphs: glyphs)
    }
  }
}

/// Labels and values in two aligned columns; long values wrap under themselves.
package struct KeyValue: Hashable, Sendable {
  package enum Row: Hashable, Sendable {
    case pair(String, [StyledText])
    case heading(String)
    case note(String)
    case gap
  }

  package var rows: [Row]

  package init(_ rows: [Row]) { self.rows = rows }

  /// The rows of the screen the panel would take at a width.
  package func height(width: Int) -> Int { lines(width: width).count }

  package func draw(
    in area: Rect, on frame: inout Frame, skipping skipped: Int = 0, glyphs: GlyphSet
  ) {
    let lines = lines(width: area.width).dropFirst(max(0, skipped))
    for (index, line) in lines.prefix(area.height).enumerated() {
      let row = Rect(x: area.x, y: area.y + index, width: area.width, height: 1)
      frame.putLine(line.label, in: row.splitLeft(line.indent).left, glyphs: glyphs)
      frame.putLine(line.value, in: row.splitLeft(line.indent).rest, glyphs: glyphs)
    }
  }

  private struct Line {
    var label: [StyledText] = []
    var value: [StyledText] = []
    var indent = 0
  }

  private func lines(width: Int) -> [Line] {
    let labels = rows.map { row -> Int in
      if case .pair(let label, _) = row { return TextMeasure.width(label) }
      return 0
    }
    let column = min((labels.max() ?? 0) + 2, max(0, width * 3 / 5))
    let room = max(1, width - column)
    return rows.flatMap { row -> [Line] in
      switch row {
      case .gap: return [Line()]
      case .heading(let text): return [Line(value: [StyledText(text, .heading)])]
      case .note(let text):
        return TextMeasure.wrap(text, width: max(1, width)).map {
          Line(value: [StyledText($0, .textDim)])
        }
      case .pair(let label, let spans):
        let name = [StyledText(label, .textDim)]
        let total = spans.reduce(0) { $0 + TextMeasure.width($1.text) }
        // Styled pieces stay on one line when they fit; prose wraps in the look of its first piece.
        if total <= room || spans.count > 1 {
          return [Line(label: name, value: spans, indent: column)]
        }
        let style = spans.first?.style ?? .text
        let wrapped = TextMeasure.wrap(spans.first?.text ?? "", width: room)
        return wrapped.enumerated().map { index, text in
          Line(label: index == 0 ? name : [], value: [StyledText(text, style)], indent: column)
        }
      }
    }
  }
}
