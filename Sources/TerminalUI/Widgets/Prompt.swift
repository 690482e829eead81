/// A line of text being edited, with a cursor between its characters and a history.
package struct PromptState: Hashable, Sendable {
  package private(set) var text: String
  /// How many characters lie before the cursor.
  package private(set) var cursor: Int
  /// Earlier entries, oldest first.
  package var history: [String]
  private var recalled: Int?
  private var draft = ""

  package init(_ text: String = "", history: [String] = []) {
    self.text = text
    cursor = text.count
    self.history = history
  }

  package enum Edit: Hashable, Sendable {
    /// Typed or pasted text; line feeds and tabs become blanks.
    case insert(String)
    case backspace, delete, deleteWord, deleteToEnd, deleteAll
    case left, right, wordLeft, wordRight, home, end
    case historyBack, historyForward
  }

  package mutating func apply(_ edit: Edit) {
    switch edit {
    case .insert(let new): insert(new)
    case .backspace: remove(cursor - 1..<cursor)
    case .delete: remove(cursor..<cursor + 1)
    case .deleteWord: remove(wordStart..<cursor)
    case .deleteToEnd: remove(cursor..<text.count)
    case .deleteAll: replace("")
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(text.count, cursor + 1)
    case .wordLeft: cursor = wordStart
    case .wordRight: cursor = wordEnd
    case .home: cursor = 0
    case .end: cursor = text.count
    case .historyBack: recall(-1)
    case .historyForward: recall(1)
    }
  }

  /// Replaces the text and puts the cursor at its end.
  package mutating func replace(_ new: String) {
    text = new
    cursor = new.count
  }

  /// Puts the entry into the history, without repeating the last, and empties the line.
  package mutating func commit() -> String {
    let entry = text
    if !entry.isEmpty, history.last != entry { history.append(entry) }
    recalled = nil
    replace("")
    return entry
  }

  private mutating func insert(_ new: String) {
    let line = new.map { $0.isNewline || $0 == "\t" ? " " : $0 }
    let index = text.index(text.startIndex, offsetBy: cursor)
    let before = text[..<index].count
    text.insert(contentsOf: line, at: index)
    // A mark typed after its letter joins it: count what lies before the cursor anew.
    let tail = text.unicodeScalars.count - String(line).unicodeScalars.count
    cursor = tail == 0 ? text.count : min(text.count, before + line.count)
    recalled = nil
  }

  private mutating func remove(_ range: Range<Int>) {
    let range = range.clamped(to: 0..<text.count)
    guard !range.isEmpty else { return }
    let start = text.index(text.startIndex, offsetBy: range.lowerBound)
    text.removeSubrange(start..<text.index(start, offsetBy: range.count))
    cursor = min(range.lowerBound, text.count)
  }

  private var wordStart: Int {
    let before = Array(text.prefix(cursor))
    let blanks = before.reversed().prefix { $0 == " " }.count
    return cursor - blanks - before.dropLast(blanks).reversed().prefix { $0 != " " }.count
  }

  private var wordEnd: Int {
    let after = Array(text.dropFirst(cursor))
    let blanks = after.prefix { $0 == " " }.count
    return cursor + blanks + after.dropFirst(blanks).prefix { $0 != " " }.count
  }

  private mutating func recall(_ step: Int) {
    guard !history.isEmpty else { return }
    if recalled == nil {
      guard step < 0 else { return }
      draft = text
    }
    let next = (recalled ?? history.count) + step
    if next >= history.count {
      recalled = nil
      replace(draft)
    } else {
      recalled = max(0, next)
      replace(history[max(0, next)])
    }
  }
}

/// One row to type in: a label, the text scrolled to keep the cursor in sight, a note at the right.
package struct Prompt: Hashable, Sendable {
  package var label: String
  package var state: PromptState
  /// Shown while nothing is typed.
  package var placeholder: String
  /// Shown at the right, such as a count of matches or what is wrong with the text.
  package var note: StyledText?

  package init(
    label: String, state: PromptState, placeholder: String = "", note: StyledText? = nil
  ) {
    self.label = label
    self.state = state
    self.placeholder = placeholder
    self.note = note
  }

  package func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    var row = area.splitTop(1).top
    guard !row.isEmpty else { return }
    frame.fill(row, style: Style(.prompt))
    let labelWidth = TextMeasure.width(label)
    if row.width > labelWidth + 4 {
      frame.putLine(label, in: row, style: Style(.hintKey, on: .prompt), glyphs: glyphs)
      row = row.splitLeft(labelWidth).rest
    }
    if let note, row.width > TextMeasure.width(note.text) + 12 {
      let (rest, right) = row.splitRight(TextMeasure.width(note.text) + 1)
      frame.putLine(
        note.text, in: right, style: Style(note.style.role, on: .prompt), align: .right,
        glyphs: glyphs)
      row = rest
    }
    if state.text.isEmpty {
      let ground = Style(.textDim, on: .prompt)
      frame.putLine(
        placeholder, in: row.splitLeft(1).rest, style: ground, glyphs: glyphs)
    }
    drawText(in: row, on: &frame, glyphs: glyphs)
  }

  private func drawText(in row: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let pieces = Sanitize.pieces(of: state.text, escaping: glyphs.lineEscaping)
    let before = Sanitize.width(
      of: String(state.text.prefix(state.cursor)), escaping: glyphs.lineEscaping)
    let skipped = max(0, before - row.width + 1)
    var x = row.x - skipped
    for piece in pieces {
      // What is scrolled out on the left is not drawn, nor half of a wide glyph.
      if x >= row.x {
        let role: Role = piece.isEscape ? .tokenEscape : .prompt
        frame.put(
          piece.glyph, at: Point(x: x, y: row.y), style: Style(role, on: .prompt), clip: row)
      }
      x += piece.width
    }
    let cursor = Point(x: row.x + before - skipped, y: row.y)
    guard row.contains(cursor) else { return }
    let under = Rect(x: cursor.x, y: cursor.y, width: max(1, frame[cursor].glyph.width), height: 1)
    frame.restyle(under.intersection(row)) { $0 = Style(.cursor) }
    frame.cursor = cursor
  }
}
