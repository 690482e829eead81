import Basics

/// What each sequence's tokens moved by, summed by class.
struct ShiftByClass: Sendable {
  /// The sums of one class in one sequence.
  struct Sums: Sendable {
    var tokens = 0.0
    /// Upward shifts in nats.
    var up = 0.0
    /// Downward shifts in nats, as a positive number.
    var down = 0.0

    static func += (left: inout Sums, right: (sums: Sums, weight: Double)) {
      left.tokens += right.weight * right.sums.tokens
      left.up += right.weight * right.sums.up
      left.down += right.weight * right.sums.down
    }
  }

  /// For each row one entry per class.
  let rows: [[Sums]]
  /// Positions left out because a model holds the true token impossible.
  let nonFinite: Int

  init(_ table: EvidenceTable, rows wanted: [Int]) {
    let rare = RareTokens(table)
    let parts = parallelParts(count: wanted.count, threads: availableThreads) { range in
      range.map { Self.sums(table, wanted[$0], rare) }
    }
    rows = parts.map(\.sums)
    nonFinite = parts.reduce(0) { $0 + $1.nonFinite }
  }

  /// The first position is left out: it has no context, as error-zone scores have it.
  private static func sums(
    _ table: EvidenceTable, _ row: Int, _ rare: RareTokens
  ) -> (sums: [Sums], nonFinite: Int) {
    var sums = [Sums](repeating: Sums(), count: TokenClass.allCases.count)
    var nonFinite = 0
    let (chunk, index) = table.locate(row)
    let view = chunk.sequence(index)
    guard let target = view.target.logprobs, let reference = view.reference.logprobs,
      let ids = view.tokenIDs
    else { return (sums, 0) }
    let classes = TokenClass.classes(of: table.tokens(row))
    guard classes.count == view.positions + 1 else { return (sums, 0) }
    for position in 1..<max(1, view.positions) {
      if let scored = view.scored, scored[position] == 0 { continue }
      let shift = Double(target[position]) - Double(reference[position])
      guard shift.isFinite else {
        nonFinite += 1
        continue
      }
      var kind = classes[position + 1]
      if kind == .other, rare.contains(ids[position + 1]) { kind = .rare }
      let place = kind.place
      sums[place].tokens += 1
      if shift > 0 { sums[place].up += shift } else { sums[place].down -= shift }
    }
    return (sums, nonFinite)
  }
}

extension TokenClass {
  /// The place among all classes.
  var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
