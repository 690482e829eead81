/// How many sequences fell into each class: shown beside every figure.
public struct ScoreCounts: Hashable, Sendable {
  /// Sequences with a score of any class.
  public var scored = 0
  /// EZ: no error position at all, ranked above everything.
  public var forcedNoErrors = 0
  /// EZ: nothing moved down, ranked above every ordinary value.
  public var forcedN0 = 0
  /// Too few positions: score 0.
  public var insufficient = 0
  /// Set to 0 by the released policy, which has no other word for an edge case.
  public var zeroed = 0
  /// Nothing moved at all: no score.
  public var noMovement = 0
  /// No score for any other reason.
  public var undefined = 0
  /// No score because the result is not a number.
  public var nonFinite = 0

  /// The counts other than `scored`, in the order and under the classes outputs name them by.
  public var classes: [(status: ScoreStatus, count: Int)] {
    [
      (.forcedNoErrors, forcedNoErrors), (.forcedN0, forcedN0), (.insufficient, insufficient),
      (.zeroed, zeroed), (.noMovement, noMovement), (.undefined, undefined),
      (.nonFinite, nonFinite),
    ]
  }

  /// Counts the classes of some sequences.
  public init(_ statuses: some Sequence<ScoreStatus>) {
    for status in statuses {
      if status.isDefined { scored += 1 }
      switch status {
      case .ordinary: break
      case .forcedNoErrors: forcedNoErrors += 1
      case .forcedN0: forcedN0 += 1
      case .insufficient: insufficient += 1
      case .zeroed: zeroed += 1
      case .noMovement: noMovement += 1
      case .missingEvidence, .tooShort, .undefined: undefined += 1
      case .nonFinite: nonFinite += 1
      }
    }
  }
}
