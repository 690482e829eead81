import Analysis
import ScoringCore
import TerminalUI

/// One curve the screen can show, whether or not there is anything to draw.
struct ROCCurve {
  /// The attack's spelling or the run's name.
  var name: String
  var run: Int
  /// The column of the attack in the run's analysis; nil where it has none.
  var attack: Int?
  var analysis: RunAnalysis?
  var role = Role.textDim
  /// The letter that tells it from others without colour; blank while it is not drawn.
  var marker: Character = " "
  var isShown: Bool

  var evaluation: AttackEvaluation? {
    guard let analysis, let attack else { return nil }
    return analysis.attacks[attack].evaluation
  }
  var roc: ROC? { evaluation?.roc }

  /// Why there is no curve, if there is none.
  var problem: String? {
    guard analysis != nil else { return "still being scored" }
    guard attack != nil else { return "this run has no scores of the attack" }
    return roc == nil ? "no curve without known members and non-members" : nil
  }
}

/// The curves of the ROC screen in the order of its table, and which one is selected.
struct ROCCurves {
  let list: [ROCCurve]
  let selected: Int?

  init(_ state: AppState) {
    var all = state.roc.source == .attacks ? Self.attacks(state) : Self.runs(state)
    let source = state.roc.source
    let shown = state.currentAttack?.spelling
    selected = all.firstIndex {
      source == .attacks ? $0.name == shown : $0.run == state.run
    }
    // Colours and letters go to the curves that are drawn, so that no two of those share one.
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    var number = 0
    for index in all.indices where all[index].isShown || index == selected {
      all[index].role = Role.curves[number % Role.curves.count]
      all[index].marker = letters[number % letters.count]
      number += 1
    }
    list = all
  }

  var current: ROCCurve? { selected.map { list[$0] } }

  /// The finest FPR any of the curves can resolve.
  var resolution: Double { list.compactMap { $0.roc?.resolution }.min() ?? 0.01 }

  /// The lowest TPR at which any curve shown begins; 0 if one detects nothing.
  var lowest: Double {
    list.indices.filter { list[$0].isShown || $0 == selected }
      .compactMap { list[$0].roc?.firstTPR }.min() ?? 0
  }

  private static func attacks(_ state: AppState) -> [ROCCurve] {
    guard let analysis = state.analysis else { return [] }
    return analysis.attacks.enumerated().map { index, attack in
      ROCCurve(
        name: attack.spelling, run: state.run, attack: index, analysis: analysis,
        isShown: !state.roc.hiddenAttacks.contains(attack.spelling))
    }
  }

  private static func runs(_ state: AppState) -> [ROCCurve] {
    guard let experiment = state.experiment else { return [] }
    let order = RunGroups(experiment)
    let runs = order.rows.indices.compactMap { order.run(at: $0) }
    let shown = state.shownRuns
    return runs.map { run in
      let analysis = state.analyses[run]
      let name = experiment.run(run).name
      return ROCCurve(
        name: name, run: run, attack: analysis.flatMap(state.shownAttack), analysis: analysis,
        isShown: shown.contains(name))
    }
  }
}

extension AppState {
  /// The runs whose curves are drawn: those chosen, or marked, or else the run looked at, the one it is
  /// compared with, and the controls that neither may be mistaken for.
  var shownRuns: Set<String> {
    guard let experiment else { return [] }
    if let chosen = roc.chosenRuns { return chosen }
    if !runs.marked.isEmpty { return runs.marked }
    let controls = experiment.runs.indices.filter {
      experiment.run($0).method?.family == .control
    }
    return Set(([run, compare.left, compare.right] + controls).map { experiment.run($0).name })
  }
}
