import ScoringCore

/// What bringing records of a file into a store would do; nothing is stored until its step is appended.
package struct VerdictMerge: Sendable {
  /// Who wins where the file and the store both say something, and not the same.
  package enum Policy: String, CaseIterable, Sendable {
    /// The store.
    case keep
    /// The file, even where it says `none`.
    case replace
    /// Whoever judged later; the store if the file does not say when.
    case newest
  }

  /// A sequence on which the file and the store disagree.
  package struct Conflict: Hashable, Sendable {
    /// The sequence's id.
    package var id: String
    /// What the store says.
    package var stored: Judgement
    /// What the file says.
    package var imported: Judgement
    /// Whether the file wins.
    package var isTaken: Bool
    /// Whether the file added a verdict or note where the store, which wins, had none.
    package var isFilled = false
  }

  /// The step to store; nil if nothing changes.
  package private(set) var step: TriageStep?
  /// Sequences that gain a verdict or a note without losing one.
  package private(set) var added = 0
  /// Sequences on which file and store agree already.
  package private(set) var same = 0
  /// Sequences on which they disagree, decided by the policy.
  package private(set) var conflicts: [Conflict] = []
  /// Ids the experiment does not have; their records are left out.
  package private(set) var unknown: [String] = []

  /// Compares records with what is stored.
  ///
  /// - Parameters:
  ///   - isKnown: Whether the experiment has a sequence of this id.
  ///   - author: Whose changes they are where the file does not say.
  ///   - now: The time of changes the file gives none for, in seconds since 1970 (UTC).
  package init(
    _ records: [VerdictRecord], into stored: [String: VerdictStore.Entry], policy: Policy,
    by author: String, at now: Int64, isKnown: (String) -> Bool
  ) {
    var changes: [TriageChange] = []
    for record in records {
      guard isKnown(record.id) else {
        unknown.append(record.id)
        continue
      }
      let entry = stored[record.id]
      let old = entry?.change.new ?? .none
      let theirs = Judgement(
        record.verdict ?? old.verdict, note: record.note ?? old.note)
      var new = theirs
      if policy != .replace {
        if theirs.verdict == .unjudged { new.verdict = old.verdict }
        if theirs.note.isEmpty { new.note = old.note }
      }
      if Self.isLoss(from: old, to: new) {
        let isLater = record.time.map { $0 > (entry?.change.time ?? .min) } ?? false
        let isTaken = policy == .replace || (policy == .newest && isLater)
        if !isTaken { new = Self.filling(old, from: new) }
        conflicts.append(
          Conflict(
            id: record.id, stored: old, imported: theirs, isTaken: isTaken,
            isFilled: !isTaken && new != old))
      } else if new == old {
        same += 1
      } else {
        added += 1
      }
      guard new != old else { continue }
      let writer = record.author.flatMap { $0.isEmpty ? nil : $0 } ?? author
      changes.append(
        TriageChange(id: record.id, from: old, to: new, by: writer, at: record.time ?? now))
    }
    if !changes.isEmpty { step = TriageStep(number: 1, origin: .import, changes: changes) }
  }

  private static func isLoss(from old: Judgement, to new: Judgement) -> Bool {
    (old.verdict != .unjudged && new.verdict != old.verdict)
      || (!old.note.isEmpty && new.note != old.note)
  }

  private static func filling(_ old: Judgement, from new: Judgement) -> Judgement {
    Judgement(
      old.verdict == .unjudged ? new.verdict : old.verdict,
      note: old.note.isEmpty ? new.note : old.note)
  }
}
