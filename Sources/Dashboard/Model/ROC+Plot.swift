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

  /// The least FPR that the non-members can tell from zero.
  package var resolution: Double { 1 / Double(max(1, ranking.nonMemberCount)) }
}

extension PlotAxes {
  /// The axes of ROC curves; logarithmic ones end below the least FPR there is evidence for.
  package static func roc(
    isLogarithmic: Bool, resolution: Double, isTitled: Bool = true
  ) -> PlotAxes {
    let floor = min(0.1, resolution / 3)
    let scale = isLogarithmic ? PlotScale.log10(floor, 1) : .linear(0, 1)
    return PlotAxes(
      x: scale, y: scale, xTitle: isTitled ? "false-positive rate" : "",
      yTitle: isTitled ? "true-positive rate" : "")
  }
}

/// A confidence band ready to draw, with what it was made from; made once and held by reference.
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
    let steps = Set((band.lower + band.upper).map(\.fpr) + [0, 1]).sorted()
    intervals = steps.map { fpr in
      let limits = band.limits(atFPR: fpr)
      return PlotSeries.Interval(x: fpr, lower: limits.lower, upper: limits.upper)
    }
  }

  package func isOf(_ analysis: RunAnalysis, attack: Int) -> Bool {
    self.analysis === analysis && self.attack == attack
  }
}
