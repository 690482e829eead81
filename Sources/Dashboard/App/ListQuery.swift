import TerminalUI

/// The filter and the search of a list of sequences, as they are typed at its prompt.
package struct ListQuery: Sendable {
  package var filter = RowFilter()
  package var search = ""
  /// What is wrong with the filter being typed.
  package private(set) var problem: String?
  /// What to return to when typing is given up.
  private var before: (filter: RowFilter, search: String)?
  /// A filter of last time that is not understood yet.
  var resumed: String?
  private var filters: [String] = []
  private var searches: [String] = []

  /// Opens the prompt for a filter or a search.
  mutating func prompt(_ purpose: OpenPrompt.Purpose) -> OpenPrompt {
    before = (filter, search)
    problem = nil
    resumed = nil
    let isFilter = purpose == .filter
    // A filter is there to be changed; a search starts anew.
    return OpenPrompt(
      purpose,
      input: PromptState(
        isFilter && !filter.isEmpty ? filter.text + " " : "",
        history: isFilter ? filters : searches))
  }

  /// Applies what is typed at once; nil gives up and returns to what was before.
  ///
  /// Returns the prompt at which a filter that cannot be understood is put right.
  mutating func type(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, in context: FilterContext,
    _ redaction: Redaction
  ) -> OpenPrompt? {
    problem = nil
    guard let text else {
      if let before { (filter, search) = before }
      return nil
    }
    if purpose == .search {
      search = text
      if isFinal, !text.isEmpty { searches.append(text) }
    }
    guard purpose == .filter else { return nil }
    do throws(FilterError) {
      filter = try RowFilter.parse(text, in: context)
      if isFinal, !text.isEmpty { filters.append(text) }
      return nil
    } catch {
      // A filter holds whole or not at all: while it is wrong, the one before stays in force.
      if let before { filter = before.filter }
      problem = redaction == .off ? error.message : error.discreet
      return isFinal ? OpenPrompt(.filter, input: PromptState(text, history: filters)) : nil
    }
  }

  /// Shows all again.
  mutating func clear() { (filter, search, resumed) = (RowFilter(), "", nil) }
}

extension AppState {
  /// What the run shown can be filtered by.
  var filterContext: FilterContext {
    guard let analysis, let shown = shownAttack(in: analysis) else { return FilterContext() }
    return FilterContext(analysis, attack: shown)
  }

  /// A filter being typed, completed as far as it can be.
  func completedFilter(_ text: String) -> String? {
    guard prompt?.purpose == .filter else { return nil }
    return FilterCompletion(text, in: filterContext).completed
  }
}
