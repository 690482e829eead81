import TerminalUI

extension ScreenID {
  package static let trends = ScreenID(named: "trends")
}

extension Action {
  static let nextAxis = Action("next-axis")
  static let nextMeasure = Action("next-measure")
}

extension TrendsScreen {
  static let card = ScreenCard(
    id: .trends, title: "Trends", short: "trends",
    long: "Leakage against epochs, size, repeats and what was learned")
  static var initialMemory: TrendsState { TrendsState() }
  static let pages = ["auc", "tpr-at-fpr", "leaks", "discoverable"]
  static var bindings: [DashboardKeymap.Binding] {
    [
      .init(
        .nextAxis, ["v"], on: [.trends], short: "against",
        long: "Against validation loss, epochs, model size, method or repeats", group: "Trends",
        isHint: true),
      .init(
        .nextMeasure, ["a"], on: [.trends], short: "measure",
        long: "AUC, TPR at 1% FPR, leaked spans per 1,000, share discoverable in 2^20 draws",
        group: "Trends", isHint: true),
    ]
  }
}

extension AppState {
  /// What the Trends screen remembers.
  package var trends: TrendsState {
    get { self[TrendsScreen.self] }
    set { self[TrendsScreen.self] = newValue }
  }
}
