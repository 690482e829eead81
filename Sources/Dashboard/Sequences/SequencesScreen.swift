import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The triage list: a run's sequences, most member-like first.
enum SequencesScreen: Screen {
  static func settle(_ state: inout AppState) -> [Effect] {
    let effects = state.arrangeSequences()
    guard let order = state.currentOrder else { return effects }
    let layout = Layout(state.bodyArea, order)
    state.sequences.list.settle(rowCount: order.count, page: layout.page)
    let first = state.sequences.list.top
    let shown = (first..<first + layout.page + order.cuts.count).compactMap(order.row)
    let (analysis, attack, redaction) = (order.analysis, order.query.attack, state.redaction)
    state.sequences.strongest.look(at: shown, of: analysis, attack: attack, redaction)
    openPreview(order, width: PreviewPane.textWidth(in: layout.preview), &state)
    return effects
  }

  private static func openPreview(_ order: RowOrder, width: Int, _ state: inout AppState) {
    guard let row = state.row else {
      state.sequences.preview = nil
      return
    }
    let old = state.sequences.preview
    let detail = SequenceDetail.of(
      order.analysis, row: row, attack: order.query.attack, redaction: state.redaction,
      reusing: old?.detail)
    if let old, old.sheet.shows(detail, width: width, glyphs: state.glyphs) { return }
    state.sequences.preview = detail.map {
      SequencePreview($0, width: width, glyphs: state.glyphs, reusing: old)
    }
  }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    if let move = TableState.Move(action) {
      self.move(move, &state)
      return []
    }
    switch action {
    case .open:
      if state.row != nil { return state.show(.tokens) }
      fold(&state)
    case .pick: pick(&state)
    case .sort: sortByNext(&state)
    case .reverseSort: reverse(&state)
    case .filter: openPrompt(.filter, &state)
    case .search: openPrompt(.search, &state)
    case .clearFilters:
      state.sequences.query.clear()
      state.sequences.picked = []
    case .nameSuspects: nameSuspects(&state)
    case .nextMatch: jump(forward: true, &state)
    case .previousMatch: jump(forward: false, &state)
    case .copy: return copy(&state)
    default: break
    }
    return []
  }

  static func isWaiting(for action: Action, _ state: AppState) -> Bool {
    switch action {
    case .filter, .search, .clearFilters, .reverseSort, .undo, .redo: false
    case .sort, .nameSuspects: state.lacksSequences
    default: state.lacksSequences || state.isListChanging
    }
  }

  static func receive(_ answer: any Sendable, _ state: inout AppState) {
    guard let order = answer as? RowOrder else { return }
    state.sequences.show(order)
    if state.sequences.startsAtTop {
      state.sequences.startsAtTop = false
      state.sequences.list = TableState(selected: order.firstPlace)
      state.row = order.row(order.firstPlace)
    }
    state.keepPlace(in: order)
    guard state.sequences.seeksMatch, state.screen == .sequences else { return }
    // The first match from where the search began is shown, even if Enter came before the answer.
    if state.prompt == nil { state.sequences.seeksMatch = false }
    let origin = state.sequences.rowBefore.flatMap(order.place) ?? 0
    guard let match = order.match(from: origin, forward: true, including: true) else { return }
    select(match.place, order, &state)
  }

  static func handle(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    guard let order = state.currentOrder else { return [] }
    let layout = Layout(area, order)
    let table = SequenceTable(state, order).table(in: layout.list)
    switch table.gesture(mouse, in: layout.list, state: state.sequences.list) {
    case .move(let move):
      self.move(move, &state)
      if case .to = move { pickAlong(order, &state) }
    case .row(let place):
      select(place, order, &state)
      var picked = state.sequences.picked
      let id = mouse.modifiers.contains(.control) ? state.selectedID : nil
      if let id { picked.toggle(id) }
      state.sequences.picked = picked
      state.sequences.drag = SequencesState.Drag(from: place, picked: picked)
      if id != nil { tellPicked(&state) }
    case .header(let column):
      guard let sort = SequenceTable(state, order).columns[column].sort else { return [] }
      if sort == order.query.sort { reverse(&state) } else { self.sort(by: sort, &state) }
    case nil: break
    }
    return []
  }

  private static func move(_ move: TableState.Move, _ state: inout AppState) {
    guard let order = state.currentOrder, order.count > 0 else { return }
    let page = Layout(state.bodyArea, order).page
    state.sequences.list.move(move, rowCount: order.count, page: page)
    state.row = order.row(state.sequences.list.selected)
    state.sequences.isOnFold = state.row == nil
  }

  private static func select(_ place: Int, _ order: RowOrder, _ state: inout AppState) {
    state.sequences.list.selected = place
    state.row = order.row(place)
    state.sequences.isOnFold = state.row == nil
  }

  /// Lists the edge cases, or folds them into their line again.
  private static func fold(_ state: inout AppState) {
    guard let order = state.currentOrder, order.isFold(state.sequences.list.selected) else {
      return
    }
    state.sequences.foldsEdgeCases.toggle()
  }

  /// Picks the sequence, or lets it go, and goes on to the next.
  private static func pick(_ state: inout AppState) {
    guard let id = state.selectedID else {
      state.notice = Notice(.info, Self.nothingSelected)
      return
    }
    state.sequences.picked.toggle(id)
    move(.down, &state)
    tellPicked(&state)
  }

  /// Picks what lies between where the mouse was pressed and where it is, besides what was picked.
  private static func pickAlong(_ order: RowOrder, _ state: inout AppState) {
    guard let drag = state.sequences.drag else { return }
    let here = state.sequences.list.selected
    let rows = (min(drag.from, here)...max(drag.from, here)).compactMap(order.row)
    let ids = order.analysis.scores.ids
    // A hand that shakes on one row picks nothing.
    let along = here == drag.from ? [] : rows.map { ids[$0] }
    guard state.sequences.picked != drag.picked.union(along) else { return }
    state.sequences.picked = drag.picked.union(along)
    tellPicked(&state)
  }

  private static let nothingSelected = "No sequence is selected"

  private static func tellPicked(_ state: inout AppState) {
    let count = state.sequences.picked.count
    state.notice =
      count == 0
      ? Notice(.info, "No sequence is picked")
      : Notice(
        .info, "\(NumberFormat.counted(count, "sequence")) picked; a verdict now is on all of them")
  }

  /// Steps through the columns there is room for: nothing is sorted by what is not seen.
  private static func sortByNext(_ state: inout AppState) {
    guard let order = state.currentOrder else { return }
    let width = Layout(state.bodyArea, order).list.width
    let columns = SequenceTable(state, order).sortable(width: width)
    guard !columns.isEmpty else { return }
    // Pressed twice before the first is answered, it goes on twice.
    let current = state.sequences.requested?.query.sort ?? order.query.sort
    let place = columns.firstIndex(of: current) ?? -1
    sort(by: columns[(place + 1) % columns.count], &state)
  }

  private static func sort(by column: SortColumn, _ state: inout AppState) {
    state.sequences.sort = column
    state.sequences.direction = column.natural
    state.sequences.startsAtTop = true
  }

  private static func reverse(_ state: inout AppState) {
    let isDescending = state.sequences.direction == .descending
    state.sequences.direction = isDescending ? .ascending : .descending
    state.sequences.startsAtTop = true
  }

  private static func nameSuspects(_ state: inout AppState) {
    guard let analysis = state.analysis, let shown = state.shownAttack(in: analysis) else { return }
    if let problem = analysis.problemOfSuspects(attack: shown) {
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
    guard let order = state.currentOrder else { return [] }
    guard let row = state.row else {
      state.notice = Notice(.info, Self.nothingSelected)
      return []
    }
    let text = state.redaction.text(order.analysis.table?.text(row) ?? "")
    state.notice = Notice(.success, text.isEmpty ? "The id is copied" : "Id and text are copied")
    let fields = [state.redaction.id(order.analysis.scores.ids[row])] + (text.isEmpty ? [] : [text])
    return [.copy(fields.map { Sanitize.text($0, escaping: .preview) }.joined(separator: "\t"))]
  }

  static func list(_ state: AppState) -> ListContent? {
    guard let order = state.currentOrder else { return nil }
    let (analysis, redaction) = (order.analysis, state.redaction)
    let (ids, pValues) = (analysis.scores.ids, order.figures.pValues)
    var content = ListContent(
      columns: [
        "id", "label", "score", "class", "p_value", "adjusted_p", "verdict", "note", "text",
      ],
      rows: [])
    for row in order.rows.map(Int.init) {
      let score = order.column[row]
      let judgement = state.triage.log.judgement(of: ids[row])
      let adjusted = order.discoveries.map { $0.adjusted[row] } ?? .nan
      content.rows.append([
        redaction.id(ids[row]), analysis.scores.labels[row].name, score.number, score.status.name,
        pValues.indices.contains(row) ? number(pValues[row]) : "", number(adjusted),
        judgement.verdict == .unjudged ? "" : judgement.verdict.name,
        redaction.text(judgement.note), redaction.text(analysis.table?.text(row) ?? ""),
      ])
    }
    return content
  }

  private static func number(_ value: Double) -> String { value.isNaN ? "" : "\(value)" }
}
