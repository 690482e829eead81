import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What a later start of the dashboard on the same experiment goes on from: names and texts, so that
/// it can be kept in a file and still means something once runs have come or gone.
package struct ViewMemory: Hashable, Sendable {
  package var screen = ""
  package var run = ""
  package var attack = ""
  package var theme = ""
  /// What is listed on the screens that show a list, by the screen's name.
  package var lists: [String: ListMemory] = [:]
  package var filters: [NamedFilter] = []

  package init() {}

  /// The same without where somebody was.
  package var filtersOnly: ViewMemory {
    var memory = ViewMemory()
    memory.filters = filters
    return memory
  }
}

/// How a list was ordered and what of it was shown.
package struct ListMemory: Hashable, Sendable {
  package var sort = ""
  package var isDescending = false
  package var filter = ""
  /// The columns shown, in their order; empty where the program chooses.
  package var columns: [String] = []

  package init() {}
}

extension AppState {
  /// What to go on from, as things are.
  package var memory: ViewMemory {
    var memory = ViewMemory()
    guard let experiment, experiment.runs.indices.contains(run) else { return memory }
    memory.screen = screen.rawValue
    memory.run = experiment.run(run).name
    memory.attack = attack
    memory.theme = theme
    for screen in ScreenCatalog.all {
      var list = screen.remember(self)
      list?.columns = columns[screen.card.id] ?? []
      memory.lists[screen.card.id.rawValue] = list
    }
    memory.filters = filters
    return memory
  }

  /// Goes on from where somebody left; what is not there any more stays as it is at first.
  ///
  /// Returns what to say of it; nil if all is as it would be anyway.
  mutating func resume(_ memory: ViewMemory, in experiment: ExperimentSnapshot) -> String? {
    filters = memory.filters
    let before = self.memory
    // Whoever has chosen a screen while files were read wants that one.
    if history.isEmpty, let screen = ScreenID(rawValue: memory.screen) { self.screen = screen }
    let names = experiment.runs.indices.map { experiment.run($0).name }
    if let run = names.firstIndex(of: memory.run) { self.run = run }
    if experiment.hasAttack(memory.attack) { attack = memory.attack }
    for screen in ScreenCatalog.all {
      guard let list = memory.lists[screen.card.id.rawValue] else { continue }
      screen.resume(list, &self)
      var seen: Set<String> = []
      let names = list.columns.filter { seen.insert($0).inserted }
      if !names.isEmpty { columns[screen.card.id] = names }
    }
    return self.memory == before ? nil : resumedWords
  }

  private var resumedWords: String {
    var words = "Resumed: \(screen.title)"
    if let experiment { words += ", \(experiment.run(run).name), \(attack)" }
    let list = screen.type.remember(self)
    if let list, !list.filter.isEmpty { words += ", filtered" }
    return words + "; --fresh starts anew"
  }
}

extension ExperimentSnapshot {
  /// Whether an attack of this spelling can be looked at: one of the program's, or a score column.
  fileprivate func hasAttack(_ spelling: String) -> Bool {
    if (try? AttackCatalog.attack(spelling)) != nil { return true }
    return runs.contains { source in
      guard case .scores(let table) = source else { return false }
      return table.columns.contains { $0.attack == spelling }
    }
  }
}

extension ListQuery {
  /// Takes up the filter of last time, which is understood once the run's columns are known.
  mutating func resume(_ text: String) { resumed = text.isEmpty ? nil : text }
}

extension AppState {
  /// Puts the filter of last time in force, once what it asks for is computed.
  mutating func takeUp(_ query: WritableKeyPath<AppState, ListQuery>, _ analysis: RunAnalysis) {
    guard let text = self[keyPath: query].resumed else { return }
    let problem = self[keyPath: query].use(text, in: filterContext, .blank)
    // What is still to be computed may be what the filter asks for.
    guard let problem, analysis.isComplete, analysis.suspectGuards != nil else { return }
    self[keyPath: query].resumed = nil
    notice = Notice(.warning, "The filter of last time does not fit and is left out: \(problem)")
  }
}
