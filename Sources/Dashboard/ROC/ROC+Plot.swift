import Analysis
import ScoringCore
import TerminalUI

extension ROC {
  /// The curve as a plot of this many cells shows it: the highest vertex of each column of dots.
  package func points(axes: PlotAxes, columns: Int) -> [PlotSeries.Point] {
    steps(columns: columns * 2, at: axes.x.value).map { PlotSeries.Point(x: $0.fpr, y: $0.tpr) }
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
    intervals = (analysis.attacks[attack].evaluation.roc?.band() ?? []).map {
      PlotSeries.Interval(x: $0.fpr, lower: $0.lower, upper: $0.upper)
    }
  }

  package func isOf(_ analysis: RunAnalysis, attack: Int) -> Bool {
    self.analysis === analysis && self.attack == attack
  }
}
