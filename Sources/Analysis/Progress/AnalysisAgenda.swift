/// What of an experiment somebody looks at.
package struct AnalysisFocus: Hashable, Sendable {
  package var run: Int
  /// The attack by its spelling.
  package var attack: String

  package init(run: Int, attack: String) {
    self.run = run
    self.attack = attack
  }
}

/// A piece of an experiment's analysis that is computed in one go.
package enum AnalysisStep: Hashable, Sendable {
  /// One attack's scores in order, with figures that need no resampling: a table to look at.
  case table(run: Int, attack: String)
  /// Every figure of a run with its interval; of one attack where `attack` names it.
  case figures(run: Int, attack: String?)
  /// What speaks against a run's figures.
  case guards(run: Int)

  package var run: Int {
    switch self {
    case .table(let run, _), .figures(let run, _), .guards(let run): run
    }
  }

  /// The one attack concerned; nil where it is all of them.
  package var attack: String? {
    switch self {
    case .table(_, let attack): attack
    case .figures(_, let attack): attack
    case .guards: nil
    }
  }
}

/// What is still to be computed of an experiment, and what of it comes next.
///
/// The table of what is looked at comes first, then its figures, then its guards; other runs
/// follow in the same order. Of runs too large to hold every attack's scores only the attacks that
/// are looked at are computed.
package struct AnalysisAgenda: Sendable {
  /// The runs in the order in which they are wanted where nobody looks at one.
  private let order: [Int]
  private let counts: [Int]
  private var done: Set<AnalysisStep> = []
  /// Runs that have a table of some attack.
  private var tabled: Set<Int> = []

  /// From so many sequences on a run is large: its twenty-odd attacks would take 50 MB and more.
  package static let large = 150_000
  /// So many sequences have tables before anybody looks at them; others wait until somebody does.
  package static let unasked = 2_000_000

  /// - Parameters:
  ///   - counts: how many sequences each run has.
  ///   - order: the runs in the order in which they are wanted.
  package init(counts: [Int], order: [Int]) {
    self.counts = counts
    self.order = order
  }

  /// Whether only the attacks looked at are computed of a run.
  package func isLarge(_ run: Int) -> Bool { counts[run] >= Self.large }

  /// What to compute next; nil if nothing is left.
  package func next(_ focus: AnalysisFocus) -> AnalysisStep? {
    ofRun(focus.run, focus.attack) ?? others(than: focus)
  }

  private func ofRun(_ run: Int, _ attack: String) -> AnalysisStep? {
    let figures = figures(run, attack)
    let table = AnalysisStep.table(run: run, attack: attack)
    if !done.contains(table), !done.contains(figures) { return table }
    if !done.contains(figures) { return figures }
    let guards = AnalysisStep.guards(run: run)
    return done.contains(guards) ? nil : guards
  }

  private func figures(_ run: Int, _ attack: String) -> AnalysisStep {
    .figures(run: run, attack: isLarge(run) ? attack : nil)
  }

  private func others(than focus: AnalysisFocus) -> AnalysisStep? {
    var held = counts[focus.run]
    var wanted: [Int] = []
    for run in order where run != focus.run {
      guard tabled.contains(run) || held + counts[run] <= Self.unasked else { continue }
      held += counts[run]
      wanted.append(run)
    }
    if let run = wanted.first(where: { !tabled.contains($0) }) {
      return .table(run: run, attack: focus.attack)
    }
    // The figures of small runs are those of every attack, whichever is looked at.
    if let run = wanted.first(where: { !isLarge($0) && !done.contains(figures($0, "")) }) {
      return figures(run, "")
    }
    return wanted.first { !isLarge($0) && !done.contains(.guards(run: $0)) }.map {
      .guards(run: $0)
    }
  }

  /// Notes that a step is done.
  ///
  /// - Parameter held: the attacks whose scores are held of the run now; what was done of others
  ///   must be done again should anybody look at them again.
  package mutating func finish(_ step: AnalysisStep, held: [String]) {
    done.insert(step)
    tabled.insert(step.run)
    guard isLarge(step.run) else { return }
    let kept = held + (step.attack.map { [$0] } ?? [])
    done = done.filter { other in
      guard other.run == step.run, let attack = other.attack else { return true }
      return kept.contains(attack)
    }
  }
}
