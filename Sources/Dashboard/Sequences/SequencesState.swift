import Analysis
import ScoringCore
import TerminalUI

/// What the Sequences screen remembers.
package struct SequencesState: Sendable {
  /// What is listed; the one before stays until a new one is there.
  package private(set) var order: RowOrder?
  /// The selected place in `order`, and how far the list is scrolled.
  package var list = TableState()
  package var sort = SortColumn.score
  package var direction = TableColumn.Sort.descending
  package var query = ListQuery()
  /// Whether the next order is to select the first match of the search.
  var seeksMatch = false
  package var discoveryRate = DiscoveryRate.off
  package var foldsEdgeCases = true
  /// Whether the line of the edge cases is selected.
  var isOnFold = false
  /// Whether the next order is to be shown from its first sequence on.
  var startsAtTop = false
  /// Sequences picked to be judged together, by id.
  package var picked: Set<String> = []
  /// Where the mouse was pressed in the list, while rows are picked along.
  var drag: Drag?
  /// What stands below the list of the sequence looked at.
  var preview: SequencePreview?
  /// The strongest token of rows that were on screen, for the attack and redaction they are of.
  var strongest = StrongestTokens()
  /// What people had decided when the list was filtered by it.
  var verdicts: VerdictSnapshot?

  /// The sequence to return to when typing is given up.
  var rowBefore: Int?
  /// The request whose answer is waited for.
  private(set) var requested: (query: RowQuery, analysis: RunAnalysis)?

  package init() {}

  /// Rows picked with the button held.
  struct Drag: Sendable {
    let from: Int
    /// What was picked before.
    var picked: Set<String>
  }

  /// Whether a newer order is being made.
  var isWaiting: Bool { requested != nil }

  mutating func waitFor(_ query: RowQuery, _ analysis: RunAnalysis) {
    requested = (query, analysis)
  }

  /// Lists the answer to the latest request.
  mutating func show(_ order: RowOrder) {
    requested = nil
    self.order = order
  }
}

extension AppState {
  /// Asks for the list of the current run and attack, unless it is there or on its way.
  mutating func arrangeSequences() -> [Effect] {
    guard let analysis, let shown = shownAttack(in: analysis) else { return [] }
    takeUp(\.sequences.query, analysis)
    var query = RowQuery(attack: analysis.attacks[shown].spelling)
    let available = SortColumn.available(in: analysis, attack: shown)
    query.sort = available.contains(sequences.sort) ? sequences.sort : .score
    query.direction = query.sort == sequences.sort ? sequences.direction : query.sort.natural
    query.filter = sequences.query.filter
    query.search = sequences.query.search
    query.discoveryRate = sequences.discoveryRate
    query.foldsEdgeCases = sequences.foldsEdgeCases
    query.verdicts = verdictSnapshot()
    if let order = sequences.order, order.analysis === analysis, order.query == query,
      !sequences.isWaiting
    {
      keepPlace(in: order)
      return []
    }
    if let requested = sequences.requested, requested.analysis === analysis,
      requested.query == query
    {
      return []
    }
    sequences.waitFor(query, analysis)
    return [
      request(for: SequencesScreen.self) { [query] in RowOrder(query, analysis, isCancelled: $0) }
    ]
  }

  /// The list, if it is of the run looked at.
  package var currentOrder: RowOrder? {
    guard let order = sequences.order, order.analysis === analysis else { return nil }
    return order
  }

  /// Follows the selected sequence to its place; without one, the first listed becomes it.
  mutating func keepPlace(in order: RowOrder) {
    guard order.count > 0 else { return }
    if row == nil, order.isFold(sequences.list.selected), sequences.isOnFold { return }
    if let row, order.row(sequences.list.selected) == row { return }
    if let row, let place = order.place(of: row) {
      sequences.list.selected = place
    } else {
      let place = max(order.firstPlace, sequences.list.selected)
      sequences.list.selected = min(
        row == nil && place == order.firstPlace ? openingPlace(in: order) : place, order.count - 1)
      row = order.row(sequences.list.selected)
    }
  }

  /// Selects the sequence so many places further down the list; false at its end.
  @discardableResult
  package mutating func stepSequence(_ step: Int) -> Bool {
    guard let order = currentOrder, order.count > 0 else {
      notice = Notice(.info, "No sequence is listed")
      return false
    }
    let next = min(max(order.firstPlace, sequences.list.selected + step), order.count - 1)
    let place = screen == .tokens ? order.placeWithTokens(from: next, step: step) : next
    guard let place, place != sequences.list.selected else {
      let which = order.analysis.countWithoutTokens > 0 ? "sequence with tokens" : "sequence"
      notice = Notice(.info, step > 0 ? "This is the last \(which)" : "This is the first \(which)")
      return false
    }
    sequences.list.selected = place
    row = order.row(place)
    return true
  }
  /// Where a list begins to be read: at its top, or at the first text that is soon below it.
  private func openingPlace(in order: RowOrder) -> Int {
    let page = SequencesScreen.Layout(bodyArea, order).page
    return (order.firstPlace..<max(order.firstPlace, min(order.count, page / 2))).first {
      order.row($0).map(order.analysis.hasTokens) ?? false
    } ?? order.firstPlace
  }
}
