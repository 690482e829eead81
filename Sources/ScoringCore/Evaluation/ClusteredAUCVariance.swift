/// The variances and the covariance of one or two AUCs over rows in clusters (Obuchowski 1997).
///
/// A cluster's rows err together, so their deviations are summed before they are squared; a cluster with
/// rows of both classes adds the product of both sums.
struct ClusteredAUCVariance {
  private struct Sums {
    var members = SIMD2<Double>.zero
    var nonMembers = SIMD2<Double>.zero
    var hasMember = false
    var hasNonMember = false
  }

  private let clusters: [Sums]
  private let memberCount: Double
  private let nonMemberCount: Double
  /// Clusters that hold a member.
  let memberClusters: Int
  /// Clusters that hold a non-member.
  let nonMemberClusters: Int

  /// Sums the components of the rows of each cluster, less the areas; ids are one per input row.
  init(
    _ ranking: Ranking, first: [Double], _ firstAUC: Double, second: ([Double], Double)? = nil,
    ids: [Int]
  ) {
    precondition(ids.count == ranking.labels.count, "one cluster id per row")
    var places: [Int: Int] = [:]
    var clusters: [Sums] = []
    for row in first.indices where !first[row].isNaN {
      let place = places[ids[row], default: clusters.count]
      if place == clusters.count {
        places[ids[row]] = place
        clusters.append(Sums())
      }
      let deviation = SIMD2(
        first[row] - firstAUC, second.map { $0.0[row] - $0.1 } ?? first[row] - firstAUC)
      if ranking.labels[row] == .member {
        clusters[place].members += deviation
        clusters[place].hasMember = true
      } else {
        clusters[place].nonMembers += deviation
        clusters[place].hasNonMember = true
      }
    }
    self.clusters = clusters
    memberCount = Double(ranking.memberCount)
    nonMemberCount = Double(ranking.nonMemberCount)
    memberClusters = clusters.count { $0.hasMember }
    nonMemberClusters = clusters.count { $0.hasNonMember }
  }

  /// The variances of the areas and their covariance; nil when a class has a single cluster.
  var covariances: SIMD3<Double>? {
    guard memberClusters > 1, nonMemberClusters > 1 else { return nil }
    func products(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> SIMD3<Double> {
      SIMD3(a.x * b.x, a.y * b.y, (a.x * b.y + a.y * b.x) / 2)
    }
    var (members, nonMembers) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
    var both = SIMD3<Double>.zero
    for cluster in clusters {
      members += products(cluster.members, cluster.members)
      nonMembers += products(cluster.nonMembers, cluster.nonMembers)
      both += products(cluster.members, cluster.nonMembers)
    }
    func ratio(_ count: Int) -> Double { Double(count) / Double(count - 1) }
    let (m, n) = (memberCount, nonMemberCount)
    let sum =
      members * (ratio(memberClusters) / (m * m))
      + nonMembers * (ratio(nonMemberClusters) / (n * n))
      + both * (2 * ratio(clusters.count) / (m * n))
    // Both classes of one cluster may err against each other so far that rounding goes below zero.
    return SIMD3(max(0, sum.x), max(0, sum.y), sum.z)
  }
}
