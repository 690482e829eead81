/// A stretch of a sequence in which spans may lie that leak.
struct LeakCandidate: Sendable {
  let row: Int
  /// Its positions.
  let positions: Range<Int>
}

/// Finds stretches that the target gives away and the reference does not, sequence by sequence.
struct LeakCandidates: ~Copyable {
  private let settings: LeakSettings
  private var scratch = Scratch()
  private(set) var costs = PositionCosts()

  init(_ settings: LeakSettings) { self.settings = settings }

  /// Appends the candidates of a sequence; false if evidence is missing.
  mutating func append(
    _ sequence: borrowing SequenceView, row: Int, to found: inout [LeakCandidate]
  ) -> Bool {
    guard let reference = present(sequence.reference.logprobs), sequence.positions > 0 else {
      return false
    }
    let skipped = settings.first == .skip ? 1 : 0
    if settings.decoder == .greedy, sequence.scored == nil,
      let ranks = sequence.target.ranks, ranks[0] != 0
    {
      guard greedyRunBound(ranks, reference, from: skipped) >= settings.referenceBits else {
        return true
      }
    }
    guard read(sequence), let windows = windows() else { return false }
    var last: Range<Int>?
    for window in windows {
      let bits = costs.reference[window].reduce(0, +)
      guard bits >= settings.referenceBits, !window.isEmpty else { continue }
      if let open = last, window.lowerBound <= open.upperBound {
        last = open.lowerBound..<window.upperBound
      } else {
        if let last { found.append(LeakCandidate(row: row, positions: last)) }
        last = window
      }
    }
    if let last { found.append(LeakCandidate(row: row, positions: last)) }
    return true
  }

  /// Reads a sequence's costs.
  mutating func read(_ sequence: borrowing SequenceView) -> Bool {
    costs.read(
      sequence, rankLimit: settings.rankLimit, skipFirst: settings.first == .skip, &scratch)
      && !costs.reference.isEmpty
  }

  /// The maximal windows that the target gives away; nil if evidence is missing.
  func windows() -> [Range<Int>]? {
    switch settings.decoder {
    case .greedy:
      guard !costs.isGreedy.isEmpty else { return nil }
      return WindowCosts.within(0, costs.isGreedy.map { $0 ? 0 : 1 }, costs.isEligible)
    case .sampling: return WindowCosts.within(settings.budget, costs.target, costs.isEligible)
    case .ranking:
      guard !costs.guesses.isEmpty else { return nil }
      return WindowCosts.within(settings.budget, costs.guesses, costs.isEligible)
    }
  }
}
