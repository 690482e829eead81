import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What the target gives away and its base would not, span by span, and how cheaply.
enum LeaksScreen: Screen {
  static func settle(_ state: inout AppState) -> [Effect] {
    guard let analysis = state.analysis else { return [] }
    state.takeUp(\.leaks.query, analysis)
    var effects: [Effect] = []
    if state.leaks.report?.analysis !== analysis, let known = state.knownLeaks(of: analysis) {
      receive(known, &state)
    }
    if state.leaks.report?.analysis !== analysis, state.leaks.requested !== analysis {
      state.leaks.requested = analysis
      effects.append(
        state.request(for: LeaksScreen.self) { LeakAnalysis(analysis, isCancelled: $0) })
    }
    guard let report = state.currentLeaks else { return effects }
    if state.leaks.list?.isOf(report, state) != true { state.leaks.list = LeakList(report, state) }
    guard let list = state.leaks.list, !list.spans.isEmpty else {
      state.leaks.text = nil
      return effects
    }
    follow(list, &state)
    let layout = LeaksLayout(state.bodyArea)
    let page = LeakTable(state, list, width: layout.list.width).page(in: layout.list)
    state.leaks.table.settle(rowCount: list.spans.count, page: page)
    layOut(list, width: layout.textWidth, &state)
    return effects
  }

  /// The sequence looked at is that of the selected span, also when another screen chose it.
  private static func follow(_ list: LeakList, _ state: inout AppState) {
    let selected = min(max(0, state.leaks.table.selected), list.spans.count - 1)
    state.leaks.table.selected = selected
    guard state.row != list.spans[selected].sequence else { return }
    if let row = state.row, let place = list.spans.firstIndex(where: { $0.sequence == row }) {
      state.leaks.table.selected = place
    } else {
      state.row = list.spans[selected].sequence
    }
  }

  private static func layOut(_ list: LeakList, width: Int, _ state: inout AppState) {
    let span = list.spans[state.leaks.table.selected]
    let analysis = list.report.analysis
    let old = state.leaks.text
    let detail = SequenceDetail.of(
      analysis, row: span.sequence, attack: state.shownSpelling(in: analysis) ?? state.attack,
      redaction: state.redaction, reusing: old?.detail)
    if let old, old.sheet.shows(detail, width: width, glyphs: state.glyphs) { return }
    state.leaks.text = detail.map {
      LeakSheet($0, width: max(1, width), glyphs: state.glyphs, reusing: old)
    }
  }

  static func receive(_ answer: any Sendable, _ state: inout AppState) {
    guard let report = answer as? LeakAnalysis else { return }
    state.rememberLeaks([report])
    state.leaks.report = report
    state.leaks.requested = nil
    state.leaks.table = TableState()
    if let first = report.leaks?.spans.first { state.row = state.row ?? first.sequence }
  }

