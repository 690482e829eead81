import Analysis
import ScoringCore
import TerminalUI

/// The dashboard without a terminal: effects are carried out at once, frames are values.
package struct HeadlessDashboard {
  package private(set) var state: AppState

  package init(
    size: Size, keymap: DashboardKeymap, glyphs: GlyphSet, redaction: Redaction = .off
  ) {
    state = AppState(size: size, keymap: keymap, glyphs: glyphs)
    state.redaction = redaction
  }

  /// Shows an experiment; `analysis` scores one of its runs.
  package mutating func open(
    _ snapshot: ExperimentSnapshot, order: [Int]? = nil, analysis: (Int) -> RunAnalysis?
  ) {
    handle(.message(.opened(snapshot)))
    let texts = TextGuards()
    for run in order ?? Array(snapshot.runs.indices) {
      guard let analysis = analysis(run) else { continue }
      handle(.message(.analysed(run: run, analysis)))
      handle(.message(.guarded(run: run, analysis.guards(texts))))
    }
  }

  /// Hands the dashboard one event and carries out what it asks for, and what that asks for.
  package mutating func handle(_ event: DashboardEvent) {
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
  package mutating func press(_ chord: Chord) {
    for press in chord.presses { handle(.input(.key(press))) }
  }

  /// Shows a screen.
  package mutating func show(_ screen: ScreenID) { perform { $0.show(screen) } }

  /// Looks at another run.
  package mutating func select(run: Int) { perform { $0.select(run: run) } }

  /// Looks at another attack, by its spelling.
  package mutating func select(attack: String) {
    perform { state in
      state.attack = attack
      return []
    }
  }

  /// Shows the tour's caption, or takes it away.
  package mutating func say(_ caption: String?) {
    perform { state in
      state.caption = caption
      return []
    }
  }

  private mutating func perform(_ change: (inout AppState) -> [Effect]) {
    let effects = change(&state)
    carryOut(effects + state.settle())
  }

  private static func answer(_ effect: Effect) -> Message? {
    switch effect {
    case .compute(let computation): computation.answer().map { .computed($0) }
    // Nothing is stored: a picture shows what a user would see a moment later.
    case .record(let step):
      .verdictsSaved(step: step.number, recorded: step.changes, delivered: step.changes)
    case .copy, .write, .changeFilters, .reload, .useTheme, .nextTheme, .suspend, .redraw, .quit:
      nil
    }
  }
}
