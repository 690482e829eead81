#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bits that a token costs whoever wants it from a model.
enum TokenBits {
  /// The most bits of a single token: what is less likely than 2^-1024 counts as this.
  static let most = 1024.0

  /// −log2 of a probability given as a log-probability in nats.
  @inline(__always)
  static func of(_ logprob: Float) -> Double {
    // log2(e); a log-probability above 0 is a rounding error.
    min(most, max(0, -1.4426950408889634 * Double(logprob)))
  }

  /// What a token costs an adversary who may go through the model's ranking down to `limit`.
  @inline(__always)
  static func of(rank: Int32, logprob: Float, limit: Int) -> Double {
    rank <= limit ? log2(Double(max(1, rank))) : of(logprob)
  }
}

/// One sequence's predicted positions as extraction looks at them; reused from sequence to sequence.
struct PositionCosts {
  /// Whether a position counts.
  private(set) var isEligible: [Bool] = []
  /// Whether greedy decoding gives the true token; empty where nothing tells.
  private(set) var isGreedy: [Bool] = []
  /// Bits of the true token under the target.
  private(set) var target: [Double] = []
  /// Bits under an adversary who ranks; empty where ranks are missing.
  private(set) var guesses: [Double] = []
  /// Bits of the true token under the reference; empty where it is missing.
  private(set) var reference: [Double] = []
  /// Whether the reference's greedy decoding gives the true token; empty where nothing tells.
  private(set) var isReferenceGreedy: [Bool] = []

  /// The number of positions.
  var count: Int { isEligible.count }

  /// Reads a sequence; false if it has no log-probabilities of the target.
  mutating func read(
    _ sequence: borrowing SequenceView, rankLimit: Int, skipFirst: Bool, _ scratch: inout Scratch
  ) -> Bool {
    guard let logprobs = present(sequence.target.logprobs) else { return false }
    let hasErrors = Zone.error.mark(sequence, skipFirst: skipFirst, &scratch)
    isEligible.removeAll(keepingCapacity: true)
    isGreedy.removeAll(keepingCapacity: true)
    for mark in scratch.mask {
      isEligible.append(mark != ZoneMarks.outside)
      if hasErrors { isGreedy.append(mark == ZoneMarks.eligible) }
    }
    Self.fill(&target, logprobs)
    guesses.removeAll(keepingCapacity: true)
    if let ranks = sequence.target.ranks, ranks.count == 0 || ranks[0] != 0 {
      for place in 0..<logprobs.count {
        guesses.append(
          TokenBits.of(rank: ranks[place], logprob: logprobs[place], limit: rankLimit))
      }
    }
    reference.removeAll(keepingCapacity: true)
    if let bits = present(sequence.reference.logprobs) { Self.fill(&reference, bits) }
    readReferenceErrors(sequence)
    return true
  }

  private static func fill(_ bits: inout [Double], _ logprobs: Span<Float>) {
    bits.removeAll(keepingCapacity: true)
    for place in 0..<logprobs.count { bits.append(TokenBits.of(logprobs[place])) }
  }

  private mutating func readReferenceErrors(_ sequence: borrowing SequenceView) {
    isReferenceGreedy.removeAll(keepingCapacity: true)
    let model = sequence.reference
    if let ranks = model.ranks, ranks.count == 0 || ranks[0] != 0 {
      for place in 0..<ranks.count { isReferenceGreedy.append(ranks[place] == 1) }
    } else if let top1 = model.top1IDs, top1.count == 0 || top1[0] >= 0,
      let tokens = sequence.tokenIDs
    {
      for place in 0..<top1.count { isReferenceGreedy.append(top1[place] == tokens[place + 1]) }
    }
  }
}
