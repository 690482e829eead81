import TerminalUI

extension ScreenID {
  package static let runs = ScreenID(named: "runs")
}

extension RunsScreen {
  static let card = ScreenCard(
    id: .runs, title: "Runs", short: "runs",
    long: "Every run with its figures")
  static var initialMemory: RunsState { RunsState() }
  static let pages = ["auc", "tpr-at-fpr", "too-few-non-members"]
}

extension AppState {
  /// What the Runs screen remembers.
  package var runs: RunsState {
    get { self[RunsScreen.self] }
    set { self[RunsScreen.self] = newValue }
  }
}

extension Action {
  static let mark = Action("mark")
  static let fold = Action("fold")
  static let unfold = Action("unfold")
}

extension RunsScreen {
  static var bindings: [DashboardKeymap.Binding] {
    [
      .init(
        .mark, ["space"], on: [.runs], short: "mark",
        long: "Mark the run, to see the marked ones alone in ROC and to compare with",
        group: "Finding", isHint: true),
      .init(
        .fold, ["z"], on: [.runs], short: "fold",
        long: "Fold the family of the run into one line (or click its heading)", group: "Finding"),
      .init(
        .unfold, ["Z"], on: [.runs], short: "unfold", long: "Show the runs of all families again",
        group: "Finding"),
    ]
  }
}
