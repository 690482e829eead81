import Analysis
import ScoringCore

/// What the dashboard knows of the verdicts on the experiment.
package struct TriageState: Sendable {
  /// Everyone's verdicts, with those not yet stored.
  package var log = TriageLog()
  /// How many sequences there are to judge; nil until what is stored has been read.
  package var total: Int?
  /// Where verdicts are stored, once there is a file.
  package var place: String?
  /// Why what was judged last is not stored, and what to do about it.
  package var failure: String?

  /// The sequence whose note is being written.
  var noting: String?
  /// The list to be marked as a whole, while the user is asked whether to.
  var asking: RowOrder?

  package init() {}

  /// How far the whole experiment is judged; nil before the first verdict.
  package var progress: TriageProgress? {
    guard let total, !log.judgements.isEmpty else { return nil }
    return log.progress(total: total)
  }
}

/// The verdicts a list of sequences is filtered by, as they were when it was asked for.
package struct VerdictSnapshot: Hashable, Sendable {
  let judgements: [String: Judgement]
  /// Stays listed whatever is decided about it: nobody wants the next sequence to slip under the
  /// key that was meant for this one.
  let kept: String?
  /// What the list was filtered by.
  let filter: RowFilter
  let generation: Int

  package static func == (left: VerdictSnapshot, right: VerdictSnapshot) -> Bool {
    left.generation == right.generation && left.kept == right.kept && left.filter == right.filter
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(generation)
    hasher.combine(kept)
  }
}

extension AppState {
  /// The sequence looked at.
  var selectedID: String? {
    guard let row, let ids = analysis?.scores.ids, row < ids.count else { return nil }
    return ids[row]
  }

  /// The verdicts to filter by: the last ones again, unless something changed since.
  mutating func verdictSnapshot() -> VerdictSnapshot? {
    guard sequences.query.filter.asksForVerdicts else {
      sequences.verdicts = nil
      return nil
    }
    let old = sequences.verdicts
    let isSameFilter = old?.filter == sequences.query.filter
    if let old, isSameFilter, old.generation == triage.log.generation { return old }
    sequences.verdicts = VerdictSnapshot(
      judgements: triage.log.judgements, kept: isSameFilter ? selectedID : nil,
      filter: sequences.query.filter, generation: triage.log.generation)
    return sequences.verdicts
  }
}

extension RowFilter {
  /// Whether it matters to the filter what people decided.
  var asksForVerdicts: Bool { terms.contains(where: \.field.isJudged) }
  /// Whether it keeps suspects only.
  var asksForSuspects: Bool {
    terms.contains {
      $0.field == .named || $0.field == .adjusted
        || $0.field == .label && $0.comparison == .equal && !$0.isNegated
          && $0.values == [.label(.unknown)]
    }
  }
}
