import Analysis
import Basics
import ScoringCore
import TerminalUI

/// Judging sequences: what the keys do on every screen that shows one.
enum Triage {
  /// Carries out an action about verdicts; nil if it is about something else.
  static func perform(_ action: Action, _ state: inout AppState) -> [Effect]? {
    guard state.screen.type.card.isForJudging else { return nil }
    switch action {
    case .markLeaked: return mark(.leaked, &state)
    case .markBenign: return mark(.benign, &state)
    case .markUnsure: return mark(.unsure, &state)
    case .clearVerdict: return mark(.unjudged, &state)
    case .markAllLeaked: ask(.leaked, &state)
    case .markAllBenign: ask(.benign, &state)
    case .markAllUnsure: ask(.unsure, &state)
    case .clearAllVerdicts: ask(.unjudged, &state)
    case .editNote: openNote(&state)
    case .undo: return takeBack(&state)
    case .redo: return repeatLast(&state)
    case .nextOpen where screensOfTheList.contains(state.screen): findOpen(&state)
    default: return nil
    }
    return []
  }

  /// Whether an action decides something about sequences.
  static func judges(_ action: Action) -> Bool {
    [
      .markLeaked, .markBenign, .markUnsure, .clearVerdict, .markAllLeaked, .markAllBenign,
      .markAllUnsure, .clearAllVerdicts,
    ].contains(action)
  }

  /// The screens that go through the list of sequences; others have lists of their own.
  private static let screensOfTheList: [ScreenID] = [.sequences, .tokens]

  // MARK: One sequence

  private static func mark(_ verdict: Verdict, _ state: inout AppState) -> [Effect] {
    guard let id = state.selectedID else { return refuse(&state) }
    let picked = state.screen == .sequences ? state.sequences.picked.sorted() : []
    // Author and time are the world's to know: it fills them in.
    let step = state.triage.log.mark(picked.isEmpty ? [id] : picked, verdict, by: "", at: 0)
    if !picked.isEmpty {
      state.sequences.picked = []
      let count = NumberFormat.counted(step?.changes.count ?? 0, "sequence")
      state.notice = Notice(
        .success,
        (verdict == .unjudged
          ? "The verdicts of \(count) are cleared" : "\(count) marked \(verdict.name)")
          + takesBack(state))
      return step.map { [.record($0)] } ?? []
    }
    let shown = state.redaction.id(id)
    guard let step else {
      state.notice = Notice(
        .info,
        verdict == .unjudged ? "\(shown) has no verdict" : "\(shown) is \(verdict.name) already")
      return []
    }
    // In a list the next one waits to be judged; a text stays until it is left.
    if state.screen == .sequences, verdict != .unjudged, state.stepSequence(1) {
      state.notice = Notice(.success, "\(shown) marked \(verdict.name)" + takesBack(state))
    } else if state.screen == .sequences {
      state.notice = nil
    }
    return [.record(step)]
  }

  private static func openNote(_ state: inout AppState) {
    guard let id = state.selectedID else {
      _ = refuse(&state)
      return
    }
    state.triage.noting = id
    state.prompt = OpenPrompt(
      .note, input: PromptState(state.triage.log.judgement(of: id).note))
  }

  /// Writes a note; nil if writing was given up.
  static func noted(_ text: String?, isFinal: Bool, _ state: inout AppState) -> [Effect] {
    guard isFinal, let id = state.triage.noting else { return [] }
    state.triage.noting = nil
    guard let text else { return [] }
    let note = text.trimmingBlanks
    return state.triage.log.annotate([id], note, by: "", at: 0).map { [.record($0)] } ?? []
  }

  private static func refuse(_ state: inout AppState) -> [Effect] {
    state.notice = Notice(.info, "No sequence is selected")
    return []
  }

  // MARK: All that are listed

  private static func ask(_ verdict: Verdict, _ state: inout AppState) {
    guard let order = state.currentOrder, order.count > 0 else {
      _ = refuse(&state)
      return
    }
    guard !state.sequences.isWaiting else {
      state.notice = Notice(.info, "The list is being sorted; try again when it is there")
      return
    }
    state.triage.asking = order
    state.prompt = OpenPrompt(.markAll(verdict))
  }

  static func question(_ verdict: Verdict, _ state: AppState) -> String {
    let count = NumberFormat.counted(state.triage.asking?.count ?? 0, "sequence")
    return verdict == .unjudged
      ? "Clear the verdicts of \(count)? y/n " : "Mark \(count) \(verdict.name)? y/n "
  }

