import ScoringCore

/// How other tools read "TPR at FPR x" off a curve, to set beside our own ways.
enum OtherConvention: String {
  /// The vertex with the nearest FPR, the first of those equally near.
  case nearest
  /// The first vertex with a higher FPR.
  case firstAbove = "first-above"
  /// The mean of `nearest` over every way to draw the rows of each class anew.
  case nearestResampled = "nearest-resampled"

  /// The TPR at an FPR.
  func tpr(_ ranking: Ranking, _ fpr: Double) -> Double {
    let groups = (0..<ranking.groupCount).map { ranking.group($0) }
    let members = groups.map { Double($0.memberCount) }
    let nonMembers = groups.map { Double($0.nonMemberCount) }
    switch self {
    case .nearest: return Self.nearest(members, nonMembers, fpr)
    case .firstAbove:
      return Self.vertices(members, nonMembers).first { $0.x > fpr }?.y ?? .nan
    case .nearestResampled:
      let draws = (members: Self.resamples(members), nonMembers: Self.resamples(nonMembers))
      var (sum, ways) = (0.0, 0.0)
      for (members, some) in draws.members {
        for (nonMembers, others) in draws.nonMembers {
          sum += some * others * Self.nearest(members, nonMembers, fpr)
          ways += some * others
        }
      }
      return sum / ways
    }
  }

  private static func nearest(
    _ members: [Double], _ nonMembers: [Double], _ fpr: Double
  ) -> Double {
    var best = SIMD2(0.0, 0.0)
    for vertex in vertices(members, nonMembers) where abs(vertex.x - fpr) < abs(best.x - fpr) {
      best = vertex
    }
    return best.y
  }

  /// The vertices behind (0, 0), FPR and TPR; one that a resample has no rows at repeats the last.
  private static func vertices(_ members: [Double], _ nonMembers: [Double]) -> [SIMD2<Double>] {
    let total = SIMD2(nonMembers.reduce(0, +), members.reduce(0, +))
    var here = SIMD2(0.0, 0.0)
    return zip(nonMembers, members).map {
      here += SIMD2($0, $1)
      return here / total
    }
  }

  /// What drawing as many rows as there are gives: rows in each tie group, and in how many ways.
  private static func resamples(_ counts: [Double]) -> [[Double]: Double] {
    var drawn = [[Double](repeating: 0, count: counts.count): 1.0]
    for _ in 0..<Int(counts.reduce(0, +)) {
      var next: [[Double]: Double] = [:]
      for (draw, ways) in drawn {
        for group in counts.indices where counts[group] > 0 {
          var draw = draw
          draw[group] += 1
          next[draw, default: 0] += ways * counts[group]
        }
      }
      drawn = next
    }
    return drawn
  }
}
