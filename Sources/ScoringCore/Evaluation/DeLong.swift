import Basics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An AUC with its uncertainty over sequences.
public struct AUCEstimate: Hashable, Sendable {
  /// The area under the curve.
  public var auc: Double
  /// DeLong's standard error; nil when there are too few rows to estimate it.
  public var standardError: Double?
  /// The interval.
  public var interval: Interval
  /// Members behind the figure.
  public var memberCount: Int
  /// Non-members behind the figure.
  public var nonMemberCount: Int

  /// Whether the sample shows no variation, or has a single row of a class.
  ///
  /// So it is with perfect separation and with all rows tied. The interval is then an exact bound
  /// from disjoint pairs, never a point.
  public var isDegenerate: Bool { interval.method == .disjointPairs }
  /// Whether every member outranks every non-member, or the reverse.
  public var isPerfectSeparation: Bool { auc == 0 || auc == 1 }
}

/// DeLong's variance of the AUC, in one pass over a ranking.
///
/// DeLong, DeLong and Clarke-Pearson (1988), in the fast form of Sun and Xu (2014).
public enum DeLong {
  /// The scale on which an interval is symmetric.
  public enum Scale: Sendable {
    /// logit(A) ± z·se/(A(1 − A)): stays inside [0, 1]. The default.
    case logit
    /// A ± z·se: may leave [0, 1].
    case wald
  }

  /// The AUC of a ranking with its standard error and interval; nil without both classes.
  ///
  /// - Parameters:
  ///   - ranking: the rows.
  ///   - level: the nominal coverage of the interval.
  ///   - scale: the scale on which the interval is symmetric.
  ///   - clusters: one id per input row; rows with one id, such as the chunks of a document, are
  ///     not independent, and the variance is that between clusters (Obuchowski 1997). Nil takes
  ///     every row as independent.
  public static func estimate(
    _ ranking: Ranking, level: Double = 0.95, scale: Scale = .logit, clusters: [Int]? = nil
  ) -> AUCEstimate? {
    guard let auc = ranking.auc() else { return nil }
    var units = min(ranking.memberCount, ranking.nonMemberCount)
    let error: Double?
    if let clusters {
      let clustered = ClusteredAUCVariance(ranking, first: components(ranking), auc, ids: clusters)
      units = min(clustered.memberClusters, clustered.nonMemberClusters)
      error = clustered.covariances?.x.squareRoot()
    } else {
      error = variance(ranking, auc: auc)?.squareRoot()
    }
    var interval = interval(auc: auc, error: error, pairs: units, level: level, scale: scale)
    if clusters != nil, interval.method == .delongLogit { interval.method = .delongClustered }
    return AUCEstimate(
      auc: auc, standardError: error, interval: interval,
      memberCount: ranking.memberCount, nonMemberCount: ranking.nonMemberCount)
  }

  /// Hanley and McNeil's (1982) standard error from the AUC and the class sizes, as a cross-check.
  public static func hanleyMcNeilError(auc: Double, members: Int, nonMembers: Int) -> Double {
    let (m, n) = (Double(members), Double(nonMembers))
    let pairOfMembers = auc / (2 - auc) - auc * auc
    let pairOfNonMembers = 2 * auc * auc / (1 + auc) - auc * auc
    let sum = auc * (1 - auc) + (m - 1) * pairOfMembers + (n - 1) * pairOfNonMembers
    return max(0, sum / (m * n)).squareRoot()
  }

  /// Each labelled row's share in the AUC: how much of the other class it rightly outranks.
  ///
  /// For a member, the share of non-members below it; for a non-member, the share of members above
  /// it; ties one half. Indexed by input row; NaN for rows that are unknown or not ranked.
  public static func components(_ ranking: Ranking) -> [Double] {
    var result = [Double](repeating: .nan, count: ranking.labels.count)
    let (m, n) = (Double(ranking.memberCount), Double(ranking.nonMemberCount))
    for group in 0..<ranking.groupCount {
      let place = Place(ranking, group)
      for index in ranking.range(ofGroup: group) {
        let row = Int(ranking.order[index])
        switch ranking.labels[row] {
        case .member: result[row] = place.nonMembersBelow / n
        case .nonMember: result[row] = place.membersAbove / m
        case .unknown: break
        }
      }
    }
    return result
  }

  /// Where a tie group stands against the other class, ties one half.
  private struct Place {
    var members: Double
    var nonMembers: Double
    var membersAbove: Double
    var nonMembersBelow: Double

    @inline(__always)
    init(_ ranking: Ranking, _ group: Int) {
      let memberStart = group == 0 ? 0 : Double(ranking.memberEnds[group - 1])
      let nonMemberStart = group == 0 ? 0 : Double(ranking.nonMemberEnds[group - 1])
      let memberEnd = Double(ranking.memberEnds[group])
      let nonMemberEnd = Double(ranking.nonMemberEnds[group])
      members = memberEnd - memberStart
      nonMembers = nonMemberEnd - nonMemberStart
      membersAbove = (memberStart + memberEnd) / 2
      nonMembersBelow = Double(ranking.nonMemberCount) - (nonMemberStart + nonMemberEnd) / 2
    }
  }

  /// The variance of the AUC; nil when a class has a single row.
  static func variance(_ ranking: Ranking, auc: Double) -> Double? {
    let (m, n) = (Double(ranking.memberCount), Double(ranking.nonMemberCount))
    guard m > 1, n > 1 else { return nil }
    var (memberSum, nonMemberSum) = (0.0, 0.0)
    for group in 0..<ranking.groupCount {
      let place = Place(ranking, group)
      let ofMember = place.nonMembersBelow / n - auc
      let ofNonMember = place.membersAbove / m - auc
      memberSum += place.members * ofMember * ofMember
      nonMemberSum += place.nonMembers * ofNonMember * ofNonMember
    }
    return memberSum / (m - 1) / m + nonMemberSum / (n - 1) / n
  }

