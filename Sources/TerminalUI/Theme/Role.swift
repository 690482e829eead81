import Basics

/// What a piece of screen means; a theme decides what that looks like.
///
/// Views name roles and never colours, so themes, colour depths and snapshots stay independent.
package enum Role: String, CaseIterable, Sendable {
  case text
  case textDim = "text.dim"
  case textStrong = "text.strong"
  case heading
  case title
  case accent
  case banner
  case selection
  case selectionInactive = "selection.inactive"
  case cursor
  case searchMatch = "search.match"
  case border
  case borderFocus = "border.focus"
  case hint
  case hintKey = "hint.key"
  case chip
  case prompt
  case statusInfo = "status.info"
  case statusOK = "status.ok"
  case statusWarning = "status.warning"
  case statusError = "status.error"
  case member = "label.member"
  case nonMember = "label.non-member"
  case unknown = "label.unknown"
  case verdictLeaked = "verdict.leaked"
  case verdictBenign = "verdict.benign"
  case verdictUnsure = "verdict.unsure"
  case zoneEdge = "zone.edge"
  case tokenDim = "token.dim"
  case tokenEscape = "token.escape"
  case shiftDown3 = "shift.down3"
  case shiftDown2 = "shift.down2"
  case shiftDown1 = "shift.down1"
  case shiftZero = "shift.zero"
  case shiftUp1 = "shift.up1"
  case shiftUp2 = "shift.up2"
  case shiftUp3 = "shift.up3"
  case barUp = "bar.up"
  case barDown = "bar.down"
  case level0 = "level.0"
  case level1 = "level.1"
  case level2 = "level.2"
  case level3 = "level.3"
  case level4 = "level.4"
  case level5 = "level.5"
  case level6 = "level.6"
  case plotAxis = "plot.axis"
  case plotGrid = "plot.grid"
  case plotChance = "plot.chance"
  case plotBand = "plot.band"
  case plotShade = "plot.shade"
  case plotCursor = "plot.cursor"
  case threshold
  case curve1 = "curve.1"
  case curve2 = "curve.2"
  case curve3 = "curve.3"
  case curve4 = "curve.4"
  case curve5 = "curve.5"
  case curve6 = "curve.6"
  case curve7 = "curve.7"
  case curve8 = "curve.8"

  /// This role's place among all, from 0.
  ///
  /// An enumeration without payloads is stored as its place among its cases; reading that byte is
  /// what makes looking a style up as cheap as drawing needs.
  package var index: Int { withUnsafeBytes(of: self) { Int($0[0]) } }

  /// Whether it is ground to draw on: what is drawn over it keeps its background.
  package var isGround: Bool {
    switch self {
    case .plotBand, .plotShade, .selection, .selectionInactive: true
    default: false
    }
  }

  /// The seven shift steps from most downward (−3) to most upward (+3).
  package static let shiftRamp: [Role] = [
    .shiftDown3, .shiftDown2, .shiftDown1, .shiftZero, .shiftUp1, .shiftUp2, .shiftUp3,
  ]
  /// The sequential ramp from lowest to highest.
  package static let levelRamp: [Role] = [
    .level0, .level1, .level2, .level3, .level4, .level5, .level6,
  ]
  /// The curves of a plot, in the order they are given out.
  package static let curves: [Role] = [
    .curve1, .curve2, .curve3, .curve4, .curve5, .curve6, .curve7, .curve8,
  ]
}
