import TerminalUI

extension ScreenID {
  package static let compare = ScreenID(named: "compare")
}

extension CompareScreen {
  static let card = ScreenCard(
    id: .compare, title: "Compare", short: "compare",
    long: "Two runs side by side on the same sequences")
  static var initialMemory: CompareState { CompareState() }
  static let pages = ["paired-tests", "auc", "leaks"]
}

extension AppState {
  /// What the Compare screen remembers.
  package var compare: CompareState {
    get { self[CompareScreen.self] }
    set { self[CompareScreen.self] = newValue }
  }
}

extension Action {
  static let choosePartner = Action("choose-partner")
  static let nextFlips = Action("next-flips")
  static let swapRuns = Action("swap-runs")
}

extension CompareScreen {
  static var bindings: [DashboardKeymap.Binding] {
    [
      .init(
        .choosePartner, ["c"], on: [.compare], short: "partner",
        long: "Choose the run to compare with", group: "Comparing", isHint: true),
      .init(
        .nextFlips, ["f"], on: [.compare], short: "flips",
        long: "List flips of both directions, of one, or every sequence", group: "Comparing",
        isHint: true),
      .init(
        .swapRuns, ["X"], on: [.compare], short: "swap", long: "Swap the two runs compared",
        group: "Comparing"),
    ]
  }
}
