import Analysis
import Basics
import ScoringCore
import TerminalUI

/// How an attack's scores are distributed in two groups, ready to be drawn.
package struct ScoreShape: Sendable {
  /// Counts of members, or of suspects, over those of non-members.
  package let bins: HistogramBins
  /// Whether the first group is the suspects.
  package let isOfSuspects: Bool
  /// How well the score tells all suspects together from the primary non-members.
  package let suspectsAsSet: AUCEstimate?
  private static let count = 40

  /// `prefersSuspects` draws suspects where there are members, too.
  init(_ analysis: RunAnalysis, attack: Int, prefersSuspects: Bool) {
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
      let place = Int(saturating: (1 - share) * Double(plain.count - 1))
      return column.values[Int(plain[plain.startIndex + place])]
    }
    // One percent beyond either end is gathered in a bar of its own, or a tail would flatten all.
    let (low, high) = plain.count < 100 ? (0.0, 1.0) : (0.01, 0.98)
    var bins = HistogramBins(lower: quantile(low), upper: quantile(high), count: Self.count)
    let evaluation = analysis.attacks[attack].evaluation
    let isOfSuspects =
      analysis.suspectCount > 0 && (prefersSuspects || evaluation.members == 0)
    let shown: Label = isOfSuspects ? .unknown : .member
    let population = Set(analysis.table?.populationRows ?? [])
    for row in 0..<analysis.count where !population.contains(row) {
      let label = analysis.scores.labels[row]
      guard label == shown || label == .nonMember, analysis.isPrimary[row] || label == .unknown
      else { continue }
      bins.add(Self.place(column[row]), toSecond: label == .nonMember)
    }
    self.bins = bins
    self.isOfSuspects = isOfSuspects
    suspectsAsSet = Self.suspectsAsSet(analysis, attack: attack)
  }

  /// The area between suspects and primary non-members; nil where they cannot be compared.
  private static func suspectsAsSet(_ analysis: RunAnalysis, attack: Int) -> AUCEstimate? {
    guard analysis.suspectCount > 1, analysis.problemOfSuspects(attack: attack) == nil else {
      return nil
    }
    let column = analysis.scores.columns[attack]
    let population = Set(analysis.table?.populationRows ?? [])
    let labels = analysis.scores.labels.indices.map { row -> Label in
      switch analysis.scores.labels[row] {
      case .unknown where !population.contains(row): .member
      case .nonMember where analysis.isPrimary[row]: .nonMember
      default: .unknown
      }
    }
    return DeLong.estimate(
      Ranking(values: Array(column.values), statuses: Array(column.statuses), labels: labels))
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
