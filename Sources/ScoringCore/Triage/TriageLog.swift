/// Everyone's verdicts on one experiment as one session sees them, with what is not yet stored.
///
/// A value without side effects. Acts return the step to store and show at once; the session hears
/// later, through ``settle(_:finishing:recorded:)``, what the store made of it. History is never
/// rewritten: undoing appends a change that leads back.
///
/// Several people may judge at once. The store's order decides; a step not yet stored is shown on top
/// of what is stored, field by field, exactly as the store will apply it.
public struct TriageLog: Sendable {
  /// Goes up whenever what ``judgement(of:)`` or ``isSaved(_:)`` answer may have changed.
  public private(set) var generation = 0
  /// Stored changes this session has heard of since it began, in the store's order.
  public private(set) var history: [TriageChange] = []
  /// Steps not yet acknowledged, oldest first.
  public private(set) var unsaved: [TriageStep] = []

  private var current: [String: Judgement]
  private var counts = TriageProgress()
  /// For ids with unsaved changes only: what the store last said, and how many changes are under way.
  private var underway: [String: (stored: Judgement, changes: Int)] = [:]
  private var undoable: [(number: Int, changes: [TriageChange])] = []
  private var redoable: [(number: Int, changes: [TriageChange])] = []
  private var lastNumber = 0

  /// A log that begins with what is stored.
  public init(_ stored: [String: Judgement] = [:]) {
    current = stored.filter { !$0.value.isEmpty }
    for judgement in current.values { counts.count(judgement.verdict, 1) }
  }

  /// A sequence's verdict and note.
  public func judgement(of id: String) -> Judgement { current[id] ?? .none }

  /// Whether everything shown of a sequence is stored for good.
  public func isSaved(_ id: String) -> Bool { underway[id] == nil }

  /// Every sequence with a verdict or a note.
  public var judgements: [String: Judgement] { current }

  /// How many sequences have which verdict, of so many there are.
  public func progress(total: Int) -> TriageProgress {
    var progress = counts
    progress.total = total
    return progress
  }

  /// How many of some sequences have which verdict.
  public func progress(among ids: some Sequence<String>) -> TriageProgress {
    var progress = TriageProgress()
    for id in ids {
      progress.total += 1
      progress.count(judgement(of: id).verdict, 1)
    }
    return progress
  }
}

extension TriageLog {
  /// Gives sequences a verdict and keeps their notes.
  ///
  /// - Returns: The step to store; nil if every one of them has that verdict already.
  public mutating func mark(
    _ ids: some Sequence<String>, _ verdict: Verdict, by author: String, at time: Int64
  ) -> TriageStep? {
    act(.mark, ids.map { ($0, Judgement(verdict, note: judgement(of: $0).note)) }, author, time)
  }

  /// Gives sequences a note, an empty one to remove it, and keeps their verdicts.
  ///
  /// - Returns: The step to store; nil if every one of them has that note already.
  public mutating func annotate(
    _ ids: some Sequence<String>, _ note: String, by author: String, at time: Int64
  ) -> TriageStep? {
    act(.mark, ids.map { ($0, Judgement(judgement(of: $0).verdict, note: note)) }, author, time)
  }

  /// Takes back the last act of this session.
  ///
  /// What somebody else has changed since stays theirs and is counted as skipped.
  ///
  /// - Returns: The step to store, if anything changes, and the number of sequences skipped; nil if
  ///   there is nothing to take back.
  public mutating func undo(
    by author: String, at time: Int64
  ) -> (step: TriageStep?, skipped: Int)? {
    guard let last = undoable.popLast() else { return nil }
    return invert(last.changes, .undo, author, time)
  }

  /// Repeats the act taken back last, as long as nothing else was done since.
  ///
  /// - Returns: As ``undo(by:at:)``.
  public mutating func redo(
    by author: String, at time: Int64
  ) -> (step: TriageStep?, skipped: Int)? {
    guard let last = redoable.popLast() else { return nil }
    return invert(last.changes, .redo, author, time)
  }

