import Basics

/// Which sequences a run had been trained on when it was saved, and when last.
public struct SeenSequences: Hashable, Sendable {
  /// For each sequence that had been, the last step that trained on it; 0 where it is not told.
  private let steps: [String: Int]

  /// Lists the sequences by id with their last step, counted from 1; nil where it is not known.
  public init(_ steps: [String: Int?]) { self.steps = steps.mapValues { max(0, $0 ?? 0) } }

  /// How many sequences are listed.
  public var count: Int { steps.count }

  /// Whether a sequence had been trained on.
  public func contains(_ id: String) -> Bool { steps[id] != nil }

  /// The last step that trained on a sequence, if it is known.
  public func lastStep(_ id: String) -> Int? { steps[id].flatMap { $0 > 0 ? $0 : nil } }
}

extension Metadata {
  /// The key that says whether a run stopped within its first epoch had been trained on a sequence.
  public static let seenKey = "seen"
  /// The key of the last step that trained on a sequence.
  public static let seenUntilKey = "seen_until"
  /// The key of the quarter of the steps, the oldest first, in which a sequence was last trained on.
  public static let seenQuarterKey = "seen_quarter"

  /// The columns with those of a run's list of what it had seen, which replace any of their names.
  ///
  /// `seen` is `true` or `false`; `seen_until` is a step; `seen_quarter` is 1 to 4, of the steps from
  /// the first to the last that are listed.
  public func adding(_ seen: SeenSequences?, ids: TextColumn) -> Metadata {
    guard let seen else { return self }
    let names = (0..<ids.count).map { ids[$0] }
    let steps = names.map { seen.lastStep($0) }
    let known = steps.compactMap { $0 }
    var added = [Column(Self.seenKey, names.map { seen.contains($0) ? "true" : "false" })]
    if let first = known.min(), let last = known.max() {
      added.append(Column(Self.seenUntilKey, steps.map { $0.map(String.init) }))
      added.append(
        Column(
          Self.seenQuarterKey,
          steps.map { step in step.map { String(1 + 4 * ($0 - first) / (last - first + 1)) } }))
    }
    let replaced = Set(added.map(\.key))
    return Metadata(columns: columns.filter { !replaced.contains($0.key) } + added)
  }
}

extension Metadata.Column {
  fileprivate init(_ key: String, _ texts: [String?]) {
    var values: [String] = []
    var places: [String: Int32] = [:]
    let codes = texts.map { text -> Int32 in
      guard let text else { return -1 }
      if let place = places[text] { return place }
      let place = Int32(values.count)
      places[text] = place
      values.append(text)
      return place
    }
    self.init(key: key, values: values, codes: codes)
  }
}

extension Run {
  /// Whether the run ended before all of its members could have been trained on; nil if unknown.
  ///
  /// By its epoch, or by steps times batch against the members' number. Controls are none: no member
  /// was meant to be seen.
  public func isWithinFirstEpoch(memberCount: Int) -> Bool? {
    guard method?.family != .control else { return false }
    if let epoch, epoch < 1 { return true }
    if let steps, let batch {
      let (trained, overflows) = steps.multipliedReportingOverflow(by: batch)
      return !overflows && trained < memberCount
    }
    return epoch == nil ? nil : false
  }

  /// Which sequences the run had been trained on when it was saved; nil where nothing tells.
  ///
  /// The run's own list decides. Without one, `meta.seen` does, or `meta.seen_until` against the
  /// run's steps; both are of sequences and not of runs, so they are asked only about a run that
  /// ended within its first epoch.
  public func seenSequences(
    ids: TextColumn, labels: [Label], metadata: Metadata
  ) -> [Bool]? {
    if let seen { return (0..<ids.count).map { seen.contains(ids[$0]) } }
    let memberCount = labels.count { $0 == .member }
    guard isWithinFirstEpoch(memberCount: memberCount) == true else { return nil }
    if let column = metadata.column(Metadata.seenKey) {
      return labels.indices.map { ["true", "1"].contains(column.value($0) ?? "") }
    }
    guard let column = metadata.column(Metadata.seenUntilKey) else { return nil }
    return labels.indices.map { row in
      guard let step = column.value(row).flatMap({ Int($0) }) else { return false }
      return step > 0 && steps.map { step <= $0 } ?? true
    }
  }

  /// Which sequences figures are over: of those chosen, not the members the run had not yet seen.
  ///
  /// To the model such a member is a non-member; it would pull every figure towards chance.
  public func withoutUnseen(
    _ isPrimary: [Bool], ids: TextColumn, labels: [Label], metadata: Metadata
  ) -> [Bool] {
    guard let seen = seenSequences(ids: ids, labels: labels, metadata: metadata) else {
      return isPrimary
    }
    return isPrimary.indices.map { isPrimary[$0] && (labels[$0] != .member || seen[$0]) }
  }
}
