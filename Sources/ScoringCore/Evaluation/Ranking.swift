import Basics

/// What happens to rows that have no score.
public enum UndefinedPolicy: String, CaseIterable, Sendable {
  /// They stay, tied with each other below every defined score, and are never a detection.
  case keep
  /// They leave the ranking, and are counted.
  case drop
}

/// Rows sorted once, best score first, with ties grouped: the form every figure is computed from.
///
/// A *tie group* is a maximal set of rows whose scores rank equally. Unknown rows are ranked with
/// the rest, so that suspects can be calibrated, but belong to no class and never move a curve.
public struct Ranking: Sendable {
  /// Rows from the highest score to the lowest; within a tie by ascending position in the input.
  public let order: [UInt32]
  /// For each tie group, where it ends in `order`.
  public let ends: [UInt32]
  /// For each tie group, the members in it and in all groups above.
  public let memberEnds: [UInt32]
  /// For each tie group, the non-members in it and in all groups above.
  public let nonMemberEnds: [UInt32]
  /// How many tie groups hold defined scores: all of them, or all but the last.
  public let definedGroupCount: Int
  /// Ranked rows without a score (policy `keep`).
  public let undefinedCount: Int
  /// Rows left out because they have no score (policy `drop`).
  public let droppedRows: [UInt32]
  /// One value per row of the input, ranked or not.
  public let values: [Double]
  /// One status per row of the input, or nil when all are ordinary.
  public let statuses: [ScoreStatus]?
  /// One label per row of the input.
  public let labels: [Label]

  /// Sorts rows by score.
  ///
  /// - Parameters:
  ///   - values: one statistic per row; NaN is undefined whatever its status says.
  ///   - statuses: one class per row; nil when every row is ordinary.
  ///   - labels: one label per row.
  ///   - rows: the rows to rank, each at most once; nil ranks all. At most 2^29 rows.
  ///   - undefined: what to do with rows that have no score.
  public init(
    values: [Double], statuses: [ScoreStatus]? = nil, labels: [Label], rows: [Int]? = nil,
    undefined: UndefinedPolicy = .keep
  ) {
    precondition(labels.count == values.count, "one label per value")
    precondition(statuses.map { $0.count == values.count } ?? true, "one status per value")
    var tiers = ScoreTiers(values: values, statuses: statuses, rows: rows)
    droppedRows = undefined == .drop ? tiers.undefined : []
    if undefined == .drop { tiers.undefined = [] }

    var builder = RankingBuilder(capacity: tiers.rankedCount)
    builder.append(tied: tiers.forcedNoErrors, labels: labels)
    builder.append(sorting: tiers.forcedN0, values: values, labels: labels)
    builder.append(sorting: tiers.ordinary, values: values, labels: labels)
    definedGroupCount = builder.groupCount
    builder.append(tied: tiers.undefined, labels: labels)
    builder.finish()

    order = builder.order
    ends = builder.ends
    memberEnds = builder.memberEnds
    nonMemberEnds = builder.nonMemberEnds
    undefinedCount = tiers.undefined.count
    self.values = values
    self.statuses = statuses
    self.labels = labels
  }

  /// Sorts scores held as values.
  public init(
    scores: [Score], labels: [Label], rows: [Int]? = nil, undefined: UndefinedPolicy = .keep
  ) {
    self.init(
      values: scores.map(\.value), statuses: scores.map(\.status), labels: labels, rows: rows,
      undefined: undefined)
  }
}

extension Ranking {
  /// How many tie groups there are, the undefined block included.
  public var groupCount: Int { ends.count }
  /// How many rows are ranked.
  public var count: Int { order.count }
  /// How many rows were left out because they have no score (policy `drop`).
  public var droppedCount: Int { droppedRows.count }
  /// Ranked members, those without a score included.
  public var memberCount: Int { Int(memberEnds.last ?? 0) }
  /// Ranked non-members, those without a score included.
  public var nonMemberCount: Int { Int(nonMemberEnds.last ?? 0) }
  /// Ranked rows of unknown label.
  public var unknownCount: Int { count - memberCount - nonMemberCount }
  /// Members that have a score.
  public var definedMemberCount: Int {
    definedGroupCount == 0 ? 0 : Int(memberEnds[definedGroupCount - 1])
  }
  /// Non-members that have a score.
  public var definedNonMemberCount: Int {
    definedGroupCount == 0 ? 0 : Int(nonMemberEnds[definedGroupCount - 1])
  }

