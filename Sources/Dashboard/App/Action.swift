/// Everything a user can ask for; keys, palette, help and settings all name these.
package enum Action: String, CaseIterable, Sendable {
  case showRuns = "show-runs"
  case showSequences = "show-sequences"
  case showTokens = "show-tokens"
  case showROC = "show-roc"
  case showCompare = "show-compare"

  case up, down, left, right
  case pageUp = "page-up"
  case pageDown = "page-down"
  case halfPageUp = "half-page-up"
  case halfPageDown = "half-page-down"
  case first, last
  case open
  case back
  case nextPane = "next-pane"
  case previousPane = "previous-pane"

  case search
  case nextMatch = "next-match"
  case previousMatch = "previous-match"
  case sort
  case reverseSort = "reverse-sort"
  case filter
  case clearFilters = "clear-filters"
  case nameSuspects = "name-suspects"

  case nextAttack = "next-attack"
  case previousAttack = "previous-attack"
  case nextRun = "next-run"
  case previousRun = "previous-run"

  case nextSequence = "next-sequence"
  case previousSequence = "previous-sequence"
  case nextZone = "next-zone"
  case previousZone = "previous-zone"
  case nextExtreme = "next-extreme"
  case previousExtreme = "previous-extreme"
  case toggleAllTokens = "toggle-all-tokens"
  case nextView = "next-view"
  case widenScale = "widen-scale"
  case narrowScale = "narrow-scale"
  case toggleSpaces = "toggle-spaces"

  case toggleCurve = "toggle-curve"
  case toggleLogAxes = "toggle-log-axes"
  case toggleBand = "toggle-band"
  case toggleCurveSource = "toggle-curve-source"
  case nextPartner = "next-partner"
  case swapRuns = "swap-runs"
  case nextFlips = "next-flips"

  case redact
  case markLeaked = "mark-leaked"
  case markBenign = "mark-benign"
  case markUnsure = "mark-unsure"
  case clearVerdict = "clear-verdict"
  case markAllLeaked = "mark-all-leaked"
  case markAllBenign = "mark-all-benign"
  case markAllUnsure = "mark-all-unsure"
  case clearAllVerdicts = "clear-all-verdicts"
  case editNote = "edit-note"
  /// To the next sequence without a verdict.
  case nextOpen = "next-open"
  case undo, redo

  case nextTheme = "next-theme"
  case copy
  case toggleMouse = "toggle-mouse"
  case palette
  case help
  case redraw
  case suspend
  /// Back one level; quit at the top.
  case leave
  case quit
  #if DEBUG
    /// Traps, so that tests see what a crash leaves behind; only the palette knows it.
    case crash
  #endif
}

/// Where a key means what it means; inner layers come before outer ones.
package enum KeyContext: String, CaseIterable, Sendable {
  case global
  case runs
  case sequences
  case tokens
  case roc
  case compare
}

/// The screens, in the order of their number keys.
package enum ScreenID: String, CaseIterable, Sendable {
  case runs, sequences, tokens, roc, compare

  package var title: String {
    switch self {
    case .runs: "Runs"
    case .sequences: "Sequences"
    case .tokens: "Tokens"
    case .roc: "ROC"
    case .compare: "Compare"
    }
  }

  package var context: KeyContext {
    switch self {
    case .runs: .runs
    case .sequences: .sequences
    case .tokens: .tokens
    case .roc: .roc
    case .compare: .compare
    }
  }
}
