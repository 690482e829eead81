import ScoringCore

/// The leaks of a run, and how much of its sequences can be had within how many draws; never changes.
package final class LeakAnalysis: Sendable {
  package let analysis: RunAnalysis
  /// Nil where the run lacks the evidence; `problem` says why.
  package let leaks: Leaks?
  /// Nil where no member is long enough for prefix and suffix.
  package let curve: DiscoveryCurve?
  /// For each sequence with tokens log2 of the draws that bring its suffix; NaN where it is too short,
  /// and empty without evidence.
  package let log2Draws: [Double]
  package let problem: String?

  /// Nil if cancelled.
  package init?(_ analysis: RunAnalysis, isCancelled: @Sendable () -> Bool = { false }) {
    self.analysis = analysis
    guard let table = analysis.table else {
      (leaks, curve, log2Draws) = (nil, nil, [])
      problem = Self.onlyScores
      return
    }
    do throws(MissingEvidence) {
      guard let found = try Leaks.find(in: analysis, isCancelled: isCancelled) else { return nil }
      leaks = found
      problem = nil
    } catch {
      leaks = nil
      problem = "\(error)"
    }
    let labels = analysis.scores.labels
    let primary = (0..<table.count).filter { analysis.isPrimary[$0] }
    guard let measures = ExtractionMeasures(table, isCancelled: isCancelled) else { return nil }
    log2Draws = (0..<table.count).map { measures.log2Draws($0) }
    let found = DiscoveryCurve(
      measures, members: primary.filter { labels[$0] == .member },
      nonMembers: primary.filter { labels[$0] == .nonMember })
    curve = (found.points.first?.members.total ?? 0) > 0 ? found : nil
  }

  /// Why runs without per-token evidence have no leaks, in a sentence.
  package static let onlyScores =
    "This run holds scores only: what each token cost is not known."

  /// How many spans each sequence has.
  package var spanCounts: [Double] {
    leaks?.spanCounts(of: analysis.count) ?? []
  }
}

extension Leaks {
  /// The leaks of a run that is analysed: p-values rest on its primary non-members.
  ///
  /// Nil if cancelled, and for a run without per-token evidence.
  package static func find(
    in analysis: RunAnalysis, settings: LeakSettings = LeakSettings(),
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(MissingEvidence) -> Leaks? {
    guard let table = analysis.table else { return nil }
    let everyone = [Bool](repeating: true, count: table.count)
    return try find(
      in: table, settings: settings, isCalibrating: analysis.isPrimary,
      clusters: analysis.metadata.documents(count: table.count, isIncluded: everyone),
      isCancelled: isCancelled)
  }

  /// How many spans each of so many sequences has.
  package func spanCounts(of count: Int) -> [Double] {
    spans.reduce(into: [Double](repeating: 0, count: count)) { $0[$1.sequence] += 1 }
  }
}