  /// The score of one input row.
  public func score(ofRow row: Int) -> Score {
    let status = statuses?[row] ?? .ordinary
    return values[row].isNaN && status.isDefined
      ? .none(.nonFinite) : Score(status, values[row])
  }

  /// Where a tie group lies in `order`.
  public func range(ofGroup group: Int) -> Range<Int> {
    (group == 0 ? 0 : Int(ends[group - 1]))..<Int(ends[group])
  }

  /// The score all rows of a tie group share, as a threshold: rows at or above it are detected.
  public func threshold(ofGroup group: Int) -> Score {
    let score = score(ofRow: Int(order[range(ofGroup: group).lowerBound]))
    return score.tier == 1 ? Score(.ordinary, score.value) : score
  }

  /// One tie group with its counts.
  public func group(_ index: Int) -> TieGroup {
    let rows = range(ofGroup: index)
    let members = memberEnds[index] - (index == 0 ? 0 : memberEnds[index - 1])
    let nonMembers = nonMemberEnds[index] - (index == 0 ? 0 : nonMemberEnds[index - 1])
    return TieGroup(
      threshold: threshold(ofGroup: index), rows: rows, memberCount: Int(members),
      nonMemberCount: Int(nonMembers))
  }

  /// How many tie groups, from the top, are detected at a threshold (score at or above it).
  ///
  /// Rows without a score are never detected, not even by an undefined threshold.
  public func detectedGroupCount(at threshold: Score) -> Int {
    guard threshold.status.isDefined else { return definedGroupCount }
    var (low, high) = (0, definedGroupCount)
    while low < high {
      let middle = (low + high) / 2
      if self.threshold(ofGroup: middle) < threshold { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Rows whose scores rank equally.
public struct TieGroup: Hashable, Sendable {
  /// The score they share.
  public var threshold: Score
  /// Where they lie in the ranking's order.
  public var rows: Range<Int>
  /// How many of them are members.
  public var memberCount: Int
  /// How many of them are non-members.
  public var nonMemberCount: Int
  /// How many of them have an unknown label.
  public var unknownCount: Int { rows.count - memberCount - nonMemberCount }
}

/// Rows split by the class of their score, since classes rank before values.
struct ScoreTiers {
  /// Rows of one class; `all` says "every row of the input" without listing a million of them.
  enum Rows {
    case all(Int)
    case some([UInt32])

    var count: Int {
      switch self {
      case .all(let count): count
      case .some(let rows): rows.count
      }
    }
  }

  var forcedNoErrors: [UInt32] = []
  var forcedN0: Rows = .some([])
  var ordinary: Rows
  var undefined: [UInt32] = []

  var rankedCount: Int {
    forcedNoErrors.count + forcedN0.count + ordinary.count + undefined.count
  }

  init(values: [Double], statuses: [ScoreStatus]?, rows: [Int]?) {
    let plain = statuses.map { $0.allSatisfy { $0 == .ordinary } } ?? true
    if rows == nil, plain, !values.contains(where: \.isNaN) {
      ordinary = .all(values.count)
      return
    }
    var forced: [UInt32] = []
    var usual: [UInt32] = []
    for row in rows ?? Array(values.indices) {
      let tier = values[row].isNaN ? 0 : Score(statuses?[row] ?? .ordinary, values[row]).tier
      switch tier {
      case 3: forcedNoErrors.append(UInt32(row))
      case 2: forced.append(UInt32(row))
      case 1: usual.append(UInt32(row))
      default: undefined.append(UInt32(row))
      }
    }
    forcedN0 = .some(forced)
    ordinary = .some(usual)
  }
}
