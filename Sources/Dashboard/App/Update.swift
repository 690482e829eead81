import Analysis
import ScoringCore
import TerminalUI

/// What the world does to the dashboard: input from the terminal or news from an effect.
package enum DashboardEvent: Sendable {
  case input(Input)
  case resize(Size)
  case message(Message)
}

extension AppState {
  /// Changes with one event and returns what is to be done in the world because of it.
  package mutating func update(_ event: DashboardEvent) -> [Effect] {
    var effects: [Effect] = []
    switch event {
    case .resize(let size): self.size = size
    case .message(let message): effects += receive(message)
    case .input(let input): effects += handle(input)
    }
    effects += settle()
    return effects + catchUp()
  }

  /// Lays the visible screen out for the state as it is now; to be called after any change that
  /// is not an event.
  package mutating func settle() -> [Effect] {
    experiment == nil ? [] : screen.type.settle(&self)
  }

  /// Carries out one action, as a key, the palette, a click or a script asked for it.
  package mutating func perform(_ action: Action) -> [Effect] {
    notice = nil
    if let shown = ScreenID.allCases.first(where: { $0.showAction == action }) {
      return show(shown)
    }
    switch action {
    case .back: return goBack()
    case .leave:
      // Where nothing is open there is nothing to go back to.
      let isAtTop = history.isEmpty || experiment == nil
      return overlay == nil && isAtTop ? [.quit] : goBack()
    case .quit: return [.quit]
    case .suspend: return [.suspend]
    case .redraw: return [.redraw]
    case .nextTheme: return [.nextTheme]
    case .toggleMouse:
      isMouseOn.toggle()
      notice = Notice(
        .info,
        isMouseOn
          ? "The mouse works here again" : "The mouse selects text again; M takes it back")
      return []
    case .help:
      overlay = .help(HelpState())
      return []
    case .palette:
      pick(.everything)
      return []
    case .chooseRun:
      pick(.runs)
      return []
    case .chooseAttack:
      pick(.attacks)
      return []
    case .chooseTheme:
      pick(.themes)
      return []
    case .explain:
      overlay = .explanation(ExplanationState())
      return []
    case .write:
      guard experiment != nil else { return [] }
      askForFile()
      return []
    case .nameFilter:
      askForFilterName()
      return []
    case .chooseFilter:
      pickFilter()
      return []
    case .chooseColumns:
      pick(.columns)
      return []
    case .reload:
      notice = Notice(.info, "Reading the evidence again")
      return [.reload]
    case .redact:
      redaction = redaction.next
      notice = Notice(.info, redaction.sentence)
      return []
    case .nextAttack: return stepAttack(1)
    case .previousAttack: return stepAttack(-1)
    case .nextRun: return stepRun(1)
    case .previousRun: return stepRun(-1)
    #if DEBUG
      case .crash:
        attack = [String]()[history.count]
        return []
    #endif
    default: return performOnScreen(action)
    }
  }

  private mutating func performOnScreen(_ action: Action) -> [Effect] {
    guard !mustWait(for: action) else {
      postpone(action)
      return []
    }
    return experiment == nil ? [] : carryOut(action)
  }

  /// Lets the screen shown do what it has the rows for.
  mutating func carryOut(_ action: Action) -> [Effect] {
    if let effects = Triage.perform(action, &self) { return effects }
    return screen.type.perform(action, &self)
  }

  /// Shows a screen; `back` will return to the one before.
  package mutating func show(_ next: ScreenID) -> [Effect] {
    guard next != screen else { return [] }
    history.removeAll { $0 == next }
    history.append(screen)
    leave(for: next)
    return []
  }

  private mutating func goBack() -> [Effect] {
    if overlay != nil {
      overlay = nil
    } else if let last = history.popLast() {
      leave(for: last)
    }
    return []
  }

  /// Changes the screen; what waited for the old one's rows is not wanted on another list.
  private mutating func leave(for next: ScreenID) {
    if experiment != nil, next != .tokens { waiting = [] }
    screen = next
  }

  private mutating func stepAttack(_ step: Int) -> [Effect] {
    guard let analysis, let shown = shownSpelling(in: analysis) else {
      notice = Notice(.info, "This run is still being scored: press again once it is")
      return []
    }
    // Attacks that are not scored yet are scored once they are looked at.
    let known = analysis.available
    guard !known.isEmpty else { return [] }
    let index = known.firstIndex(of: known.contains(attack) ? attack : shown) ?? 0
    attack = known[(index + step + known.count) % known.count]
    return []
  }

  private mutating func stepRun(_ step: Int) -> [Effect] {
    guard !analyses.isEmpty else { return [] }
    return select(run: (run + step + analyses.count) % analyses.count)
  }

  /// Looks at another run, and there at the same sequence if it has it.
  package mutating func select(run next: Int) -> [Effect] {
    guard next != run, analyses.indices.contains(next) else { return [] }
    let id = row.flatMap { row in analysis.map { $0.scores.ids[row] } }
    run = next
    row = id.flatMap { id in analysis.flatMap { IDIndex($0.scores.ids).row(of: id) } }
    return []
  }
}
