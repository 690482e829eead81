import Basics

/// One figure of one run over sequences that other figures are over too.
///
/// Kept in a form from which the figure of any resample of the sequences takes one pass, so that
/// figures of several runs can be resampled together.
public struct PairedFigure: Sendable {
  /// What the figure is.
  public enum Kind: Hashable, Sendable {
    /// The area under the ROC curve.
    case auc
    /// The TPR at an FPR: the best vertex of the curve with at most that FPR.
    case tpr(fpr: Double)
    /// The share of sequences that have a property.
    case share
    /// The mean of a value.
    case mean
    /// Events per so many sequences, of which one may have several.
    case rate(per: Double)
  }

  /// What the figure is.
  public let kind: Kind
  /// Members, or all sequences of a share, a mean or a rate.
  public let count: Int
  /// Non-members the members are compared with; 0 for a share, a mean or a rate.
  public let nonMembers: Int
  private let content: Content

  private enum Content: Sendable {
    case ranked(Ranking)
    case values(rows: [Int], values: [Double])
  }

  /// The AUC, or the TPR at an FPR, of scores: one a shared sequence.
  ///
  /// - Parameters:
  ///   - scores: one a shared sequence.
  ///   - labels: one a shared sequence.
  ///   - rows: the shared sequences the figure is over.
  ///   - fpr: nil for the AUC.
  /// - Returns: nil without both classes among the rows.
  public init?(scores: [Score], labels: [Label], rows: [Int], fpr: Double? = nil) {
    let ranking = Ranking(scores: scores, labels: labels, rows: rows)
    guard ranking.memberCount > 0, ranking.nonMemberCount > 0 else { return nil }
    kind = fpr.map { .tpr(fpr: $0) } ?? .auc
    count = ranking.memberCount
    nonMembers = ranking.nonMemberCount
    content = .ranked(ranking)
  }

  /// The share of rows that have a property; nil without rows.
  public init?(property: [Bool], rows: [Int]) {
    self.init(.share, property.map { $0 ? 1 : 0 }, rows)
  }

  /// The mean of values; nil without rows.
  public init?(values: [Double], rows: [Int]) { self.init(.mean, values, rows) }

  /// How many events so many sequences have; nil without rows.
  ///
  /// - Parameters:
  ///   - events: how many a shared sequence has.
  ///   - rows: the shared sequences the figure is over.
  ///   - per: the sequences that the rate is of, such as 1,000.
  /// - Returns: nil without rows.
  public init?(events: [Double], rows: [Int], per: Double) {
    self.init(.rate(per: per), events.map { $0 * per }, rows)
  }

  private init?(_ kind: Kind, _ values: [Double], _ rows: [Int]) {
    guard !rows.isEmpty else { return nil }
    self.kind = kind
    count = rows.count
    nonMembers = 0
    content = .values(rows: rows, values: rows.map { values[$0] })
  }

  /// The figure of the sequences as they are.
  public var value: Double { value { _ in 1 } }

  /// The figure when each shared sequence occurs so many times; NaN if a class is then empty.
  func value(weight: (Int) -> Int) -> Double {
    switch content {
    case .values(let rows, let values):
      var (sum, total) = (0.0, 0)
      for (row, value) in zip(rows, values) {
        let weight = weight(row)
        sum += Double(weight) * value
        total += weight
      }
      return total == 0 ? .nan : sum / Double(total)
    case .ranked(let ranking):
      if case .tpr(let fpr) = kind { return Self.tpr(ranking, fpr, weight) }
      return Self.auc(ranking, weight)
    }
  }

  private static func auc(_ ranking: Ranking, _ weight: (Int) -> Int) -> Double {
    var (members, nonMembers, twice) = (0, 0, 0)
    for group in 0..<ranking.groupCount {
      let (more, moreNon) = weights(ranking, group, weight)
      twice += moreNon * (2 * members + more)
      members += more
      nonMembers += moreNon
    }
    return members == 0 || nonMembers == 0
      ? .nan : Double(twice) / (2 * Double(members) * Double(nonMembers))
  }

  private static func tpr(_ ranking: Ranking, _ fpr: Double, _ weight: (Int) -> Int) -> Double {
    var (members, nonMembers, best) = (0, 0, 0)
    var total = 0
    for row in ranking.order where ranking.labels[Int(row)] == .nonMember {
      total += weight(Int(row))
    }
    // The largest count whose share is at most the FPR, safe against rounding of the product.
    let allowed = Int(saturating: (fpr * Double(total) * (1 + 1e-12)).rounded(.down))
    for group in 0..<ranking.groupCount {
      let (more, moreNon) = weights(ranking, group, weight)
      members += more
      nonMembers += moreNon
      if nonMembers <= allowed, group < ranking.definedGroupCount { best = members }
    }
    return members == 0 || total == 0 ? .nan : Double(best) / Double(members)
  }

  private static func weights(
    _ ranking: Ranking, _ group: Int, _ weight: (Int) -> Int
  ) -> (members: Int, nonMembers: Int) {
    var (members, nonMembers) = (0, 0)
    for place in ranking.range(ofGroup: group) {
      let row = Int(ranking.order[place])
      switch ranking.labels[row] {
      case .member: members += weight(row)
      case .nonMember: nonMembers += weight(row)
      case .unknown: break
      }
    }
    return (members, nonMembers)
  }

  /// The figure's own interval; `replicates` are its values in resamples.
  func interval(_ replicates: [Double], level: Double) -> Interval? {
    switch (kind, content) {
    case (.auc, .ranked(let ranking)): return DeLong.estimate(ranking, level: level)?.interval
    case (.share, _):
      let hits = Int(saturating: (value * Double(count)).rounded())
      return .clopperPearson(successes: hits, of: count, level: level)
    case (.tpr, _):
      let hits = Int(saturating: (value * Double(count)).rounded())
      return Self.widened(
        replicates, .clopperPearson(successes: hits, of: count, level: level))
    case (.rate(let per), _):
      let events = Int(saturating: (value * Double(count) / per).rounded())
      return Self.widened(replicates, .poisson(events: events, of: count, per: per, level: level))
    default: return Interval(bootstrap: replicates, level: level)
    }
  }

  /// Bootstrap percentiles that hold the exact interval, since resamples never show what did not occur.
  private static func widened(_ replicates: [Double], _ exact: Interval) -> Interval {
    guard var interval = Interval(bootstrap: replicates, level: exact.level) else { return exact }
    if exact.lower < interval.lower || exact.upper > interval.upper {
      interval.lower = min(interval.lower, exact.lower)
      interval.upper = max(interval.upper, exact.upper)
      interval.method = .bootstrapWidened
    }
    return interval
  }
}
