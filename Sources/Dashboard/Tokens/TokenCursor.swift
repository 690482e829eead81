import TerminalUI

/// How the cursor moves over the tokens of a text.
enum TokenCursor {
  static func perform(_ action: Action, _ state: inout AppState) {
    guard let detail = state.tokens.detail, let sheet = state.tokens.text else { return }
    let lines = TokensScreen.Layout(state.bodyArea, state).visibleLines
    let cursor = state.tokens.cursor
    switch action {
    case .left: move(to: cursor - 1, &state)
    case .right: move(to: cursor + 1, &state)
    case .first: move(to: 0, &state)
    case .last: move(to: detail.count - 1, &state)
    case .up: moveLines(-1, sheet, &state)
    case .down: moveLines(1, sheet, &state)
    case .pageUp: moveLines(-max(1, lines - 1), sheet, &state)
    case .pageDown: moveLines(max(1, lines - 1), sheet, &state)
    case .halfPageUp: moveLines(-max(1, lines / 2), sheet, &state)
    case .halfPageDown: moveLines(max(1, lines / 2), sheet, &state)
    case .nextZone:
      jump(detail.zones.map(\.lowerBound), forward: true, "error zone", &state)
    case .previousZone:
      jump(detail.zones.map(\.lowerBound), forward: false, "error zone", &state)
    case .nextExtreme: jump(detail.extremes, forward: true, "extreme shift", &state)
    case .previousExtreme: jump(detail.extremes, forward: false, "extreme shift", &state)
    case .nextMatch, .previousMatch: jumpToMatch(forward: action == .nextMatch, &state)
    default: break
    }
  }

  /// Scrolls; the cursor follows only as far as it must to stay on screen.
  static func scroll(_ step: Int, lines: Int, _ sheet: TokenSheet, _ state: inout AppState) {
    let layout = sheet.layout
    let last = max(0, layout.lineCount - lines)
    let top = min(max(0, state.tokens.top + step), last)
    state.tokens.top = top
    let line = layout.line(of: state.tokens.cursor) ?? 0
    let margin = min(1, (lines - 1) / 2)
    let kept = min(
      max(line, top + (top == 0 ? 0 : margin)), top + lines - 1 - (top == last ? 0 : margin))
    if kept != line { moveLines(kept - line, sheet, &state) }
  }

  private static func move(to token: Int, _ state: inout AppState) {
    let count = state.tokens.detail?.count ?? 0
    state.tokens.cursor = min(max(0, token), max(0, count - 1))
    state.tokens.column = nil
  }

  private static func moveLines(_ step: Int, _ sheet: TokenSheet, _ state: inout AppState) {
    guard let place = sheet.layout.position(of: state.tokens.cursor) else { return }
    let column = state.tokens.column ?? place.x
    let line = min(max(0, place.line + step), sheet.layout.lineCount - 1)
    guard line != place.line,
      var token = sheet.layout.nearestToken(line: line, x: column)
    else { return }
    // A token that only hangs its blank at this line's end has its body on the next.
    if step < 0, sheet.layout.line(of: token) ?? line > line { token -= 1 }
    state.tokens.cursor = max(0, token)
    state.tokens.column = column
  }

  private static func jump(
    _ places: [Int], forward: Bool, _ name: String, _ state: inout AppState
  ) {
    let cursor = state.tokens.cursor
    guard let first = places.first, let last = places.last else {
      state.notice = Notice(.info, "This text has no \(name)")
      return
    }
    let next = forward ? places.first { $0 > cursor } : places.last { $0 < cursor }
    move(to: next ?? (forward ? first : last), &state)
    let number = (places.firstIndex(of: state.tokens.cursor) ?? 0) + 1
    let wrapped = next != nil ? "" : forward ? ", from the start again" : ", from the end again"
    state.notice = Notice(.info, "\(name) \(number) of \(places.count)\(wrapped)")
  }

  private static func jumpToMatch(forward: Bool, _ state: inout AppState) {
    guard !state.tokens.search.isEmpty else {
      state.notice = Notice(.info, "Press / and type what to search for")
      return
    }
    let found = state.tokens.found
    guard let match = found.next(from: state.tokens.cursor, forward: forward) else {
      state.notice = Notice(.warning, "This text does not contain \(state.tokens.search)")
      return
    }
    move(to: found.ranges[match.number].lowerBound, &state)
    let wrapped = !match.wrapped ? "" : forward ? ", from the start again" : ", from the end again"
    state.notice = Notice(.info, "\(match.number + 1) of \(found.ranges.count)\(wrapped)")
  }
}
