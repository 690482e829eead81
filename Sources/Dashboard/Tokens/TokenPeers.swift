import Analysis
import ScoringCore
import TerminalUI

/// The sequence looked at under other runs, to be read below it where there is room.
struct TokenPeers: Sendable {
  /// The sequence under one other run.
  struct Peer: Sendable {
    let detail: SequenceDetail
    let tint: TokenTint
    let sheet: TokenSheet
    /// Whether its tokens are those of the run looked at, so that the cursor means the same.
    let isAligned: Bool

    /// A line of figures, the lines of the text with a bar under each, and a line of air.
    var height: Int { 2 + sheet.layout.lineCount * 2 }
  }

  /// What the peers are of: another sequence, run, width or view asks for others.
  private struct Key: Equatable {
    let detail: ObjectIdentifier
    let width: Int
    let glyphs: GlyphSet
    let view: TokenView
    let partner: Int
    let scored: Int
  }

  private(set) var all: [Peer] = []
  private var key: Key?

  /// The most that are looked for: each may take a search for the id.
  private static let most = 4

  /// Opens the sequence under other runs, the one compared with first; nothing where it is open.
  mutating func open(_ detail: SequenceDetail, width: Int, _ state: AppState) {
    let key = Key(
      detail: ObjectIdentifier(detail), width: width, glyphs: state.glyphs,
      view: state.tokens.view, partner: state.compare.right,
      scored: state.analyses.count { $0 != nil })
    guard key != self.key else { return }
    self.key = key
    all = []
    let partner = state.compare.right
    let runs = [partner] + state.analyses.indices.filter { $0 != partner }
    for run in runs where all.count < Self.most && run != state.run {
      guard state.analyses.indices.contains(run), let analysis = state.analyses[run],
        let row = Self.row(of: detail, in: analysis),
        let other = SequenceDetail(
          analysis, row: row, attack: state.shownSpelling(in: analysis) ?? state.attack,
          redaction: state.redaction)
      else { continue }
      all.append(
        Peer(
          detail: other, tint: TokenTint(state.tokens.view, other, attack: other.attack),
          sheet: TokenSheet(other, width: width, glyphs: state.glyphs, reusing: nil),
          isAligned: other.trueTokens == detail.trueTokens))
    }
  }

  mutating func close() { (all, key) = ([], nil) }

  /// The row of the same id; runs of an experiment mostly have one order.
  private static func row(of detail: SequenceDetail, in analysis: RunAnalysis) -> Int? {
    let ids = analysis.scores.ids
    guard let count = analysis.table?.count else { return nil }
    if detail.row < count, ids[detail.row] == detail.id { return detail.row }
    return (0..<count).first { ids[$0] == detail.id }
  }
}
