import Analysis
import Basics
import ScoringCore
import TerminalUI

extension CompareScreen {
  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    switch action {
    case .nextPane: step(pane: 1, &state)
    case .previousPane: step(pane: -1, &state)
    case .choosePartner:
      guard state.analyses.count > 1 else {
        state.notice = Notice(.info, "There is no other run to compare with")
        return []
      }
      state.pick(.partner)
    case .swapRuns: return state.select(run: state.compare.right)
    case .nextFlips where state.compare.shownList == .leaks: focus(.flips, &state)
    case .nextFlips:
      state.compare.listing = CompareState.Listing.allCases.after(state.compare.listing)
    case .toggleLogAxes: state.compare.isLogarithmic.toggle()
    case .toggleAllTokens: state.tokens.tintsAll.toggle()
    case .widenScale: state.tokens.scale.widen()
    case .narrowScale: state.tokens.scale.narrow()
    case .toggleSpaces: state.tokens.showsSpaces.toggle()
    case .nextSequence: move(.down, &state)
    case .previousSequence: move(.up, &state)
    case .nextZone: jump(state.compare.pair?.zones, 1, "error zone", &state)
    case .previousZone: jump(state.compare.pair?.zones, -1, "error zone", &state)
    case .nextExtreme: jump(state.compare.pair?.extremes, 1, "extreme shift", &state)
    case .previousExtreme: jump(state.compare.pair?.extremes, -1, "extreme shift", &state)
    case .left: state.compare.cursor -= 1
    case .right: state.compare.cursor += 1
    case .open: return state.compare.joined == nil ? [] : state.show(.tokens)
    case .copy: return copy(&state)
    default: return moveInPane(action, &state)
    }
    return []
  }

  /// Up and down move in the text where it has the focus, else in the list.
  private static func moveInPane(_ action: Action, _ state: inout AppState) -> [Effect] {
    if state.compare.pane == .tokens {
      moveCursor(action, &state)
      return []
    }
    if let move = TableState.Move(action) { self.move(move, &state) }
    return []
  }

  private static func moveCursor(_ action: Action, _ state: inout AppState) {
    guard let sheet = state.compare.sheets.left ?? state.compare.sheets.right else { return }
    let lines = TokenHalves(CompareLayout(state.bodyArea, state).tokens, state).visibleLines
    let step =
      switch action {
      case .up: -1
      case .down: 1
      case .pageUp: -lines
      case .pageDown: lines
      case .halfPageUp: -max(1, lines / 2)
      case .halfPageDown: max(1, lines / 2)
      case .first: -sheet.layout.lineCount
      case .last: sheet.layout.lineCount
      default: 0
      }
    let cursor = min(state.compare.cursor, sheet.detail.count - 1)
    guard step != 0, let place = sheet.layout.position(of: cursor) else { return }
    let line = min(max(0, place.line + step), sheet.layout.lineCount - 1)
    if let token = sheet.layout.nearestToken(line: line, x: place.x) {
      state.compare.cursor = token
    }
  }

  private static func move(_ move: TableState.Move, _ state: inout AppState) {
    if state.compare.pane == .leaks { return moveLeak(move, &state) }
    guard let list = state.compare.list, !list.rows.isEmpty else { return }
    let layout = CompareLayout(state.bodyArea, state)
    let page = FlipTable(state, list, width: layout.flips.width).page(in: layout.flips)
    state.compare.table.move(move, rowCount: list.rows.count, page: page)
    select(Int(list.rows[state.compare.table.selected]), &state)
  }

  private static func moveLeak(_ move: TableState.Move, _ state: inout AppState) {
    guard let entries = state.compare.leaks?.leaks.entries, !entries.isEmpty else { return }
    let area = LeakedList.parts(CompareLayout(state.bodyArea, state).leaks, state).list
    let page = LeakedTable(state, entries, width: area.width).page(in: area)
    state.compare.leakTable.move(move, rowCount: entries.count, page: page)
    state.row = entries[state.compare.leakTable.selected].rows.left
  }

  private static func select(_ joined: Int, _ state: inout AppState) {
    guard let comparison = state.compare.comparison else { return }
    state.row = Int(comparison.join.left[joined])
  }

  private static func step(pane step: Int, _ state: inout AppState) {
    let all = CompareState.Pane.allCases
    let index = all.firstIndex(of: state.compare.pane) ?? 0
    focus(all[(index + step + all.count) % all.count], &state)
  }

  private static func focus(_ pane: CompareState.Pane, _ state: inout AppState) {
    state.compare.pane = pane
    if pane == .scatter || pane == .curves { state.compare.plot = pane }
    if pane == .flips || pane == .leaks { state.compare.shownList = pane }
  }

  private static func jump(
    _ places: [Int]?, _ step: Int, _ name: String, _ state: inout AppState
  ) {
    guard let places, let first = places.first, let last = places.last else {
      state.notice = Notice(.info, "This text has no \(name) under either run")
      return
    }
    let cursor = state.compare.cursor
    let next = step > 0 ? places.first { $0 > cursor } : places.last { $0 < cursor }
    state.compare.cursor = next ?? (step > 0 ? first : last)
    let number = (places.firstIndex(of: state.compare.cursor) ?? 0) + 1
    let wrapped = next != nil ? "" : step > 0 ? ", from the start again" : ", from the end again"
    state.notice = Notice(.info, "\(name) \(number) of \(places.count)\(wrapped)")
  }

  private static func copy(_ state: inout AppState) -> [Effect] {
    guard let comparison = state.compare.comparison else { return [] }
    state.notice = Notice(.success, "The comparison is copied")
    return [
      .copy([comparison.verdict, comparison.losses, comparison.joinNote].joined(separator: "\n"))
    ]
  }

  static func handle(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    guard state.compare.comparison != nil else { return [] }
    let layout = CompareLayout(area, state)
    if case .press(.left) = mouse.kind, let pane = layout.tab(at: mouse.point) {
      focus(pane, &state)
      return []
    }
    guard let pane = layout.pane(at: mouse.point) else { return [] }
    switch mouse.kind {
    case .press(.left):
      focus(pane, &state)
      press(mouse, layout, pane, &state)
    case .wheel(let wheel) where wheel == .up || wheel == .down:
      if pane == .tokens {
        moveCursor(wheel == .up ? .up : .down, &state)
      } else {
        move(wheel == .up ? .up : .down, &state)
      }
    default: break
    }
    return []
  }

  private static func press(
    _ mouse: Mouse, _ layout: CompareLayout, _ pane: CompareState.Pane, _ state: inout AppState
  ) {
    let point = mouse.point
    switch pane {
    case .flips:
      guard let list = state.compare.list else { return }
      let table = FlipTable(state, list, width: layout.flips.width)
      guard case .row(let row) = table.gesture(mouse, in: layout.flips),
        list.rows.indices.contains(row)
      else { return }
      select(Int(list.rows[row]), &state)
    case .leaks:
      guard let entries = state.compare.leaks?.leaks.entries, !entries.isEmpty else { return }
      let area = LeakedList.parts(layout.leaks, state).list
      let table = LeakedTable(state, entries, width: area.width)
      guard case .row(let row) = table.gesture(mouse, in: area),
        entries.indices.contains(row)
      else { return }
      state.row = entries[row].rows.left
    case .tokens:
      let halves = TokenHalves(layout.tokens, state)
      for (half, sheet) in [
        (halves.left, state.compare.sheets.left), (halves.right, state.compare.sheets.right),
      ] {
        guard let sheet, half.text.contains(point) else { continue }
        var text = TokenText(layout: sheet.layout, top: state.compare.top) { _ in .text }
        text.lane = halves.lane
        if let token = text.hit(point, in: half.text) { state.compare.cursor = token }
      }
    case .scatter:
      if let joined = ScorePlot(state)?.nearest(to: point, in: layout.scatter) {
        select(joined, &state)
      }
    case .curves: break
    }
  }
}
