import Basics
import ScoringCore
import TerminalUI

/// The triage list: a run's sequences, most member-like first.
enum SequencesScreen {
  /// Brings cached layout up to date after any event, if this screen is shown.
  static func prepare(_ state: inout AppState) -> [Effect] {
    let effects = state.arrangeSequences()
    if let order = state.currentOrder {
      let page = Layout(state.bodyArea, order, look: state.look).page
      state.sequences.list.settle(rowCount: order.count, page: page)
    }
    return effects
  }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    switch action {
    case .down: move(.down, &state)
    case .up: move(.up, &state)
    case .pageDown: move(.pageDown, &state)
    case .pageUp: move(.pageUp, &state)
    case .halfPageDown: move(.halfPageDown, &state)
    case .halfPageUp: move(.halfPageUp, &state)
    case .first: move(.home, &state)
    case .last: move(.end, &state)
    case .open: if state.row != nil { return state.show(.tokens) }
    case .sort: sortByNext(&state)
    case .reverseSort: reverse(&state)
    case .search, .filter: openPrompt(action == .search ? .search : .filter, &state)
    case .clearFilters:
      state.sequences.filter = RowFilter()
      state.sequences.search = ""
    case .nameSuspects: nameSuspects(&state)
    case .nextMatch: jump(forward: true, &state)
    case .previousMatch: jump(forward: false, &state)
    case .copy: return copy(&state)
    default: break
    }
    return []
  }

  /// Takes the answer to a request; one that was overtaken changes nothing.
  static func take(_ order: RowOrder, generation: Int, _ state: inout AppState) {
    guard state.sequences.answer(order, generation: generation) else { return }
    state.keepPlace(in: order)
    guard state.sequences.seeksMatch, state.screen == .sequences else { return }
    // The first match from where the search began is shown, even if Enter came before the answer.
    if state.prompt == nil { state.sequences.seeksMatch = false }
    let origin = state.sequences.undo?.row.flatMap(order.place) ?? 0
    guard let match = order.match(from: origin, forward: true, including: true) else { return }
    select(match.place, order, &state)
  }

  static func take(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    guard let order = state.currentOrder else { return [] }
    let layout = Layout(area, order, look: state.look)
    let table = SequenceTable(state, order).table(in: layout.list)
    switch mouse.kind {
    case .wheel(let direction) where layout.list.contains(mouse.point):
      guard direction == .up || direction == .down else { return [] }
      move(.scroll(direction == .up ? -3 : 3), &state)
    case .press(.left), .drag(.left):
      switch table.hit(mouse.point, in: layout.list, state: state.sequences.list) {
      case .row(let place, _): select(place, order, &state)
      case .header(let column):
        guard mouse.kind == .press(.left),
          let sort = SequenceTable(state, order).columns[column].sort
        else { return [] }
        if sort == order.query.sort { reverse(&state) } else { self.sort(by: sort, &state) }
      case .scrollbar(let first):
        move(.scroll(first - state.sequences.list.top), &state)
      case nil: break
      }
    default: break
    }
    return []
  }

  private static func move(_ move: TableState.Move, _ state: inout AppState) {
    guard let order = state.currentOrder, order.count > 0 else { return }
    let page = Layout(state.bodyArea, order, look: state.look).page
    state.sequences.list.move(move, rowCount: order.count, page: page)
    state.row = order.row(state.sequences.list.selected)
  }

  private static func select(_ place: Int, _ order: RowOrder, _ state: inout AppState) {
    state.sequences.list.selected = place
    state.row = order.row(place)
  }

  private static func sortByNext(_ state: inout AppState) {
    guard let analysis = state.analysis else { return }
    let columns = SortColumn.available(in: analysis, attack: state.attackIndex(in: analysis))
    let current = state.currentOrder?.query.sort ?? state.sequences.sort
    let place = columns.firstIndex(of: current) ?? -1
    sort(by: columns[(place + 1) % columns.count], &state)
  }

  private static func sort(by column: SortColumn, _ state: inout AppState) {
    state.sequences.sort = column
    state.sequences.direction = column.natural
  }

  private static func reverse(_ state: inout AppState) {
    let isDescending = state.sequences.direction == .descending
    state.sequences.direction = isDescending ? .ascending : .descending
  }

  private static func nameSuspects(_ state: inout AppState) {
    guard let analysis = state.analysis else { return }
    if let problem = analysis.problemOfSuspects(attack: state.attackIndex(in: analysis)) {
      state.sequences.discoveryRate = .off
      state.notice = Notice(
        .warning,
        analysis.suspectCount == 0 ? problem.long : "No suspect can be named: \(problem.short)")
      return
    }
    let rate = state.sequences.discoveryRate.next
    state.sequences.discoveryRate = rate
    state.notice = Notice(
      .info,
      rate == .off
        ? "Suspects are no longer named"
        : "Suspects are named so that at most \(rate.text) of them are expected to be wrong")
  }

  private static func jump(forward: Bool, _ state: inout AppState) {
    guard let order = state.currentOrder, !order.query.search.isEmpty else {
      state.notice = Notice(.info, "Press / and type what to search for")
      return
    }
    let place = state.sequences.list.selected
    guard let match = order.match(from: place, forward: forward) else {
      state.notice = Notice(.warning, "No sequence contains \(order.query.search)")
      return
    }
    select(match.place, order, &state)
    let end = forward ? "from the top again" : "from the end again"
    state.notice = Notice(
      .info,
      "\(NumberFormat.count(match.number + 1)) of \(NumberFormat.count(order.matches.count))"
        + (match.wrapped ? ", \(end)" : ""))
  }

  private static func copy(_ state: inout AppState) -> [Effect] {
    guard let order = state.currentOrder, let row = state.row else { return [] }
    let text = state.redaction.text(order.analysis.table?.text(row) ?? "")
    state.notice = Notice(.success, text.isEmpty ? "The id is copied" : "Id and text are copied")
    let fields = [order.analysis.scores.ids[row]] + (text.isEmpty ? [] : [text])
    return [.copy(fields.map { Sanitize.text($0, escaping: .preview) }.joined(separator: "\t"))]
  }
}
