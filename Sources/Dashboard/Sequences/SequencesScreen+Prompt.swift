import Analysis
import Basics
import ScoringCore
import TerminalUI

extension SequencesScreen {
  static func openPrompt(_ purpose: OpenPrompt.Purpose, _ state: inout AppState) {
    let sequences = state.sequences
    state.sequences.undo = (sequences.filter, sequences.search, state.row)
    state.sequences.filterError = nil
    let isFilter = purpose == .filter
    // A filter is there to be changed; a search starts anew.
    state.prompt = OpenPrompt(
      purpose,
      input: PromptState(
        isFilter && !sequences.filter.isEmpty ? sequences.filter.text + " " : "",
        history: isFilter ? sequences.filterHistory : sequences.searchHistory))
  }

  /// Applies what is typed at once; nil gives up and returns to what was before.
  static func typed(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, _ state: inout AppState
  ) -> [Effect] {
    guard let text else {
      if let undo = state.sequences.undo {
        state.sequences.filter = undo.filter
        state.sequences.search = undo.search
        state.row = undo.row
      }
      state.sequences.filterError = nil
      state.sequences.seeksMatch = false
      return []
    }
    switch purpose {
    case .search:
      state.sequences.search = text
      let isAnswered = state.sequences.order?.query.search == text && !state.sequences.isWaiting
      state.sequences.seeksMatch = !isFinal || !isAnswered
      if isFinal, !text.isEmpty { state.sequences.searchHistory.append(text) }
    case .filter: applyFilter(text, isFinal: isFinal, &state)
    case .note, .markAll, .write: break
    }
    return []
  }

  /// A filter holds whole or not at all: while it is wrong, the one before stays in force.
  private static func applyFilter(_ text: String, isFinal: Bool, _ state: inout AppState) {
    do throws(FilterError) {
      state.sequences.filter = try RowFilter.parse(text, in: state.filterContext)
      state.sequences.filterError = nil
      if isFinal, !text.isEmpty { state.sequences.filterHistory.append(text) }
    } catch {
      if let before = state.sequences.undo { state.sequences.filter = before.filter }
      state.sequences.filterError =
        state.redaction == .off ? error.message : error.discreet
      // What cannot be understood stays to be put right.
      guard isFinal else { return }
      state.prompt = OpenPrompt(
        .filter, input: PromptState(text, history: state.sequences.filterHistory))
    }
  }

  static func complete(_ text: String, _ state: AppState) -> String? {
    guard state.prompt?.purpose == .filter else { return nil }
    return FilterCompletion(text, in: state.filterContext).completed
  }

  static func promptNote(_ state: AppState) -> String? {
    if state.prompt?.purpose == .filter, let error = state.sequences.filterError { return error }
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

extension AppState {
  /// What the run shown can be filtered by.
  var filterContext: FilterContext {
    guard let analysis, let shown = shownAttack(in: analysis) else { return FilterContext() }
    return FilterContext(analysis, attack: shown)
  }
}
