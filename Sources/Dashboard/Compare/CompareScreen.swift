import Analysis
import Basics
import ScoringCore
import TerminalUI

/// Two runs on the same sequences: what full fine-tuning gave away and LoRA did not.
enum CompareScreen: Screen {
  /// Asks for the comparison and opens the selected sequence under both runs.
  static func settle(_ state: inout AppState) -> [Effect] {
    followRun(&state)
    var effects = request(&state)
    guard let comparison = state.compare.comparison else {
      (state.compare.list, state.compare.pair, state.compare.joined) = (nil, nil, nil)
      (state.compare.leaks, state.compare.leaksRequested) = (nil, nil)
      return effects
    }
    if state.compare.shownList == .leaks { effects += requestLeaks(comparison, &state) }
    arrange(comparison, &state)
    openPair(comparison, &state)
    return effects
  }

  /// The left run is the run looked at on every screen.
  private static func followRun(_ state: inout AppState) {
    guard state.run != state.compare.left else { return }
    if state.run == state.compare.right { state.compare.right = state.compare.left }
    state.compare.left = state.run
  }

  private static func request(_ state: inout AppState) -> [Effect] {
    guard let request = wanted(state) else {
      state.compare.comparison = nil
      state.compare.request = nil
      return []
    }
    if state.compare.comparison?.answers(request) == true { return [] }
    state.compare.comparison = nil
    if state.compare.request?.asksTheSame(as: request) == true { return [] }
    state.compare.request = request
    return [
      state.request(for: CompareScreen.self) { RunComparison(request, isCancelled: $0) }
    ]
  }

  private static func wanted(_ state: AppState) -> ComparisonRequest? {
    let (left, right) = (state.compare.left, state.compare.right)
    guard left != right, state.analyses.indices.contains(left),
      state.analyses.indices.contains(right), let one = state.analyses[left],
      let two = state.analyses[right], let attack = state.attack(in: one, and: two)
    else { return nil }
    return ComparisonRequest(left: one, right: two, attack: attack)
  }

  /// Leaks are looked for when their list is first shown.
  private static func requestLeaks(
    _ comparison: RunComparison, _ state: inout AppState
  ) -> [Effect] {
    guard state.compare.leaks?.comparison !== comparison,
      state.compare.leaksRequested !== comparison
    else { return [] }
    (state.compare.leaks, state.compare.leaksRequested) = (nil, comparison)
    state.compare.leakTable = TableState()
    let known = state.leaks.known
    return [
      state.request(for: CompareScreen.self) {
        ComparedLeaks(comparison, known: known, isCancelled: $0)
      }
    ]
  }

  static func receive(_ answer: any Sendable, _ state: inout AppState) {
    if let found = answer as? ComparedLeaks {
      state.rememberLeaks(found.found)
      state.compare.leaks = found
      state.compare.leaksRequested = nil
      return
    }
    guard let comparison = answer as? RunComparison else { return }
    state.compare.comparison = comparison
    state.compare.request = nil
  }

  private static func arrange(_ comparison: RunComparison, _ state: inout AppState) {
    if state.compare.list?.comparison !== comparison
      || state.compare.list?.listing != state.compare.listing
    {
      state.compare.list = FlipList(comparison, state.compare.listing)
      state.compare.table = TableState()
    }
    guard let list = state.compare.list else { return }
    // Without a flip the sequence placed most differently is the one to look at.
    if state.row == nil, let first = list.rows.first ?? comparison.byDifference.first {
      state.row = Int(comparison.join.left[Int(first)])
    }
    state.compare.joined = state.row.flatMap(comparison.joined(leftRow:))
    if let joined = state.compare.joined, let index = list.index(of: joined) {
      state.compare.table.selected = index
    }
    let layout = CompareLayout(state.bodyArea, state)
    let table = FlipTable(state, list, width: layout.flips.width)
    state.compare.table.settle(rowCount: list.rows.count, page: table.page(in: layout.flips))
    arrangeLeaks(layout, &state)
  }

  /// The leak looked at is that of the selected sequence, also when another list chose it.
  private static func arrangeLeaks(_ layout: CompareLayout, _ state: inout AppState) {
    guard let entries = state.compare.leaks?.leaks.entries, !entries.isEmpty else { return }
    if let row = state.row, let place = entries.firstIndex(where: { $0.rows.left == row }) {
      state.compare.leakTable.selected = place
    }
    let area = LeakedList.parts(layout.leaks, state).list
    let page = LeakedTable(state, entries, width: area.width).page(in: area)
    state.compare.leakTable.settle(rowCount: entries.count, page: page)
  }

  private static func openPair(_ comparison: RunComparison, _ state: inout AppState) {
    guard let joined = state.compare.joined else {
      state.compare.pair = nil
      return
    }
    let old = state.compare.pair
    if old?.comparison !== comparison || old?.joined != joined
      || old?.redaction != state.redaction
    {
      let pair = TokenPair(comparison, joined: joined, redaction: state.redaction)
      state.compare.pair = pair
      let isSame = old.map { $0.left?.id == pair.left?.id && $0.count == pair.count } ?? false
      if !isSame {
        state.compare.cursor = pair.left?.strongest ?? pair.right?.strongest ?? 0
        state.compare.top = 0
      }
    }
    layOut(&state)
  }

  /// Lays both texts out for the widths there are; both show the same lines.
  private static func layOut(_ state: inout AppState) {
    guard let pair = state.compare.pair else { return }
    let halves = TokenHalves(CompareLayout(state.bodyArea, state).tokens, state)
    func sheet(_ detail: SequenceDetail?, _ old: TokenSheet?, width: Int) -> TokenSheet? {
      guard let detail, width > 0 else { return nil }
      if let old, old.shows(detail, width: width, glyphs: state.glyphs) { return old }
      return TokenSheet(detail, width: width, glyphs: state.glyphs, reusing: old)
    }
    let old = state.compare.sheets
    state.compare.sheets = (
      sheet(pair.left, old.left, width: halves.left.text.width),
      sheet(pair.right, old.right, width: halves.right.text.width)
    )
    state.compare.cursor = min(max(0, state.compare.cursor), max(0, pair.count - 1))
    guard let sheet = state.compare.sheets.left ?? state.compare.sheets.right else { return }
    state.compare.top = sheet.layout.scroll(
      from: state.compare.top, toShow: min(state.compare.cursor, sheet.detail.count - 1),
      lines: halves.visibleLines)
  }
}

extension AppState {
  /// The attack two runs are compared by: the current one, or the first that both have.
  func attack(in one: RunAnalysis, and two: RunAnalysis) -> String? {
    let shared = one.attacks.map(\.spelling).filter { two.attackIndex($0) != nil }
    return shared.contains(attack) ? attack : shared.first
  }
}