  /// Acts on the answer: only a plain y is a yes.
  static func answer(
    _ press: KeyPress, _ verdict: Verdict, _ state: inout AppState
  ) -> [Effect] {
    state.prompt = nil
    guard let order = state.triage.asking else { return [] }
    state.triage.asking = nil
    guard press == KeyPress(.character("y")) else {
      state.notice = Notice(.info, "Nothing was marked")
      return []
    }
    let ids = order.analysis.scores.ids
    state.sequences.picked = []
    let step = state.triage.log.mark(
      order.rows.lazy.map { ids[Int($0)] }, verdict, by: "", at: 0)
    guard let step else {
      state.notice = Notice(.info, "All of them have that verdict already")
      return []
    }
    let changed = NumberFormat.counted(step.changes.count, "sequence")
    state.notice = Notice(
      .success,
      (verdict == .unjudged
        ? "The verdicts of \(changed) are cleared" : "\(changed) marked \(verdict.name)")
        + takesBack(state))
    return [.record(step)]
  }

  // MARK: Back and forth

  private static func takeBack(_ state: inout AppState) -> [Effect] {
    guard let done = state.triage.log.undo(by: "", at: 0) else {
      state.notice = Notice(.info, "There is nothing to take back")
      return []
    }
    state.notice = tell(isBack: true, done, state)
    return done.step.map { [.record($0)] } ?? []
  }

  private static func repeatLast(_ state: inout AppState) -> [Effect] {
    guard let done = state.triage.log.redo(by: "", at: 0) else {
      state.notice = Notice(.info, "There is nothing to repeat")
      return []
    }
    state.notice = tell(isBack: false, done, state)
    return done.step.map { [.record($0)] } ?? []
  }

  /// Says what was undone or repeated, and how things stand now.
  private static func tell(
    isBack: Bool, _ done: (step: TriageStep?, skipped: Int), _ state: AppState
  ) -> Notice {
    let what = isBack ? "Taken back" : "Repeated"
    var text: String
    let changes = done.step?.changes ?? []
    if changes.count == 1, let change = changes.first {
      let id = state.redaction.id(change.id)
      let (old, new) = (change.old.verdict, change.new.verdict)
      if old == new {
        text = "\(what): the note on \(id)"
      } else if isBack {
        let undone = old == .unjudged ? "clearing the verdict" : "the verdict \(old.name)"
        let now = new == .unjudged ? "it has no verdict now" : "it is \(new.name) again"
        text = "\(what): \(undone) on \(id); \(now)"
      } else {
        text = "\(what): \(id) " + (new == .unjudged ? "has no verdict" : "is \(new.name)")
      }
    } else if !changes.isEmpty {
      text = "\(what): \(NumberFormat.counted(changes.count, "sequence"))"
    } else {
      text = "Nothing to change"
    }
    guard done.skipped > 0 else { return Notice(.info, text) }
    let skipped = NumberFormat.counted(done.skipped, "sequence")
    return Notice(.warning, text + "; \(skipped) left alone: changed by somebody else since")
  }

  private static func takesBack(_ state: AppState) -> String {
    let key = state.keymap.chords(for: .undo).first?.label(arrows: !state.glyphs.isASCII)
    return key.map { "; \($0) takes it back" } ?? ""
  }

  // MARK: Onwards

  private static func findOpen(_ state: inout AppState) {
    guard let order = state.currentOrder, order.count > 0 else {
      _ = refuse(&state)
      return
    }
    let here = state.sequences.list.selected
    let ids = order.analysis.scores.ids
    let log = state.triage.log
    let next = (1...order.count).lazy.map { (here + $0) % order.count }.first { place in
      order.row(place).map { log.judgement(of: ids[$0]).verdict == .unjudged } ?? false
    }
    guard let next else {
      state.notice = Notice(.success, "Every sequence listed is judged")
      return
    }
    state.sequences.list.selected = next
    state.row = order.row(next)
    state.sequences.isOnFold = false
    if next <= here, order.count > 1 {
      state.notice = Notice(.info, "From the top again")
    }
  }
}

// MARK: - News

extension Triage {
  static func receiveStored(
    _ changes: [TriageChange], total: Int, place: String?, _ state: inout AppState
  ) {
    state.triage.total = total
    state.triage.place = place
    state.triage.log.settle(changes)
  }

  static func receiveSaved(
    _ step: Int, recorded: [TriageChange], delivered: [TriageChange], _ state: inout AppState
  ) {
    state.triage.log.settle(delivered, finishing: step, recorded: recorded)
    if state.triage.failure != nil, state.triage.log.unsaved.isEmpty {
      state.triage.failure = nil
      state.notice = Notice(.success, "All verdicts are stored now")
    }
  }

  /// The marks stay as they are, unsaved: the next attempt may store them.
  static func receiveFailure(_ reason: String, _ state: inout AppState) {
    let isNew = state.triage.failure != reason
    state.triage.failure = reason
    if isNew { state.notice = Notice(.error, "Verdicts: \(reason)") }
  }
}

extension String {
  /// The text without blanks at its ends.
  fileprivate var trimmingBlanks: String {
    var rest = self[...].drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
