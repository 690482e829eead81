/// What kind of result an attack gave for one sequence.
///
/// The first four are defined scores; every other case is a reason why there is none.
/// Raw values are stable: they are stored a byte per row.
public enum ScoreStatus: UInt8, CaseIterable, Sendable {
  /// A plain value.
  case ordinary = 0
  /// EZ with N = 0 and P > 0: above every ordinary value, ordered by P (Ilic et al., appendix E.6).
  case forcedN0 = 1
  /// EZ with no error position among at least one eligible: above all else (appendix E.5).
  case forcedNoErrors = 2
  /// Too few positions to say anything: scores 0 and is counted.
  case insufficient = 3
  /// An edge case to which the released EZ code gives 0, the lowest score there is.
  case zeroed = 4

  /// Error positions exist, but no log-probability moved (P = N = 0), as in a self-reference.
  case noMovement = 16
  /// The record lacks a column the attack needs.
  case missingEvidence = 17
  /// The sequence has too few predicted positions for the attack's definition.
  case tooShort = 18
  /// The formula divides by zero or is otherwise undefined on this evidence.
  case undefined = 19
  /// The result is not a number although the formula is defined (for example −inf − (−inf)).
  case nonFinite = 20

  /// Whether the sequence has a score at all.
  public var isDefined: Bool { rawValue < 16 }

  /// The spelling used in outputs, such as `forced_n0`.
  public var name: String {
    switch self {
    case .ordinary: "ordinary"
    case .forcedN0: "forced_n0"
    case .forcedNoErrors: "forced_no_errors"
    case .insufficient: "insufficient"
    case .zeroed: "zeroed"
    case .noMovement: "no_movement"
    case .missingEvidence: "missing_evidence"
    case .tooShort: "too_short"
    case .undefined: "undefined"
    case .nonFinite: "non_finite"
    }
  }

  /// The class of a spelling used in outputs; nil if there is none of it.
  public init?(name: String) {
    guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = status
  }
}

/// One attack's result for one sequence; higher means more member-like.
///
/// `value` is the attack's statistic for `ordinary`; P in nats for `forcedN0` (its order within the
/// class); +infinity for `forcedNoErrors`; 0 for `insufficient`; NaN where there is no score.
public struct Score: Hashable, Sendable {
  /// The class of the result, or the reason why there is none.
  public var status: ScoreStatus
  /// The statistic, as described for each class above.
  public var value: Double

  /// Makes a score of any class.
  public init(_ status: ScoreStatus, _ value: Double) {
    self.status = status
    self.value = value
  }

  /// A plain value; `nonFinite` if it is not a number.
  public static func ordinary(_ value: Double) -> Score {
    value.isNaN ? .none(.nonFinite) : Score(.ordinary, value)
  }

  /// No score, for a reason.
  public static func none(_ reason: ScoreStatus) -> Score { Score(reason, .nan) }

  /// Whether class and value are the same; two results without a value are, if their reasons are.
  public static func == (left: Score, right: Score) -> Bool {
    left.status == right.status
      && (left.value == right.value || (left.value.isNaN && right.value.isNaN))
  }

  /// Hashes class and value; all values that are not numbers alike.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(value.isNaN ? .nan : value)
  }
}

extension Score: Comparable {
  /// Orders by class, then by value; everything undefined ties below every defined score.
  public static func < (left: Score, right: Score) -> Bool {
    let (l, r) = (left.tier, right.tier)
    return l != r ? l < r : (l > 0 && left.value < right.value)
  }

  /// Whether two scores rank equally (which is not the same as being equal).
  public func ties(with other: Score) -> Bool { !(self < other) && !(other < self) }

  /// 0 undefined, 1 ordinary and insufficient, 2 forced by N = 0, 3 forced by no errors.
  var tier: UInt8 {
    switch status {
    case .ordinary, .insufficient, .zeroed: 1
    case .forcedN0: 2
    case .forcedNoErrors: 3
    default: 0
    }
  }
}

/// Whether a sequence was in the fine-tuning set.
public enum Label: Int8, CaseIterable, Sendable {
  /// In the fine-tuning set.
  case member = 1
  /// Not in the fine-tuning set.
  case nonMember = 0
  /// A suspect: nobody knows yet.
  case unknown = -1

  /// The spelling used in score files: `member`, `non-member` or `unknown`.
  public var name: String {
    switch self {
    case .member: "member"
    case .nonMember: "non-member"
    case .unknown: "unknown"
    }
  }
}