  static func isWaiting(for action: Action, _ state: AppState) -> Bool {
    switch action {
    case .filter, .search, .clearFilters, .sort, .reverseSort, .left, .right, .undo, .redo: false
    default: state.currentLeaks == nil
    }
  }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    if let move = TableState.Move(action) {
      self.move(move, &state)
      return []
    }
    switch action {
    case .left: state.leaks.cursor = max(0, state.leaks.cursor - 1)
    case .right: state.leaks.cursor = min(64, state.leaks.cursor + 1)
    case .open: return state.row == nil ? [] : state.show(.tokens)
    case .sort: sort(by: LeaksState.Sort.allCases.after(state.leaks.sort), &state)
    case .reverseSort: state.leaks.isReversed.toggle()
    case .filter: state.prompt = state.leaks.query.prompt(.filter)
    case .search: state.prompt = state.leaks.query.prompt(.search)
    case .clearFilters: state.leaks.query.clear()
    case .nextMatch: find(forward: true, &state)
    case .previousMatch: find(forward: false, &state)
    case .nextOpen: findOpen(&state)
    case .copy: return copy(&state)
    default: break
    }
    return []
  }

  private static func sort(by sort: LeaksState.Sort, _ state: inout AppState) {
    (state.leaks.sort, state.leaks.isReversed) = (sort, false)
    select(0, &state)
  }

  private static func move(_ move: TableState.Move, _ state: inout AppState) {
    guard let list = state.leaks.list, !list.spans.isEmpty else { return }
    let layout = LeaksLayout(state.bodyArea)
    let page = LeakTable(state, list, width: layout.list.width).page(in: layout.list)
    state.leaks.table.move(move, rowCount: list.spans.count, page: page)
    state.row = list.spans[state.leaks.table.selected].sequence
  }

  private static func select(_ place: Int, _ state: inout AppState) {
    guard let list = state.leaks.list, list.spans.indices.contains(place) else { return }
    state.leaks.table.selected = place
    state.row = list.spans[place].sequence
  }

  /// To the next span whose sequence nobody has judged.
  private static func findOpen(_ state: inout AppState) {
    guard let list = state.leaks.list, !list.spans.isEmpty else { return }
    let (ids, log) = (list.report.analysis.scores.ids, state.triage.log)
    let here = state.leaks.table.selected
    let next = (1...list.spans.count).lazy.map { (here + $0) % list.spans.count }.first {
      log.judgement(of: ids[list.spans[$0].sequence]).verdict == .unjudged
    }
    guard let next else {
      state.notice = Notice(.success, "Every sequence listed is judged")
      return
    }
    select(next, &state)
  }

  private static func find(forward: Bool, _ state: inout AppState) {
    guard let list = state.leaks.list, !list.spans.isEmpty else { return }
    guard !state.leaks.query.search.isEmpty else {
      state.notice = Notice(.info, "Press / and type what to search for")
      return
    }
    let (analysis, count) = (list.report.analysis, list.spans.count)
    let search = TextSearch(state.leaks.query.search)
    let here = state.leaks.table.selected
    let places = (1...count).lazy.map { (here + (forward ? $0 : count - $0)) % count }
    let found = places.first { place in
      let row = list.spans[place].sequence
      return search.isIn(analysis.scores.ids, row)
        || analysis.table.map { search.isInText(of: row, $0) } ?? false
    }
    if let found {
      select(found, &state)
    } else {
      state.notice = Notice(.warning, "No sequence listed contains \(state.leaks.query.search)")
    }
  }

  static func typed(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, _ state: inout AppState
  ) -> [Effect] {
    let (context, redaction) = (state.filterContext, state.redaction)
    if let prompt = state.leaks.query.type(purpose, text, isFinal: isFinal, in: context, redaction)
    {
      state.prompt = prompt
    }
    if purpose == .search, isFinal, text?.isEmpty == false { find(forward: true, &state) }
    return []
  }

  static func complete(_ text: String, _ state: AppState) -> String? {
    state.completedFilter(text)
  }

  static func promptNote(_ state: AppState) -> String? {
    state.leaks.query.problem
      ?? state.leaks.list.map { NumberFormat.counted($0.spans.count, "span") }
  }

  static func handle(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    guard let list = state.leaks.list, state.currentLeaks != nil else { return [] }
    let layout = LeaksLayout(area)
    let table = LeakTable(state, list, width: layout.list.width)
    switch table.gesture(mouse, in: layout.list) {
    case .move(let move): self.move(move, &state)
    case .row(let place): select(place, &state)
    case .header(let column):
      guard let sort = table.sort(column: column) else { return [] }
      if sort == state.leaks.sort {
        state.leaks.isReversed.toggle()
      } else {
        self.sort(by: sort, &state)
      }
    case nil: break
    }
    return []
  }

  private static func copy(_ state: inout AppState) -> [Effect] {
    guard let list = state.leaks.list, list.spans.indices.contains(state.leaks.table.selected)
    else {
      return []
    }
    let span = list.spans[state.leaks.table.selected]
    let analysis = list.report.analysis
    state.notice = Notice(.success, "The span and its cost are copied")
    let fields = [
      state.redaction.id(analysis.scores.ids[span.sequence]),
      "draws " + CostWords.draws(span, state.glyphs),
      "base needs " + CostWords.power(span.referenceBits),
      LeakTable.text(span, analysis, state),
    ]
    return [.copy(fields.map { Sanitize.text($0, escaping: .preview) }.joined(separator: "\t"))]
  }
}

extension LeaksScreen {
  static var filtered: NamedFilter.Subject? { .sequences }

  static func use(filter text: String, _ state: inout AppState) -> String? {
    state.leaks.query.use(text, in: state.filterContext, state.redaction)
  }

  static func columns(_ state: AppState) -> [String] {
    guard let list = state.leaks.list else { return [] }
    return LeakTable(state, list, width: ColumnChoice.widest).table.columns.map(\.name)
  }

  static func remember(_ state: AppState) -> ListMemory? {
    var list = ListMemory()
    list.sort = state.leaks.sort.rawValue
    list.isDescending = state.leaks.isReversed
    list.filter = state.leaks.query.resumed ?? state.leaks.query.filter.text
    return list
  }

  static func resume(_ list: ListMemory, _ state: inout AppState) {
    if let sort = LeaksState.Sort(rawValue: list.sort) {
      (state.leaks.sort, state.leaks.isReversed) = (sort, list.isDescending)
    }
    state.leaks.query.resume(list.filter)
  }

  static func list(_ state: AppState) -> ListContent? {
    guard let list = state.leaks.list, state.currentLeaks != nil else { return nil }
    let analysis = list.report.analysis
    return ListContent(
      columns: [
        "id", "label", "first_token", "tokens", "log2_draws", "reference_bits", "p_value", "holds",
        "verdict", "span",
      ],
      rows: list.spans.map { span in
        let id = analysis.scores.ids[span.sequence]
        let verdict = state.triage.log.judgement(of: id).verdict
        return [
          state.redaction.id(id), analysis.scores.labels[span.sequence].name,
          "\(span.tokens.lowerBound)", "\(span.tokens.count)", "\(span.log2Draws)",
          "\(span.referenceBits)", "\(span.pValue)", LeakTable.holds(span),
          verdict == .unjudged ? "" : verdict.name, LeakTable.text(span, analysis, state),
        ]
      })
  }
}

extension AppState {
  /// The leaks of the run looked at, once they are found.
  package var currentLeaks: LeakAnalysis? {
    guard let report = leaks.report, report.analysis === analysis else { return nil }
    return report
  }

  /// The leaks of a run, if any screen has had them found.
  func knownLeaks(of analysis: RunAnalysis) -> LeakAnalysis? {
    leaks.known.first { $0.analysis === analysis }
  }

  /// Keeps what was found in runs that are still looked at.
  mutating func rememberLeaks(_ found: [LeakAnalysis]) {
    let all =
      found + leaks.known.filter { old in !found.contains { $0.analysis === old.analysis } }
    leaks.known = all.filter { one in analyses.contains { $0 === one.analysis } }
  }
}
