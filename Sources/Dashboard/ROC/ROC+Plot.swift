import Analysis
import Basics
import ScoringCore
import TerminalUI

extension ROC {
  /// The curve as a plot of this many cells shows it: the highest vertex of each column of dots.
  ///
  /// The curve rises from left to right, so within a column it is the upright from where it comes
  /// in to its highest vertex: the steps on screen are exactly those of the whole curve, and a
  /// million vertices cost no more than a few binary searches a column.
  package func points(axes: PlotAxes, columns: Int) -> [PlotSeries.Point] {
    let dots = max(1, columns * 2 - 1)
    var points: [PlotSeries.Point] = []
    var last = -1
    for dot in 0...dots {
      let edge = axes.x.value(at: (Double(dot) + 0.5) / Double(dots))
      let vertex = lastVertex(atMost: edge)
      guard vertex != last else { continue }
      points.append(PlotSeries.Point(x: self[vertex].fpr, y: self[vertex].tpr))
      last = vertex
    }
    // What no threshold reaches (rows without a score) ends the curve at the corner.
    let end = self[count - 1]
    points.append(PlotSeries.Point(x: end.fpr, y: end.tpr))
    return points
  }

  /// The highest reachable vertex at or below an FPR.
  package func lastVertex(atMost fpr: Double) -> Int {
    let total = Double(ranking.nonMemberCount)
    // A hair more, so that the FPR of a vertex finds that vertex.
    let limit = Int((min(max(0, fpr), 1) * total * (1 + 1e-12)).rounded(.down))
    return lastVertex(falsePositivesAtMost: limit)
  }

  /// The TPR where the curve begins: without a false positive, or with one where that detects nothing.
  package var firstTPR: Double {
    let first = self[lastVertex(falsePositivesAtMost: 0)].tpr
    return first > 0 ? first : self[lastVertex(falsePositivesAtMost: 1)].tpr
  }

  /// The least FPR that the non-members can tell from zero.
  package var resolution: Double { 1 / Double(max(1, ranking.nonMemberCount)) }
}

extension PlotAxes {
  /// How the axes of ROC curves run.
  package enum ROCScale: Hashable, Sendable { case linear, logX, logLog }

  /// The axes of ROC curves; logarithmic ones end below the least FPR there is evidence for.
  ///
  /// `lowest` is the lowest TPR worth showing: a logarithmic y axis begins at the decade below it.
  package static func roc(
    _ kind: ROCScale, resolution: Double, lowest: Double = 0, isTitled: Bool = true
  ) -> PlotAxes {
    let floor = min(0.1, resolution / 3)
    let decade =
      lowest > 0 ? NumberFormat.powerOfTen(NumberFormat.decade(of: min(lowest, 0.99))) : 0
    return PlotAxes(
      x: kind == .linear ? .linear(0, 1) : .log10(floor, 1),
      y: kind == .logLog ? .log10(max(floor, decade), 1) : .linear(0, 1),
      xTitle: isTitled ? "false-positive rate" : "", yTitle: isTitled ? "true-positive rate" : "")
  }
}

extension Plot {
  /// Shades the FPRs below what the non-members can resolve, and says so where the words fit.
  package mutating func shadeUnresolved(_ resolution: Double, in inner: Rect) {
    guard axes.x.lower < resolution, let left = axes.cell(axes.x.lower, 0, in: inner),
      let right = axes.cell(resolution, 0, in: inner)
    else { return }
    let isWide = right.x - left.x >= 10
    shade = Shade(from: axes.x.lower, to: resolution, label: isWide ? "no evidence" : "")
  }
}

/// The confidence band of a curve, ready to draw; made once and held by reference.
///
/// It holds the whole curve at once: a reader's eye follows the curve, not one point of it.
package final class BandSketch: Sendable {
  package let analysis: RunAnalysis
  package let attack: Int
  package let intervals: [PlotSeries.Interval]

  package init(_ analysis: RunAnalysis, attack: Int) {
    self.analysis = analysis
    self.attack = attack
    guard let roc = analysis.attacks[attack].evaluation.roc else {
      intervals = []
      return
    }
    let band = ROCBand(roc)
    // Left of the least FPR with evidence there is nothing to bound.
    let edges = Set((band.lower + band.upper).map(\.fpr) + [roc.resolution, 1])
    intervals = edges.filter { $0 >= roc.resolution }.sorted().map { fpr in
      let limits = band.limits(atFPR: fpr)
      return PlotSeries.Interval(x: fpr, lower: limits.lower, upper: limits.upper)
    }
  }

  package func isOf(_ analysis: RunAnalysis, attack: Int) -> Bool {
    self.analysis === analysis && self.attack == attack
  }
}
