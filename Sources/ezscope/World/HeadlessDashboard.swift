import Dashboard
import TerminalUI

/// The dashboard without a terminal: effects are carried out at once, frames are values.
struct HeadlessDashboard {
  private(set) var state: AppState

  init(size: Size, keymap: DashboardKeymap, look: Look) {
    state = AppState(size: size, keymap: keymap, look: look)
  }

  /// Opens an experiment and scores all its runs.
  mutating func open(_ opened: LoadedExperiment) {
    take(.message(.opened(opened.snapshot)))
    for run in opened.scoringOrder {
      guard let analysis = opened.analysis(ofRun: run) else { continue }
      take(.message(.analysed(run: run, analysis)))
    }
  }

  /// Hands the dashboard one event and carries out what it asks for, and what that asks for.
  mutating func take(_ event: DashboardEvent) {
    carryOut(state.update(event))
  }

  private mutating func carryOut(_ effects: [Effect]) {
    var effects = effects
    while !effects.isEmpty {
      let effect = effects.removeFirst()
      guard let answer = Self.answer(effect) else { continue }
      effects += state.update(.message(answer))
    }
  }

  /// Presses the keys of a chord such as `"j"`, `"ctrl-d"` or `"m l"`.
  mutating func press(_ chord: Chord) {
    for press in chord.presses { take(.input(.key(press))) }
  }

  /// Shows a screen.
  mutating func show(_ screen: ScreenID) { perform { $0.show(screen) } }

  /// Looks at another run.
  mutating func select(run: Int) { perform { $0.select(run: run) } }

  /// Looks at another attack, by its spelling.
  mutating func select(attack: String) {
    perform { state in
      state.attack = attack
      return []
    }
  }

  private mutating func perform(_ change: (inout AppState) -> [Effect]) {
    carryOut(change(&state))
    // A resize to the same size changes nothing, but lets the new screen lay itself out.
    take(.resize(state.size))
  }

  private static func answer(_ effect: Effect) -> Message? {
    switch effect {
    case .arrange(let query, let analysis, let generation):
      RowOrder(query, analysis) { false }.map { .arranged(generation: generation, $0) }
    case .compare(let request, let generation):
      RunComparison(request) { false }.map { .compared(generation: generation, $0) }
    case .copy, .nextTheme, .suspend, .redraw, .quit: nil
    }
  }
}
