import Basics
import Glibc
import ScoringCore

/// The joined sequences of two runs as points of a plot, at most a drawable number of them.
package struct ScoreClouds: Sendable {
  /// A joined sequence.
  package struct Point: Hashable, Sendable {
    package let x: Double
    package let y: Double
    package let label: Label
  }

  /// Above this many, points that no screen could tell apart are drawn once.
  package static let limit = 20_000
  private static let grid = 512

  /// By evidence: −log10 of the p-values, so that far out lies what few non-members reach.
  package let byEvidence: [Point]
  /// By the share of non-members that score lower.
  package let byShare: [Point]
  /// The largest value of `byEvidence`.
  package let mostEvidence: Double

  package init(_ left: [Double], _ right: [Double], labels: [Label]) {
    guard !left.isEmpty, left.count == right.count else {
      (byEvidence, byShare, mostEvidence) = ([], [], 1)
      return
    }
    let evidence = (left.map(Self.evidence), right.map(Self.evidence))
    let most = max(1, (evidence.0 + evidence.1).max() ?? 1)
    mostEvidence = most
    byEvidence = Self.points(evidence.0, evidence.1, labels, scale: most)
    byShare = Self.points(left.map { 1 - $0 }, right.map { 1 - $0 }, labels, scale: 1)
  }

  package static func evidence(_ pValue: Double) -> Double { -log10(max(pValue, 1e-12)) }

  /// Where points of one class cannot be told apart.
  private struct Cell: Hashable {
    package let column: Int
    package let row: Int
    package let label: Label
  }

  private static func points(
    _ x: [Double], _ y: [Double], _ labels: [Label], scale: Double
  ) -> [Point] {
    let isThinned = labels.count > limit
    var seen = Set<Cell>()
    var points: [Point] = []
    for index in labels.indices {
      let label = labels[index]
      if isThinned {
        let column = Int(saturating: x[index] / scale * Double(grid))
        let row = Int(saturating: y[index] / scale * Double(grid))
        guard seen.insert(Cell(column: column, row: row, label: label)).inserted else { continue }
      }
      points.append(Point(x: x[index], y: y[index], label: label))
    }
    return points
  }
}
