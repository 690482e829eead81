import TerminalUI

extension ScreenID {
  package static let tokens = ScreenID(named: "tokens")
}

extension TokensScreen {
  static let card = ScreenCard(
    id: .tokens, title: "Tokens", short: "tokens",
    long: "The current sequence token by token",
    isForJudging: true)
  static var initialMemory: TokensState { TokensState() }
  static let pages = ["edge-cases", "p-value"]
}

extension AppState {
  /// What the Tokens screen remembers.
  package var tokens: TokensState {
    get { self[TokensScreen.self] }
    set { self[TokensScreen.self] = newValue }
  }
}

extension Action {
  static let nextSequence = Action("next-sequence")
  static let previousSequence = Action("previous-sequence")
  static let nextZone = Action("next-zone")
  static let previousZone = Action("previous-zone")
  static let nextExtreme = Action("next-extreme")
  static let previousExtreme = Action("previous-extreme")
  static let toggleAllTokens = Action("toggle-all-tokens")
  static let nextView = Action("next-view")
  static let widenScale = Action("widen-scale")
  static let narrowScale = Action("narrow-scale")
  static let toggleSpaces = Action("toggle-spaces")
}

extension TokensScreen {
  static var bindings: [DashboardKeymap.Binding] {
    let screens: [ScreenID] = [.tokens, .compare]
    return [
      .init(
        .nextSequence, ["J", "."], on: screens, short: "sequence", long: "To the next sequence",
        group: "Tokens", isHint: true),
      .init(
        .previousSequence, ["K", ","], on: screens, short: "sequence",
        long: "To the previous sequence", group: "Tokens", isHint: true),
      .init(
        .nextZone, ["]"], on: screens, short: "zone", long: "To the next error zone",
        group: "Tokens", isHint: true),
      .init(
        .previousZone, ["["], on: screens, short: "zone", long: "To the previous error zone",
        group: "Tokens", isHint: true),
      .init(
        .nextExtreme, ["}"], on: screens, short: "extreme", long: "To the next extreme shift",
        group: "Tokens", isHint: true),
      .init(
        .previousExtreme, ["{"], on: screens, short: "extreme",
        long: "To the previous extreme shift", group: "Tokens", isHint: true),
      .init(
        .toggleAllTokens, ["a"], on: screens, short: "all/zone",
        long: "Tint all tokens, or only those of the error zone", group: "Tokens", isHint: true),
      .init(
        .nextView, ["v"], on: [.tokens], short: "view",
        long: "Show shift, loss, rank, cost, Min-K% or WBC windows", group: "Tokens", isHint: true),
      .init(
        .widenScale, ["+", "="], on: screens, short: "scale", long: "Widen the scale of shifts",
        group: "Tokens"),
      .init(
        .narrowScale, ["-"], on: screens, short: "scale", long: "Narrow the scale of shifts",
        group: "Tokens"),
      .init(
        .toggleSpaces, ["W"], on: screens, short: "spaces", long: "Make spaces visible",
        group: "Tokens"),
    ]
  }
}
