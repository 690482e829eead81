import ScoringCore
import Synchronization

/// Analyses an experiment step by step, what is looked at first.
///
/// Steps may be performed on any thread, one at a time; each can be cancelled and tried again.
package final class ProgressiveAnalysis: Sendable {
  /// What a step came to.
  package enum News: Sendable {
    case analysed(run: Int, RunAnalysis)
    case guarded(run: Int, [GuardFinding])
  }

  /// Scores computed before; asked before an attack is computed, told after.
  package struct Memory: Sendable {
    package var recall: @Sendable (_ run: Int, _ attack: String) -> ScoreColumn?
    package var keep: @Sendable (_ run: Int, _ column: ScoreColumn) -> Void

    package init(
      recall: @escaping @Sendable (_ run: Int, _ attack: String) -> ScoreColumn? = { _, _ in nil },
      keep: @escaping @Sendable (_ run: Int, _ column: ScoreColumn) -> Void = { _, _ in }
    ) {
      self.recall = recall
      self.keep = keep
    }
  }

  private struct State {
    var agenda: AnalysisAgenda
    /// The latest analysis of each run.
    var latest: [Int: RunAnalysis] = [:]
    /// The attacks that can be had of large runs.
    var available: [Int: [String]] = [:]
  }

  package let inputs: [RunInput]
  private let options: EvaluationOptions
  private let attacks: [any Attack]
  private let memory: Memory
  private let texts = TextGuards()
  private let state: Mutex<State>

  /// Of a large run the columns of so many attacks are held.
  private static let mostColumns = 3

  package init(
    _ inputs: [RunInput], order: [Int], attacks: [any Attack] = AttackCatalog.defaults,
    options: EvaluationOptions = EvaluationOptions(), memory: Memory = Memory()
  ) {
    self.inputs = inputs
    self.attacks = attacks
    self.options = options
    self.memory = memory
    state = Mutex(State(agenda: AnalysisAgenda(counts: inputs.map(\.count), order: order)))
  }

  /// What to compute next; nil if nothing is left.
  package func next(_ focus: AnalysisFocus) -> AnalysisStep? {
    state.withLock { $0.agenda.next(focus) }
  }

  /// What a step is called while it runs.
  package func title(of step: AnalysisStep) -> String {
    let name = inputs[step.run].run.name
    switch step {
    case .table(_, let attack): return "Scoring \(name), \(attack)"
    case .figures: return "Figures of \(name)"
    case .guards: return "Checking \(name)"
    }
  }

  /// Performs a step; nil if cancelled, and then nothing has changed.
  package func perform(
    _ step: AnalysisStep, progress: @Sendable (Int) -> Void = { _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> [News]? {
    let latest = state.withLock { $0.latest[step.run] }
    switch step {
    case .table(let run, let attack):
      // Intervals from order statistics: a bootstrap never stands before a table.
      var quick = options
      quick.replicates = 0
      guard
        let analysis = analysis(
          run, of: wanted(run, attack), latest, quick, isComplete: false, progress, isCancelled)
      else { return nil }
      return finish(step, analysis)
    case .figures(let run, let attack):
      let wanted = attack.map { self.wanted(run, $0) } ?? attacks
      guard
        let analysis = analysis(
          run, of: wanted, latest, options, isComplete: true, progress, isCancelled)
      else { return nil }
      return finish(step, analysis)
    case .guards(let run):
      guard let latest else { return [] }
      let looked = latest.lookingAtSuspects(texts)
      guard !isCancelled() else { return nil }
      let findings = looked.guards(texts)
      guard !isCancelled() else { return nil }
      return finish(step, looked) + [.guarded(run: run, findings)]
    }
  }

  private func finish(_ step: AnalysisStep, _ analysis: RunAnalysis) -> [News] {
    state.withLock { state in
      state.agenda.finish(step, held: analysis.scores.columns.map(\.attack))
      state.latest[step.run] = analysis
    }
    return [.analysed(run: step.run, analysis)]
  }

  /// The attack looked at, or the first that can be computed where the evidence does not feed it.
  private func wanted(_ run: Int, _ attack: String) -> [any Attack] {
    // Scores kept of all sequences need not be computed.
    guard case .evidence(let table) = inputs[run].source, table.scores == nil else { return [] }
    if let known = try? AttackCatalog.attack(attack), (try? known.scorer(for: table)) != nil {
      return [known]
    }
    for candidate in attacks where (try? candidate.scorer(for: table)) != nil {
      return [candidate]
    }
    return (try? AttackCatalog.attack(attack)).map { [$0] } ?? []
  }

  /// The attacks that can be had of a run, found once: some look at the whole run to tell.
  private func available(_ run: Int) -> [String]? {
    guard case .evidence(let table) = inputs[run].source, table.scores == nil else { return nil }
    if let known = state.withLock({ $0.available[run] }) { return known }
    let available = Scorer.availability(of: attacks, for: table)
      .filter { $0.problem == nil }.map { $0.attack.spelling }
    state.withLock { $0.available[run] = available }
    return available
  }

  private func analysis(
    _ run: Int, of wanted: [any Attack], _ latest: RunAnalysis?, _ options: EvaluationOptions,
    isComplete: Bool, _ progress: @Sendable (Int) -> Void, _ isCancelled: @Sendable () -> Bool
  ) -> RunAnalysis? {
    let input = inputs[run]
    let isLarge = state.withLock { $0.agenda.isLarge(run) }
    var known = (latest?.scores.columns ?? []).filter { column in
      !isLarge || wanted.contains { $0.spelling == column.attack }
    }
    for attack in wanted where !known.contains(where: { $0.attack == attack.spelling }) {
      if let column = memory.recall(run, attack.spelling), column.count == input.count {
        known.append(column)
      }
    }
    let before = Set(known.map(\.attack))
    let analysis = RunAnalysis.make(
      input.source, metadata: input.annotations.metadata, primary: input.primary, attacks: wanted,
      known: known, options: options, texts: nil, isComplete: isComplete, progress: progress,
      isCancelled: isCancelled)
    guard let analysis else { return nil }
    if case .evidence(let table) = input.source, table.scores == nil {
      for column in analysis.scores.columns where !before.contains(column.attack) {
        memory.keep(run, column)
      }
    }
    guard isLarge else { return analysis }
    return analysis.joined(
      with: latest, most: Self.mostColumns, available: isComplete ? available(run) : nil)
  }
}
