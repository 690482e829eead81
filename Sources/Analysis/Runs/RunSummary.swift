import Basics
import ScoringCore

/// What is said of one run under one attack besides its figures; made once, held by reference.
package final class RunSummary: Sendable {
  /// A sequence of the run as one line.
  package struct Preview: Hashable, Sendable {
    package let label: Label
    package let isPrimary: Bool
    package let score: Score
    package let id: String
    /// The beginning of the text; empty where only scores are known.
    package let text: String
  }

  package let analysis: RunAnalysis
  package let spelling: String
  package let warnings: [String]
  /// What guards looked at without finding anything, and what they could not look at.
  package let checks: [String]
  private let guards: [GuardFinding]?
  /// Sequences in the headline figures.
  package let primaryCount: Int
  /// Sequences outside the headline figures and what classes of score they have; nil if none is.
  package let outside: (count: Int, counts: ScoreCounts)?
  /// The sequences with the highest scores, best first.
  package let top: [Preview]

  private static let previews = 40

  package init(
    _ analysis: RunAnalysis, attack spelling: String, guards: [GuardFinding]? = nil
  ) {
    self.analysis = analysis
    self.spelling = spelling
    self.guards = guards
    warnings = RunWarnings.sentences(
      analysis.run, analysis: analysis, attack: spelling, guards: guards ?? [])
    checks =
      guards.map { found in
        [found.passedSentence].compactMap { $0 } + found.notCheckedSentences
      } ?? []
    primaryCount = analysis.isPrimary.count { $0 }
    guard let index = analysis.attackIndex(spelling) else {
      (top, outside) = ([], nil)
      return
    }
    let statuses = zip(analysis.scores.columns[index].statuses, analysis.isPrimary)
      .lazy.filter { !$0.1 }.map(\.0)
    outside =
      primaryCount == analysis.count
      ? nil : (analysis.count - primaryCount, ScoreCounts(statuses))
    let ranking = analysis.attacks[index].evaluation.ranking
    top = ranking.order.prefix(Self.previews).map { row in
      let row = Int(row)
      return Preview(
        label: analysis.scores.labels[row], isPrimary: analysis.isPrimary[row],
        score: ranking.score(ofRow: row), id: analysis.scores.ids[row],
        text: analysis.table.map { String($0.text(row).prefix(240)) } ?? "")
    }
  }

  package func isOf(
    _ analysis: RunAnalysis, attack spelling: String, guards: [GuardFinding]?
  ) -> Bool {
    self.analysis === analysis && self.spelling == spelling && self.guards == guards
  }
}
