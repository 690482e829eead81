import Analysis
import ScoringCore
import TerminalUI

/// How an attack's scores are distributed among members and non-members, ready to be drawn.
package struct ScoreShape: Sendable {
  /// Counts over the primary sequences, members first.
  package let bins: HistogramBins
  private static let count = 40

  init(_ analysis: RunAnalysis, attack: Int) {
    let column = analysis.scores.columns[attack]
    let ranking = analysis.attacks[attack].evaluation.ranking
    // The rows of plain values are one block of the order: quantiles are look-ups.
    let defined =
      ranking.definedGroupCount == 0
      ? 0 : Int(ranking.ends[ranking.definedGroupCount - 1])
    let order = ranking.order[..<defined]
    let first =
      order.firstIndex {
        let status = column.statuses[Int($0)]
        return status != .forcedNoErrors && status != .forcedN0
      } ?? order.endIndex
    let plain = order[first...]
    func quantile(_ share: Double) -> Double {
      guard !plain.isEmpty else { return 0 }
      // The order descends.
      let place = Int((1 - share) * Double(plain.count - 1))
      return column.values[Int(plain[plain.startIndex + place])]
    }
    // One percent beyond either end is gathered in a bar of its own, or a tail would flatten all.
    let (low, high) = plain.count < 100 ? (0.0, 1.0) : (0.01, 0.98)
    var bins = HistogramBins(lower: quantile(low), upper: quantile(high), count: Self.count)
    for row in 0..<analysis.count where analysis.isPrimary[row] {
      let label = analysis.scores.labels[row]
      guard label != .unknown else { continue }
      bins.add(Self.place(column[row]), toSecond: label == .nonMember)
    }
    self.bins = bins
  }

  /// Where a score lies on the axis: forced ones beyond its end, none without a score.
  static func place(_ score: Score) -> Double {
    switch score.status {
    case .forcedN0, .forcedNoErrors: .infinity
    case _ where !score.status.isDefined: .nan
    default: score.value
    }
  }
}
