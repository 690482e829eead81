import TerminalUI

extension ScreenID {
  package static let roc = ScreenID(named: "roc")
}

extension ROCScreen {
  static let card = ScreenCard(
    id: .roc, title: "ROC", short: "ROC",
    long: "ROC curves of attacks or runs")
  static var initialMemory: ROCState { ROCState() }
  static let pages = ["roc", "roc-band", "clopper-pearson", "ppv"]
}

extension AppState {
  /// What the ROC screen remembers.
  package var roc: ROCState {
    get { self[ROCScreen.self] }
    set { self[ROCScreen.self] = newValue }
  }
}

extension Action {
  static let toggleCurve = Action("toggle-curve")
  static let toggleLogAxes = Action("toggle-log-axes")
  static let toggleBand = Action("toggle-band")
  static let toggleCurveSource = Action("toggle-curve-source")
}

extension ROCScreen {
  static var bindings: [DashboardKeymap.Binding] {
    [
      .init(
        .toggleCurve, ["space"], on: [.roc], short: "curve", long: "Show or hide a curve",
        group: "Curves", isHint: true),
      .init(
        .toggleLogAxes, ["o"], on: [.roc, .compare], short: "log/linear",
        long: "Logarithmic or linear axes", group: "Curves", isHint: true),
      .init(
        .toggleBand, ["b"], on: [.roc], short: "band", long: "Show or hide the confidence band",
        group: "Curves", isHint: true),
      .init(
        .toggleCurveSource, ["v"], on: [.roc], short: "attacks/runs",
        long: "Curves of one run's attacks, or of one attack's runs", group: "Curves",
        isHint: true),
    ]
  }
}
