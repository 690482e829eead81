import Basics

#if canImport(Glibc)
  import Glibc
#endif

/// Which positions of a sequence a zone attack looks at.
public enum Zone: Hashable, Sendable {
  /// Where the target's first choice is not the true token (Ilic et al., arXiv 2601.12104).
  case error
  /// Where more than `rank` − 1 tokens are more probable than the true one under the target.
  case rankAbove(Int)
  /// Where the target gives the true token less than this probability.
  case probabilityBelow(Double)
  /// The lowest percent of the target's log-probabilities.
  case lowestTarget(Int)
  /// The lowest percent of the reference's log-probabilities: its hard tokens.
  case lowestReference(Int)
  /// Every position.
  case all
  /// Every position, weighed by the chance 1 − p that a sample from the target is not the true
  /// token.
  case soft

  /// The evidence needed to find the zone's positions.
  public var needs: EvidenceKinds {
    switch self {
    case .error: .targetErrors
    case .rankAbove: .targetRanks
    case .probabilityBelow, .lowestTarget, .all, .soft: .target
    case .lowestReference: .reference
    }
  }
}

extension Zone {
  /// Whether a text without positions in the zone is one the target knows by heart.
  ///
  /// Not so for the lowest percent, which is empty only where there are too few positions.
  var isEmptyWhereMemorized: Bool {
    switch self {
    case .lowestTarget, .lowestReference: false
    case .error, .rankAbove, .probabilityBelow, .all, .soft: true
    }
  }
}

extension Zone: LosslessStringConvertible {
  /// The spelling, such as `error`, `rank-gt-5` or `prob-lt-0.1`.
  public var description: String {
    switch self {
    case .error: "error"
    case .rankAbove(let rank): "rank-gt-\(rank)"
    case .probabilityBelow(let limit): "prob-lt-\(limit)"
    case .lowestTarget(let percent): "target-lowest-\(percent)"
    case .lowestReference(let percent): "reference-lowest-\(percent)"
    case .all: "all"
    case .soft: "soft"
    }
  }

  /// Every spelling in words.
  static let allowed =
    "error|rank-gt-N|prob-lt-P|target-lowest-PERCENT|reference-lowest-PERCENT|all|soft"

  /// Reads a spelling, or nil if it names no zone.
  public init?(_ description: String) {
    func number(after prefix: String) -> Substring? {
      description.hasPrefix(prefix) ? description.dropFirst(prefix.count) : nil
    }
    func percent(_ text: Substring) -> Int? {
      Int(text).flatMap { (1...100).contains($0) ? $0 : nil }
    }
    if description == "error" {
      self = .error
    } else if description == "all" {
      self = .all
    } else if description == "soft" {
      self = .soft
    } else if let rank = number(after: "rank-gt-").flatMap({ Int($0) }), rank >= 1 {
      self = .rankAbove(rank)
    } else if let limit = number(after: "prob-lt-").flatMap({ Double($0) }), limit > 0, limit <= 1 {
      self = .probabilityBelow(limit)
    } else if let share = number(after: "target-lowest-").flatMap(percent) {
      self = .lowestTarget(share)
    } else if let share = number(after: "reference-lowest-").flatMap(percent) {
      self = .lowestReference(share)
    } else {
      return nil
    }
  }
}

/// Marks of a sequence's positions, one byte each.
struct ZoneMarks {
  static let outside: UInt8 = 0
  /// Counts, but lies outside the zone.
  static let eligible: UInt8 = 1
  /// Lies in the zone.
  static let inside: UInt8 = 2
  /// Would count, but the true token is impossible under both models: there is no shift.
  static let impossible: UInt8 = 3
}

extension Zone {
  /// Marks each position as outside, eligible, impossible or inside; false if evidence is missing.
  ///
  /// A position is outside if it must not count: unscored, or the first one where that is skipped.
  func mark(
    _ sequence: borrowing SequenceView, skipFirst: Bool, _ scratch: inout Scratch
  ) -> Bool {
    let count = sequence.positions
    guard let target = present(sequence.target.logprobs) else { return false }
    scratch.mask.removeAll(keepingCapacity: true)
    scratch.mask.append(contentsOf: repeatElement(ZoneMarks.eligible, count: count))
    if skipFirst, count > 0 { scratch.mask[0] = ZoneMarks.outside }
    if let scored = sequence.scored {
      for index in 0..<count where scored[index] == 0 { scratch.mask[index] = ZoneMarks.outside }
    }
    let reference = present(sequence.reference.logprobs)
    if let reference {
      for index in 0..<count
      where target[index] == -.infinity && reference[index] == -.infinity
        && scratch.mask[index] == ZoneMarks.eligible
      {
        scratch.mask[index] = ZoneMarks.impossible
      }
    }
    switch self {
    case .error: return markErrors(sequence, &scratch.mask)
    case .rankAbove(let rank):
      guard let ranks = sequence.target.ranks, count == 0 || ranks[0] != 0 else { return false }
      Zone.mark(&scratch.mask) { ranks[$0] > rank }
    case .probabilityBelow(let limit):
      let limit = log(limit)
      Zone.mark(&scratch.mask) { Double(target[$0]) < limit }
    case .lowestTarget(let percent):
      Zone.markLowest(percent, target, &scratch)
    case .lowestReference(let percent):
      guard let reference else { return false }
      Zone.markLowest(percent, reference, &scratch)
    case .all, .soft:
      Zone.mark(&scratch.mask) { _ in true }
    }
    return true
  }

  private func markErrors(_ sequence: borrowing SequenceView, _ mask: inout [UInt8]) -> Bool {
    let count = sequence.positions
    guard count > 0 else { return true }
    let model = sequence.target
    if let ranks = model.ranks, ranks[0] != 0 {
      Zone.mark(&mask) { ranks[$0] != 1 }
    } else if let top1 = model.top1IDs, top1[0] >= 0, let tokens = sequence.tokenIDs {
      Zone.mark(&mask) { top1[$0] != tokens[$0 + 1] }
    } else if let best = present(model.top1Logprobs), let logprobs = present(model.logprobs) {
      Zone.mark(&mask) { best[$0] > logprobs[$0] }
    } else {
      return false
    }
    return true
  }

  @inline(__always)
  private static func mark(_ mask: inout [UInt8], where inside: (Int) -> Bool) {
    for index in mask.indices where mask[index] == ZoneMarks.eligible && inside(index) {
      mask[index] = ZoneMarks.inside
    }
  }

  /// Marks the lowest percent of eligible positions; ties at the limit are all inside.
  private static func markLowest(
    _ percent: Int, _ values: Span<Float>, _ scratch: inout Scratch
  ) {
    scratch.floats.removeAll(keepingCapacity: true)
    for index in 0..<values.count where scratch.mask[index] == ZoneMarks.eligible {
      scratch.floats.append(values[index])
    }
    let kept = scratch.floats.count * percent / 100
    guard kept > 0 else { return }
    var limit = Int32.max
    if kept < scratch.floats.count {
      let eligible = scratch.floats
      limit = keyOfLowest(kept, of: eligible.span, keys: &scratch.keys)
    }
    for index in 0..<values.count
    where scratch.mask[index] == ZoneMarks.eligible && values[index].orderedKey <= limit {
      scratch.mask[index] = ZoneMarks.inside
    }
  }
}
