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
  var role: Role
  /// The letter that tells it from others without colour.
  var marker: Character
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
    switch state.roc.source {
    case .attacks: list = Self.attacks(state)
    case .runs: list = Self.runs(state)
    }
    let source = state.roc.source
    selected = list.firstIndex {
      source == .attacks ? $0.name == state.attack : $0.run == state.run
    }
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
      curve(
        attack.spelling, number: index, run: state.run, attack: index, analysis,
        isShown: !state.roc.hiddenAttacks.contains(attack.spelling))
    }
  }

  private static func runs(_ state: AppState) -> [ROCCurve] {
    guard let experiment = state.experiment else { return [] }
    let order = RunGroups(experiment)
    let runs = order.rows.indices.compactMap { order.run(at: $0) }
    return runs.enumerated().map { number, run in
      let analysis = state.analyses[run]
      let name = experiment.run(run).name
      return curve(
        name, number: number, run: run, attack: analysis?.attackIndex(state.attack), analysis,
        isShown: !state.roc.hiddenRuns.contains(name))
    }
  }

  private static func curve(
    _ name: String, number: Int, run: Int, attack: Int?, _ analysis: RunAnalysis?, isShown: Bool
  ) -> ROCCurve {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return ROCCurve(
      name: name, run: run, attack: attack, analysis: analysis,
      role: Role.curves[number % Role.curves.count], marker: letters[number % letters.count],
      isShown: isShown)
  }
}