  private static func interval(
    auc: Double, error: Double?, pairs: Int, level: Double, scale: Scale
  ) -> Interval {
    guard let error, error > 1e-12 else {
      // Disjoint member/non-member pairs are independent trials of chance A, so the binomial
      // limits of their expected count hold whatever the distributions are.
      let pairs = Double(pairs)
      let ends = Interval.binomialLimits(auc * pairs, of: pairs, level: level)
      return Interval(lower: ends.lower, upper: ends.upper, level: level, method: .disjointPairs)
    }
    let z = Normal.twoSidedQuantile(level: level)
    switch scale {
    case .wald:
      return Interval(
        lower: auc - z * error, upper: auc + z * error, level: level, method: .delongWald)
    case .logit:
      let middle = log(auc / (1 - auc))
      let half = z * error / (auc * (1 - auc))
      return Interval(
        lower: 1 / (1 + exp(half - middle)), upper: 1 / (1 + exp(-half - middle)), level: level,
        method: .delongLogit)
    }
  }
}

/// The difference of two AUCs over the same rows.
public struct AUCComparison: Hashable, Sendable {
  /// The first AUC.
  public var first: Double
  /// The second AUC.
  public var second: Double
  /// The variance of the first.
  public var firstVariance: Double
  /// The variance of the second.
  public var secondVariance: Double
  /// Their covariance, because both rank the same rows.
  public var covariance: Double
  /// The two-sided p-value of "both areas are equal".
  public var pValue: Double
  /// The interval of first − second; nil when the sample shows no variation in it.
  public var interval: Interval?

  /// First minus second.
  public var difference: Double { first - second }
  /// The standard error of the difference.
  public var standardError: Double {
    max(0, firstVariance + secondVariance - 2 * covariance).squareRoot()
  }
  /// The difference in standard errors; nil when the sample shows no variation in it.
  public var z: Double? { interval == nil ? nil : difference / standardError }
}

extension DeLong {
  /// Compares two rankings of the same rows.
  ///
  /// Nil without two rows of each class, or when the rankings do not hold the same labelled rows:
  /// rank both with `undefined: .keep`, or over the rows defined in both. When the difference shows
  /// no variation, p comes from disjoint pairs: each differs by d in the mean, and a variable in
  /// [−1, 1] of mean 0 reaches d with chance at most 1/(1 + d). With `clusters` (an id for each
  /// input row) variances and covariance are those between clusters (Obuchowski 1997).
  public static func compare(
    _ first: Ranking, _ second: Ranking, level: Double = 0.95, clusters: [Int]? = nil
  ) -> AUCComparison? {
    guard let firstAUC = first.auc(), let secondAUC = second.auc(),
      min(first.memberCount, first.nonMemberCount) > 1, first.holdsSameRows(as: second)
    else { return nil }
    let (a, b) = (components(first), components(second))
    var pairs = Double(min(first.memberCount, first.nonMemberCount))
    let parts: SIMD3<Double>
    if let clusters {
      let clustered = ClusteredAUCVariance(
        first, first: a, firstAUC, second: (b, secondAUC), ids: clusters)
      guard let covariances = clustered.covariances else { return nil }
      parts = covariances
      pairs = Double(min(clustered.memberClusters, clustered.nonMemberClusters))
    } else {
      parts = covariances(first, a, firstAUC, b, secondAUC)
    }
    var result = AUCComparison(
      first: firstAUC, second: secondAUC, firstVariance: parts.x, secondVariance: parts.y,
      covariance: parts.z, pValue: 1, interval: nil)
    let error = result.standardError
    if error > 1e-9 {
      let half = Normal.twoSidedQuantile(level: level) * error
      result.interval = Interval(
        lower: result.difference - half, upper: result.difference + half, level: level,
        method: .delongWald)
      result.pValue = Normal.twoSided(result.difference / error)
    } else {
      result.pValue = min(1, 2 * pow(1 / (1 + abs(result.difference)), pairs))
    }
    return result
  }
}

extension DeLong {
  /// The variances of two areas and their covariance, from the components of independent rows.
  private static func covariances(
    _ ranking: Ranking, _ a: [Double], _ firstAUC: Double, _ b: [Double], _ secondAUC: Double
  ) -> SIMD3<Double> {
    var members = SIMD3<Double>.zero
    var nonMembers = SIMD3<Double>.zero
    for row in a.indices where !a[row].isNaN {
      let (x, y) = (a[row] - firstAUC, b[row] - secondAUC)
      let products = SIMD3(x * x, y * y, x * y)
      if ranking.labels[row] == .member { members += products } else { nonMembers += products }
    }
    let (m, n) = (Double(ranking.memberCount), Double(ranking.nonMemberCount))
    return members / (m * (m - 1)) + nonMembers / (n * (n - 1))
  }
}

extension Ranking {
  /// Whether another ranking is over the same input rows with the same labels.
  func holdsSameRows(as other: Ranking) -> Bool {
    guard count == other.count, labels.count == other.labels.count,
      memberCount == other.memberCount, nonMemberCount == other.nonMemberCount
    else { return false }
    var ranked = [Bool](repeating: false, count: labels.count)
    for row in order { ranked[Int(row)] = true }
    return other.order.allSatisfy { ranked[Int($0)] && labels[Int($0)] == other.labels[Int($0)] }
  }
}
