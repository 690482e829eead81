/// Checks that two groups of sequences differ in membership and in nothing else.
public enum GuardKind: String, CaseIterable, Sendable {
  /// Their lengths differ.
  case lengthShift = "length_shift"
  /// Their texts alone tell them apart.
  case blindBaseline = "blind_baseline"
}

/// Two groups that are compared, as sentences name them.
public struct GuardGroups: Hashable, Sendable {
  /// The first group, such as `suspects`.
  public var first: String
  /// The second group, such as `known non-members`.
  public var second: String

  /// Names the groups, in the plural.
  public init(first: String, second: String) {
    self.first = first
    self.second = second
  }

  /// The comparison headline figures rest on.
  public static let members = GuardGroups(first: "members", second: "non-members")
  /// The comparison p-values of suspects rest on.
  public static let suspects = GuardGroups(first: "suspects", second: "known non-members")
}

/// What a guard found, ready to be shown.
public struct GuardFinding: Hashable, Sendable {
  /// Which guard it was.
  public let kind: GuardKind
  /// What was compared.
  public let groups: GuardGroups
  /// Whether the groups differ so much that scores can tell them apart without any memory.
  public let isTripped: Bool
  /// The chance that the guard tells one of the first group from one of the second; 0.5 is none.
  public let area: Double
  /// The interval of that chance.
  public let interval: Interval
  /// Sequences of the first group that were looked at.
  public let firstCount: Int
  /// Sequences of the second group that were looked at.
  public let secondCount: Int
  /// What was found, what it means and what to do, in plain words.
  public let sentence: String
  /// The same in a few words, for a line of a screen.
  public let summary: String

  init(
    kind: GuardKind, groups: GuardGroups, isTripped: Bool, estimate: AUCEstimate,
    sentence: String, summary: String
  ) {
    self.kind = kind
    self.groups = groups
    self.isTripped = isTripped
    area = estimate.auc
    interval = estimate.interval
    firstCount = estimate.memberCount
    secondCount = estimate.nonMemberCount
    self.sentence = sentence
    self.summary = summary
  }
}

/// A chance of telling two groups apart, with its uncertainty.
func separation(_ first: [Double], _ second: [Double]) -> AUCEstimate? {
  DeLong.estimate(
    Ranking(
      values: first + second,
      labels: Array(repeating: .member, count: first.count)
        + Array(repeating: .nonMember, count: second.count)))
}

/// A chance with two decimals, without Foundation.
func twoDecimals(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let rest = hundredths % 100
  return "\(hundredths / 100)." + (rest < 10 ? "0" : "") + "\(rest)"
}
