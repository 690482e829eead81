import Basics
import ScoringCore
import TerminalUI

extension ScoreStatus {
  /// A word or two beside the number; empty for plain values.
  package var words: String {
    switch self {
    case .ordinary: ""
    case .forcedN0: "N=0"
    case .forcedNoErrors: "no errors"
    case .insufficient: "too few"
    case .zeroed: "set to 0"
    case .noMovement: "no movement"
    case .missingEvidence: "no evidence"
    case .tooShort: "too short"
    case .undefined: "undefined"
    case .nonFinite: "not finite"
    }
  }

  /// What it means for the reader, as a sentence; nil for plain values.
  package var explanation: String? {
    switch self {
    case .ordinary: nil
    case .forcedN0:
      "Every shift in the zone goes up (N = 0): ranked above all ordinary scores, by P."
    case .forcedNoErrors: "No counted token is predicted wrong: ranked above everything."
    case .insufficient: "Too few error positions to say anything: the score is 0."
    case .zeroed: "An edge case to which the released code gives 0."
    case .noMovement: "No log-probability in the zone moved: there is no score."
    case .missingEvidence: "The record lacks a column this attack needs: there is no score."
    case .tooShort: "Too few tokens for this attack: there is no score."
    case .undefined: "The formula is not defined on this sequence: there is no score."
    case .nonFinite: "The result is not a number: there is no score."
    }
  }
}

extension Score {
  /// The number as tables show it: `inf` for forced classes, `-` where there is no score.
  package var number: String {
    switch status {
    case .forcedN0, .forcedNoErrors: "inf"
    case _ where !status.isDefined: "-"
    default: Self.number(value)
    }
  }

  /// The number and what class it is of: `inf (no errors)`.
  package var text: String { status == .ordinary ? number : "\(number) (\(status.words))" }

  /// A statistic with as many decimals as leave it readable in eight columns.
  package static func number(_ value: Double) -> String {
    guard value.isFinite else { return NumberFormat.fixed(value, 0) }
    let size = abs(value)
    if size >= 1e6 { return NumberFormat.scientific(value, 2) }
    return NumberFormat.fixed(value, size >= 10_000 ? 0 : size >= 1000 ? 1 : 3)
  }
}

extension Label {
  /// How a label looks.
  package var role: Role {
    switch self {
    case .member: .member
    case .nonMember: .nonMember
    case .unknown: .unknown
    }
  }
}
