import ScoringCore

extension ROC {
  /// The curve as a picture of so many columns shows it: the highest vertex of each.
  ///
  /// The curve rises from left to right, so within a column it is the upright from where it comes
  /// in to its highest vertex: the steps that are drawn are exactly those of the whole curve, and a
  /// million vertices cost no more than a few binary searches a column.
  ///
  /// - Parameters:
  ///   - columns: how many columns there are.
  ///   - value: the FPR at a fraction of the picture's width.
  package func steps(columns: Int, at value: (Double) -> Double) -> [Vertex] {
    let last = max(1, columns - 1)
    var steps: [Vertex] = []
    var known = -1
    for column in 0...last {
      let vertex = lastVertex(atMost: value((Double(column) + 0.5) / Double(last)))
      guard vertex != known else { continue }
      steps.append(self[vertex])
      known = vertex
    }
    // What no threshold reaches (rows without a score) ends the curve at the corner.
    return steps + [self[count - 1]]
  }

  /// The highest reachable vertex at or below an FPR.
  package func lastVertex(atMost fpr: Double) -> Int {
    let total = Double(ranking.nonMemberCount)
    // A hair more, so that the FPR of a vertex finds that vertex.
    let limit = Int(saturating: (min(max(0, fpr), 1) * total * (1 + 1e-12)).rounded(.down))
    return lastVertex(falsePositivesAtMost: limit)
  }

  /// The TPR where the curve begins: without a false positive, or with one where that detects nothing.
  package var firstTPR: Double {
    let first = self[lastVertex(falsePositivesAtMost: 0)].tpr
    return first > 0 ? first : self[lastVertex(falsePositivesAtMost: 1)].tpr
  }

  /// The least FPR that the non-members can tell from zero.
  package var resolution: Double { 1 / Double(max(1, ranking.nonMemberCount)) }

  /// The simultaneous band around the curve, as a step function of the FPR.
  ///
  /// Left of the least FPR with evidence there is nothing to bound.
  package func band() -> [(fpr: Double, lower: Double, upper: Double)] {
    let band = ROCBand(self)
    let edges = Set((band.lower + band.upper).map(\.fpr) + [resolution, 1])
    return edges.filter { $0 >= resolution }.sorted().map { fpr in
      let limits = band.limits(atFPR: fpr)
      return (fpr, limits.lower, limits.upper)
    }
  }
}
