/// What is looked at before a figure is trusted; raw values appear in outputs.
public enum GuardKind: String, CaseIterable, Hashable, Sendable {
  /// Whether two groups differ in length.
  case lengthShift = "length_shift"
  /// Whether text alone tells two groups apart.
  case blindBaseline = "blind_baseline"
  /// Whether texts of two groups nearly repeat each other.
  case nearDuplicates = "near_duplicates"
  /// Whether texts of two groups were cut alike.
  case truncation
  /// Whether target and reference are one and the same model.
  case selfReference = "self_reference"
  /// Whether the reference is better than the target.
  case referenceBetter = "reference_better"
  /// Whether target, reference and text speak of the same tokens.
  case misalignedTokens = "misaligned_tokens"
  /// Whether models ran in different number formats.
  case mixedPrecision = "mixed_precision"
  /// Whether there are enough non-members for a false-positive rate.
  case tooFewNonMembers = "too_few_non_members"
  /// Whether many sequences have no plain score.
  case edgeCases = "edge_cases"
  /// Whether a score ranks members below non-members.
  case reversedSign = "reversed_sign"
  /// Whether compared runs learned equally much.
  case unequalLoss = "unequal_validation_loss"
  /// Whether members had been trained on when the run was saved.
  case unseenMembers = "unseen_members"
  /// Whether scores from a file are those that the tokens beside them give.
  case otherScores = "other_scores"

  /// What is looked at, in a few words, such as `lengths`.
  public var title: String {
    switch self {
    case .lengthShift: "lengths"
    case .blindBaseline: "text alone"
    case .nearDuplicates: "near-duplicates"
    case .truncation: "cut texts"
    case .selfReference: "target other than reference"
    case .referenceBetter: "target better than reference"
    case .misalignedTokens: "tokens"
    case .mixedPrecision: "precision"
    case .tooFewNonMembers: "enough non-members"
    case .edgeCases: "edge cases"
    case .reversedSign: "members above non-members"
    case .unequalLoss: "validation losses"
    case .unseenMembers: "members seen in training"
    case .otherScores: "scores and tokens"
    }
  }
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
  /// What came of looking.
  public enum Outcome: String, Hashable, Sendable {
    /// Nothing speaks against the figures.
    case passed
    /// Something does.
    case tripped
    /// The evidence does not allow to look; the sentence says why.
    case notChecked = "not_checked"
  }

  /// A number that the sentence rests on.
  public struct Figure: Hashable, Sendable {
    /// The name, in snake case, with its unit where it has one.
    public let name: String
    /// The value.
    public let value: Double
    /// The interval of the value, where it has one.
    public let interval: Interval?

    init(_ name: String, _ value: Double, _ interval: Interval? = nil) {
      self.name = name
      self.value = value
      self.interval = interval
    }

    init(_ name: String, _ count: Int) { self.init(name, Double(count)) }
  }

  /// Which guard it was.
  public let kind: GuardKind
  /// What came of it.
  public let outcome: Outcome
  /// The groups that were compared; nil where the guard compares none.
  public let groups: GuardGroups?
  /// The attacks whose figures are concerned; empty where all are.
  public let attacks: [String]
  /// The numbers the sentence rests on.
  public let figures: [Figure]
  /// What was found, why it matters and what to do, in plain words; or why nothing was looked at.
  public let sentence: String
  /// The same in a few words, for a line of a screen; a clause without a full stop.
  public let summary: String

  init(
    _ kind: GuardKind, _ outcome: Outcome, groups: GuardGroups? = nil, attacks: [String] = [],
    figures: [Figure] = [], sentence: String, summary: String
  ) {
    self.kind = kind
    self.outcome = outcome
    self.groups = groups
    self.attacks = attacks
    self.figures = figures
    self.sentence = sentence
    self.summary = summary
  }

  /// A guard that could not look; `reason` is a clause, such as `there are no texts`.
  static func notChecked(
    _ kind: GuardKind, groups: GuardGroups? = nil, because reason: String
  ) -> GuardFinding {
    GuardFinding(
      kind, .notChecked, groups: groups,
      sentence: "Not checked: \(kind.title), because \(reason).", summary: reason)
  }

  /// Whether something speaks against the figures.
  public var isTripped: Bool { outcome == .tripped }

  /// The figure of a name, if the sentence rests on one.
  public func figure(_ name: String) -> Figure? { figures.first { $0.name == name } }
}

extension [GuardFinding.Figure] {
  /// A chance of telling two groups apart, and how many of each were looked at.
  static func separation(_ estimate: AUCEstimate) -> [GuardFinding.Figure] {
    [
      .init("auc", estimate.auc, estimate.interval), .init("first_count", estimate.memberCount),
      .init("second_count", estimate.nonMemberCount),
    ]
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
