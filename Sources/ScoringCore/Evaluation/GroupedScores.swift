#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the scores of sequences become one of the document, author or person they belong to.
public enum GroupAggregation: String, CaseIterable, Hashable, Sendable {
  /// Minus the logarithm of the harmonic mean of calibrated p-values (Wilson 2019): sensitive to
  /// few strong sequences, and steady where a group's sequences depend on each other.
  case harmonicP = "harmonic-p"
  /// The mean score.
  case mean
  /// The highest score.
  case max
}

/// The scores of documents, authors or people: groups of sequences that share a key.
///
/// A group is a member where all of its sequences are, a non-member where none is. One that holds
/// both is neither, and left out and counted; suspects among a group make all of it a suspect.
public struct GroupedScores: Sendable {
  /// The key of each group, in order of first appearance.
  public let keys: [String]
  /// The label of each group.
  public let labels: [Label]
  /// How many scored sequences each group has.
  public let sizes: [Int]
  /// One score per group.
  public let column: ScoreColumn
  /// Groups left out because they hold members and non-members.
  public let mixedGroups: Int
  /// Sequences left out for want of a key.
  public let withoutKey: Int

  /// Joins the scores of sequences.
  ///
  /// A p-value is calibrated against the non-members of other groups, (1 + how many score at least
  /// as high)/(1 + how many there are), so that a group never vouches for itself. Sequences without
  /// a score count with p = 1 and in no mean or maximum; a group of such alone has no score.
  ///
  /// - Parameters:
  ///   - column: the sequences' scores.
  ///   - labels: the label of each sequence.
  ///   - keys: the key of each sequence; nil leaves it out.
  ///   - isIncluded: which sequences take part; nil means all.
  ///   - aggregation: how the scores of a group become one.
  public init(
    _ column: ScoreColumn, labels: [Label], keys: [String?], isIncluded: [Bool]? = nil,
    by aggregation: GroupAggregation = .harmonicP
  ) {
    let included = labels.indices.filter { isIncluded?[$0] ?? true }
    withoutKey = included.count { keys[$0] == nil }
    var places: [String: Int] = [:]
    var (names, groups): ([String], [[Int]]) = ([], [])
    for row in included {
      guard let key = keys[row] else { continue }
      let place = places[key] ?? names.count
      if place == names.count {
        places[key] = place
        names.append(key)
        groups.append([])
      }
      groups[place].append(row)
    }
    let kinds = groups.map { rows in Set(rows.map { labels[$0] }) }
    let isMixed = kinds.map { $0.contains(.member) && $0.contains(.nonMember) }
    mixedGroups = isMixed.count { $0 }
    let kept = groups.indices.filter { !isMixed[$0] }
    self.keys = kept.map { names[$0] }
    self.labels = kept.map { kinds[$0].contains(.unknown) ? .unknown : kinds[$0].first ?? .unknown }
    sizes = kept.map { groups[$0].count { column.statuses[$0].isDefined } }
    let calibration = GroupCalibration(column, labels: labels, rows: included)
    let scores = kept.map { group -> Score in
      let rows = groups[group]
      let scores = rows.map { column[$0] }
      guard scores.contains(where: \.status.isDefined) else { return .none(.undefined) }
      switch aggregation {
      case .max: return scores.filter(\.status.isDefined).max() ?? .none(.undefined)
      case .mean:
        let values = scores.filter(\.status.isDefined).map(\.value)
        return .ordinary(values.reduce(0, +) / Double(values.count))
      case .harmonicP:
        let own = rows.filter { labels[$0] == .nonMember }
        let inverse = rows.reduce(0) { $0 + 1 / calibration.pValue($1, without: own) }
        return .ordinary(log(inverse / Double(rows.count)))
      }
    }
    self.column = ScoreColumn(
      attack: column.attack, values: scores.map(\.value), statuses: scores.map(\.status))
  }
}

/// p-values of sequences against non-members, some of which may be left out.
private struct GroupCalibration {
  private let column: ScoreColumn
  /// The non-members' scores, ascending.
  private let others: [Score]

  init(_ column: ScoreColumn, labels: [Label], rows: [Int]) {
    self.column = column
    others = rows.filter { labels[$0] == .nonMember && column.statuses[$0].isDefined }
      .map { column[$0] }.sorted()
    undefined = rows.count { labels[$0] == .nonMember && !column.statuses[$0].isDefined }
  }

  /// Non-members without a score, which never score as high.
  private let undefined: Int

  func pValue(_ row: Int, without own: [Int]) -> Double {
    let score = column[row]
    guard score.status.isDefined else { return 1 }
    var (low, high) = (0, others.count)
    while low < high {
      let middle = (low + high) / 2
      if others[middle] < score { low = middle + 1 } else { high = middle }
    }
    let asHigh = others.count - low
    let ownAsHigh = own.count { column.statuses[$0].isDefined && !(column[$0] < score) }
    let all = others.count + undefined - own.count
    return Double(1 + asHigh - ownAsHigh) / Double(1 + all)
  }
}
