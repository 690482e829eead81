import Analysis
import Basics
import ScoringCore
import TerminalUI

extension SequencesScreen {
  static func openPrompt(_ purpose: OpenPrompt.Purpose, _ state: inout AppState) {
    state.sequences.rowBefore = state.row
    state.prompt = state.sequences.query.prompt(purpose)
  }

  static func typed(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, _ state: inout AppState
  ) -> [Effect] {
    let (context, redaction) = (state.filterContext, state.redaction)
    let prompt = state.sequences.query.type(
      purpose, text, isFinal: isFinal, in: context, redaction)
    if let prompt { state.prompt = prompt }
    if text == nil {
      state.row = state.sequences.rowBefore
      state.sequences.seeksMatch = false
    } else if purpose == .search {
      let isAnswered = state.sequences.order?.query.search == text && !state.sequences.isWaiting
      state.sequences.seeksMatch = !isFinal || !isAnswered
    }
    return []
  }

  static var filtered: NamedFilter.Subject? { .sequences }

  static func use(filter text: String, _ state: inout AppState) -> String? {
    state.sequences.query.use(text, in: state.filterContext, state.redaction)
  }

  static func columns(_ state: AppState) -> [String] {
    guard let order = state.currentOrder else { return [] }
    return SequenceTable(state, order).specs(width: ColumnChoice.widest).map(\.name)
  }

  static func remember(_ state: AppState) -> ListMemory? {
    var list = ListMemory()
    list.sort = state.sequences.sort.rawValue
    list.isDescending = state.sequences.direction == .descending
    list.filter = state.sequences.query.resumed ?? state.sequences.query.filter.text
    return list
  }

  static func resume(_ list: ListMemory, _ state: inout AppState) {
    if let sort = SortColumn(rawValue: list.sort) {
      state.sequences.sort = sort
      state.sequences.direction = list.isDescending ? .descending : .ascending
    }
    state.sequences.query.resume(list.filter)
  }

  static func complete(_ text: String, _ state: AppState) -> String? {
    state.completedFilter(text)
  }

  static func promptNote(_ state: AppState) -> String? {
    if let problem = state.sequences.query.problem { return problem }
    guard let order = state.currentOrder, !state.sequences.isWaiting else {
      return state.glyphs.pick("…", "...")
    }
    if state.prompt?.purpose == .filter {
      return completions(state)
        ?? "\(NumberFormat.count(order.passing)) of \(NumberFormat.count(order.total))"
    }
    guard !order.query.search.isEmpty else { return nil }
    guard let place = order.matches.firstIndex(of: UInt32(state.sequences.list.selected)) else {
      return order.matches.isEmpty ? "no match" : NumberFormat.count(order.matches.count)
    }
    return "\(NumberFormat.count(place + 1)) of \(NumberFormat.count(order.matches.count))"
  }

  /// How the word being typed may go on, if that is still open.
  private static func completions(_ state: AppState) -> String? {
    guard state.redaction == .off, let text = state.prompt?.input.text, !text.isEmpty else {
      return nil
    }
    let candidates = FilterCompletion(text, in: state.filterContext).candidates
    guard candidates.count > 1, !text.hasSuffix(" ") else { return nil }
    return "Tab: " + candidates.prefix(4).joined(separator: " ")
      + (candidates.count > 4 ? state.glyphs.pick(" …", " ...") : "")
  }
}
