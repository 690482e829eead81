import TerminalUI

extension ScreenID {
  package static let leaks = ScreenID(named: "leaks")
}

extension LeaksScreen {
  static let card = ScreenCard(
    id: .leaks, title: "Leaks", short: "leaks",
    long: "What can be pulled out of the target and not out of its base, cheapest first",
    isForJudging: true)
  static var initialMemory: LeaksState { LeaksState() }
  static let pages = ["leaks", "discoverable", "inextractability"]
}

extension AppState {
  /// What the Leaks screen remembers.
  package var leaks: LeaksState {
    get { self[LeaksScreen.self] }
    set { self[LeaksScreen.self] = newValue }
  }
}
