import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What the Compare screen remembers.
package struct CompareState: Sendable {
  package enum Pane: String, CaseIterable, Sendable {
    case tokens, flips, leaks, scatter, curves

    var title: String {
      switch self {
      case .tokens: "Tokens"
      case .flips: "Flips"
      case .leaks: "Leaks"
      case .scatter: "Scores"
      case .curves: "ROC"
      }
    }
  }

  /// Which sequences are listed.
  package enum Listing: CaseIterable, Sendable { case flips, onlyLeft, onlyRight, all }

  package var left = 0
  package var right = 0
  package var pane = Pane.flips
  /// The plot shown where only one has room: the one that had the focus last.
  package var plot = Pane.scatter
  /// The list shown where only one has room: flips or leaks, the one that had the focus last.
  package var shownList = Pane.flips
  package var listing = Listing.flips
  package var isLogarithmic = true
  package var table = TableState()

  package var comparison: RunComparison?
  /// The comparison asked for and not answered yet.
  package var request: ComparisonRequest?
  package var list: FlipList?
  /// The leaked spans of both runs, once asked for and found.
  package var leaks: ComparedLeaks?
  /// The comparison whose leaks are being looked for.
  var leaksRequested: RunComparison?
  package var leakTable = TableState()
  /// The sequence looked at, as a place in the join; nil if the right run lacks it.
  package var joined: Int?
  package var pair: TokenPair?
  var sheets: (left: TokenSheet?, right: TokenSheet?)
  /// The token both cursors are on, and the first line both texts show.
  package var cursor = 0
  package var top = 0

  package init() {}
}

/// The leaked spans of the two runs of a comparison; never changes.
package struct ComparedLeaks: Sendable {
  let comparison: RunComparison
  package let leaks: LeakComparison
  /// What was found in either run, for other screens.
  let found: [LeakAnalysis]

  /// Finds what is not known yet; nil if cancelled.
  init?(
    _ comparison: RunComparison, known: [LeakAnalysis], isCancelled: @Sendable () -> Bool
  ) {
    let sides = [comparison.left.analysis, comparison.right.analysis].map { run in
      known.first { $0.analysis === run } ?? LeakAnalysis(run, isCancelled: isCancelled)
    }
    guard let left = sides[0], let right = sides[1] else { return nil }
    self.comparison = comparison
    found = [left, right]
    leaks = LeakComparison(
      (left.analysis, left.leaks, left.problem), (right.analysis, right.leaks, right.problem))
  }
}

extension ComparisonRequest {
  func asksTheSame(as other: ComparisonRequest) -> Bool {
    left === other.left && right === other.right && attack == other.attack
  }
}

/// The joined sequences listed, those whose place differs most first; never changes.
package final class FlipList: Sendable {
  package let comparison: RunComparison
  package let listing: CompareState.Listing
  /// Places in the join.
  package let rows: [Int32]

  package init(_ comparison: RunComparison, _ listing: CompareState.Listing) {
    self.comparison = comparison
    self.listing = listing
    rows = comparison.byDifference.filter { joined in
      let fate = comparison.fate(of: Int(joined))
      return switch listing {
      case .flips: fate.isFlip
      case .onlyLeft: fate == .onlyLeft
      case .onlyRight: fate == .onlyRight
      case .all: true
      }
    }
  }

  package func index(of joined: Int) -> Int? { rows.firstIndex(of: Int32(joined)) }

  /// What is listed, in words.
  package var title: String {
    let (left, right) = (comparison.left.run.name, comparison.right.run.name)
    return switch listing {
    case .flips: "caught by one run only"
    case .onlyLeft: "caught only by \(left)"
    case .onlyRight: "caught only by \(right)"
    case .all: "all sequences"
    }
  }
}

/// One sequence under both runs, token by token.
package final class TokenPair: Sendable {
  package let comparison: RunComparison
  package let joined: Int
  package let redaction: Redaction
  package let attack: String
  package let left: SequenceDetail?
  package let right: SequenceDetail?

  package init(_ comparison: RunComparison, joined: Int, redaction: Redaction = .off) {
    self.comparison = comparison
    self.joined = joined
    self.redaction = redaction
    attack = comparison.attack
    left = SequenceDetail(
      comparison.left.analysis, row: Int(comparison.join.left[joined]), attack: attack,
      redaction: redaction)
    right = SequenceDetail(
      comparison.right.analysis, row: Int(comparison.join.right[joined]), attack: attack,
      redaction: redaction)
  }

  package var count: Int { max(left?.count ?? 0, right?.count ?? 0) }

  /// Whether both texts have the same tokens, so that one cursor means the same in both.
  package var isAligned: Bool {
    guard let left, let right else { return true }
    return left.trueTokens == right.trueTokens
  }

  /// Where error zones begin under either run.
  package var zones: [Int] { places { $0.zones.map(\.lowerBound) } }
  /// The extreme shifts under either run.
  package var extremes: [Int] { places { $0.extremes } }

  private func places(_ of: (SequenceDetail) -> [Int]) -> [Int] {
    Set((left.map(of) ?? []) + (right.map(of) ?? [])).sorted()
  }
}