  /// Takes in what the store reports, in the store's order.
  ///
  /// - Parameters:
  ///   - changes: All changes stored since the last report, this session's and everyone else's.
  ///   - number: The step these include and acknowledge; nil if none.
  ///   - recorded: What was recorded of that step: it may differ from what was shown when somebody
  ///     else was faster.
  public mutating func settle(
    _ changes: [TriageChange], finishing number: Int? = nil, recorded: [TriageChange] = []
  ) {
    generation += 1
    history += changes
    for change in changes {
      if underway[change.id] == nil {
        show(change.new, for: change.id)
      } else {
        underway[change.id]?.stored = change.new
      }
    }
    if let number { finish(number, recorded) }
    reapplyUnsaved()
  }

  private mutating func act(
    _ origin: TriageStep.Origin, _ targets: [(String, Judgement)], _ author: String, _ time: Int64
  ) -> TriageStep? {
    var seen: Set<String> = []
    let changes = targets.compactMap { id, new -> TriageChange? in
      let old = judgement(of: id)
      guard old != new, seen.insert(id).inserted else { return nil }
      return TriageChange(id: id, from: old, to: new, by: author, at: time)
    }
    guard !changes.isEmpty else { return nil }
    redoable.removeAll()
    return perform(origin, changes)
  }

  private mutating func invert(
    _ changes: [TriageChange], _ origin: TriageStep.Origin, _ author: String, _ time: Int64
  ) -> (step: TriageStep?, skipped: Int) {
    let inverse = changes.compactMap { change -> TriageChange? in
      let old = judgement(of: change.id)
      let new = old.reverting(from: change.old, to: change.new)
      guard old != new else { return nil }
      return TriageChange(id: change.id, from: old, to: new, by: author, at: time)
    }
    let skipped = changes.count - inverse.count
    return (inverse.isEmpty ? nil : perform(origin, inverse), skipped)
  }

  private mutating func perform(
    _ origin: TriageStep.Origin, _ changes: [TriageChange]
  ) -> TriageStep {
    generation += 1
    lastNumber += 1
    let step = TriageStep(number: lastNumber, origin: origin, changes: changes)
    for change in changes {
      let entry = underway[change.id] ?? (judgement(of: change.id), 0)
      underway[change.id] = (entry.stored, entry.changes + 1)
      show(change.new, for: change.id)
    }
    unsaved.append(step)
    if origin == .undo {
      redoable.append((step.number, changes))
    } else {
      undoable.append((step.number, changes))
    }
    return step
  }

  private mutating func show(_ judgement: Judgement, for id: String) {
    counts.count(self.judgement(of: id).verdict, -1)
    counts.count(judgement.verdict, 1)
    current[id] = judgement.isEmpty ? nil : judgement
  }

  private mutating func finish(_ number: Int, _ recorded: [TriageChange]) {
    guard let index = unsaved.firstIndex(where: { $0.number == number }) else { return }
    for change in unsaved.remove(at: index).changes {
      guard let entry = underway[change.id] else { continue }
      if entry.changes == 1 {
        underway[change.id] = nil
        show(entry.stored, for: change.id)
      } else {
        underway[change.id] = (entry.stored, entry.changes - 1)
      }
    }
    // Undoing must lead back to what was really there before.
    if let index = undoable.lastIndex(where: { $0.number == number }) {
      undoable[index].changes = recorded
    }
    if let index = redoable.lastIndex(where: { $0.number == number }) {
      redoable[index].changes = recorded
    }
  }

  private mutating func reapplyUnsaved() {
    var shown = underway.mapValues(\.stored)
    for change in unsaved.lazy.flatMap(\.changes) {
      shown[change.id] = shown[change.id]?.applying(from: change.old, to: change.new)
    }
    for (id, judgement) in shown { show(judgement, for: id) }
  }
}
