import Analysis
import Basics
import ScoringCore
import TerminalUI

/// One sequence token by token: where the fine-tuned model came to believe what it read.
enum TokensScreen: Screen {
  /// Opens the selected sequence and lays it out for the space there is.
  static func settle(_ state: inout AppState) -> [Effect] {
    let effects = state.arrangeSequences()
    findTokens(&state)
    openDetail(&state)
    guard let detail = state.tokens.detail else { return effects }
    if state.tokens.tint?.detail !== detail || state.tokens.tint?.view != state.tokens.view {
      state.tokens.tint = TokenTint(state.tokens.view, detail, attack: detail.attack)
    }
    layOut(detail, &state)
    return effects
  }

  /// Whoever comes here before choosing a sequence sees the first of which tokens are kept.
  private static func findTokens(_ state: inout AppState) {
    guard let order = state.currentOrder, let row = state.row, state.tokens.detail == nil,
      state.sequences.list.selected == order.firstPlace, !order.analysis.hasTokens(row),
      let place = order.placeWithTokens(from: order.firstPlace, step: 1)
    else { return }
    state.sequences.list.selected = place
    state.row = order.row(place)
  }

  private static func openDetail(_ state: inout AppState) {
    guard let analysis = state.analysis, let row = state.row else {
      state.tokens.detail = nil
      state.tokens.peers.close()
      return
    }
    let old = state.tokens.detail
    state.tokens.detail = SequenceDetail.of(
      analysis, row: row, attack: state.shownSpelling(in: analysis) ?? state.attack,
      redaction: state.redaction, reusing: old)
    guard let detail = state.tokens.detail, detail !== old else { return }
    let isSame = old.map { $0.id == detail.id && $0.count == detail.count } ?? false
    if !isSame {
      // The strongest evidence first: that is what a reader came for.
      state.tokens.cursor = detail.loudest ?? 0
      state.tokens.top = 0
      state.tokens.column = nil
    }
    state.tokens.found = TokenMatches(state.tokens.search, in: detail.trueTokens)
  }

  /// Lays the text out anew when its width changed; the first token shown stays the first.
  private static func layOut(_ detail: SequenceDetail, _ state: inout AppState) {
    let layout = Layout(state.bodyArea, state)
    let width = max(1, layout.text.width)
    let old = state.tokens.text
    if old?.shows(detail, width: width, glyphs: state.glyphs) != true {
      let first = old.flatMap {
        $0.detail === detail ? $0.layout.tokens(onLine: state.tokens.top).first : nil
      }
      let sheet = TokenSheet(detail, width: width, glyphs: state.glyphs, reusing: old)
      state.tokens.text = sheet
      state.tokens.column = nil
      if let first { state.tokens.top = sheet.layout.line(of: first) ?? 0 }
    }
    guard let sheet = state.tokens.text else { return }
    state.tokens.cursor = min(max(0, state.tokens.cursor), detail.count - 1)
    state.tokens.top = sheet.layout.scroll(
      from: state.tokens.top, toShow: state.tokens.cursor,
      lines: Layout(state.bodyArea, state).visibleLines)
    openPeers(detail, width: width, &state)
  }

  private static func openPeers(_ detail: SequenceDetail, width: Int, _ state: inout AppState) {
    guard !Layout(state.bodyArea, state).peers.isEmpty else { return state.tokens.peers.close() }
    var peers = state.tokens.peers
    peers.open(detail, width: width, state)
    state.tokens.peers = peers
  }

  static func perform(_ action: Action, _ state: inout AppState) -> [Effect] {
    switch action {
    case .nextSequence: state.stepSequence(1)
    case .previousSequence: state.stepSequence(-1)
    case .toggleAllTokens: state.tokens.tintsAll.toggle()
    case .nextView: state.tokens.view = state.tokens.view.next
    case .widenScale: state.tokens.scale.widen()
    case .narrowScale: state.tokens.scale.narrow()
    case .toggleSpaces: state.tokens.showsSpaces.toggle()
    case .copy: return copy(&state)
    case .open: return state.show(.compare)
    case .search:
      guard state.tokens.detail != nil else { break }
      state.tokens.undoSearch = (state.tokens.search, state.tokens.cursor)
      state.prompt = OpenPrompt(
        .search, input: PromptState(history: state.tokens.searchHistory))
    default: TokenCursor.perform(action, &state)
    }
    return []
  }

  static func isWaiting(for action: Action, _ state: AppState) -> Bool {
    switch action {
    case .nextSequence, .previousSequence, .nextOpen:
      state.lacksSequences || state.isListChanging
    case .toggleAllTokens, .nextView, .widenScale, .narrowScale, .toggleSpaces, .open, .undo, .redo:
      false
    default: state.tokens.detail == nil && state.lacksSequences
    }
  }

  static func handle(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect] {
    guard let sheet = state.tokens.text, state.tokens.detail != nil else { return [] }
    let layout = Layout(area, state)
    switch mouse.kind {
    case .press(.left), .drag(.left):
      let text = TokenText(layout: sheet.layout, top: state.tokens.top) { _ in .text }
      var lined = text
      lined.lane = layout.lane
      guard let token = lined.hit(mouse.point, in: layout.text) else { return [] }
      state.tokens.cursor = token
      state.tokens.column = nil
    case .wheel(let wheel) where wheel == .up || wheel == .down:
      TokenCursor.scroll(wheel == .up ? -3 : 3, lines: layout.visibleLines, sheet, &state)
    default: break
    }
    return []
  }

  private static func copy(_ state: inout AppState) -> [Effect] {
    guard let detail = state.tokens.detail else { return [] }
    let token = state.tokens.cursor
    var fields = [state.redaction.id(detail.id), "token \(token)", detail.tokens[token]]
    if let target = detail.target, token > 0 {
      fields.append("target \(NumberFormat.fixed(Double(target[token - 1]), 4))")
    }
    if let reference = detail.reference, token > 0 {
      fields.append("reference \(NumberFormat.fixed(Double(reference[token - 1]), 4))")
    }
    if let shift = detail.shift(token) { fields.append("shift \(NumberFormat.signed(shift, 4))") }
    state.notice = Notice(.success, "The token and its figures are copied")
    return [.copy(fields.map { Sanitize.text($0, escaping: .preview) }.joined(separator: "\t"))]
  }
}

extension TokensScreen {
  static func typed(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, _ state: inout AppState
  ) -> [Effect] {
    guard let detail = state.tokens.detail else { return [] }
    let undo = state.tokens.undoSearch ?? ("", state.tokens.cursor)
    state.tokens.search = text ?? undo.search
    state.tokens.found = TokenMatches(state.tokens.search, in: detail.trueTokens)
    state.tokens.cursor = undo.cursor
    guard let text, !text.isEmpty else { return [] }
    if isFinal { state.tokens.searchHistory.append(text) }
    if let match = state.tokens.found.next(from: undo.cursor, forward: true, including: true) {
      state.tokens.cursor = state.tokens.found.ranges[match.number].lowerBound
      state.tokens.column = nil
    } else if isFinal {
      state.notice = Notice(.warning, "This text does not contain \(text)")
    }
    return []
  }

  static func promptNote(_ state: AppState) -> String? {
    guard !state.tokens.search.isEmpty else { return nil }
    let ranges = state.tokens.found.ranges
    guard let place = ranges.firstIndex(where: { $0.lowerBound == state.tokens.cursor }) else {
      return ranges.isEmpty ? "no match" : NumberFormat.count(ranges.count)
    }
    return "\(NumberFormat.count(place + 1)) of \(NumberFormat.count(ranges.count))"
  }
}
