import Basics

#if canImport(Glibc)
  import Glibc
#endif

/// DC-PDD: cross-entropy of the target's probabilities with a corpus's token frequencies.
///
/// Of each token id its first occurrence counts: ce = min(p·ln(1/f), a), p its probability under the
/// target, f = (c + 1)/(Σc + V) its frequency in a reference corpus with Laplace's smoothing; score =
/// mean ce (Zhang and others, 2024). The first token of a text has no probability and does not count
/// as an occurrence; mimir's port puts an end-of-text token before it, which needs another pass.
public struct CorpusCalibration: Attack {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "dc-pdd", title: "DC-PDD", source: "Zhang et al. 2024 (DC-PDD)",
    summary: "mean over first occurrences of p·ln(1/f), capped, f the frequency in a corpus",
    needs: [.target, .tokenIDs, .tokenFrequencies])
  /// The cap and the conventions on which implementations differ.
  public static let parameters: [Parameter<Self>] = [
    .number("a", \.cap, 0...1e9, "no token counts for more than this"),
    .choice("repeats", \.repeats, "whether a token counts once a text or at every position"),
    .int(
      "vocabulary", \.vocabulary, 0...Int(Int32.max),
      "V in the smoothing; 0 takes it from the frequency file"),
  ]

  /// Whether a token counts at every position.
  public enum Repeats: String, CaseIterable, Sendable {
    /// Only where it first occurs.
    case first
    /// Wherever it occurs.
    case all
  }

  /// No token counts for more than this.
  public var cap = 0.01
  /// Whether a token counts at every position.
  public var repeats = Repeats.first
  /// V in the smoothing; 0 takes it from the frequency file.
  public var vocabulary = 0

  /// The attack with a = 0.01 on first occurrences.
  public init() {}

  /// A scorer that knows the frequencies.
  public func scorer(for table: EvidenceTable) throws(MissingEvidence) -> any SequenceScorer {
    try requireEvidence(of: table)
    // Ids given out while reading tokens without ids are nobody's frequencies.
    let areOriginal = table.chunks.allSatisfy { $0.columns.vocabulary?.idsAreOriginal ?? true }
    guard areOriginal, let frequencies = table.tokenFrequencies else {
      throw MissingEvidence(attack: spelling, missing: .tokenIDs, in: table)
    }
    return CorpusCalibrationScorer(attack: self, frequencies: frequencies)
  }
}

private struct CorpusCalibrationScorer: SequenceScorer {
  let attack: CorpusCalibration
  let frequencies: TokenFrequencies
  /// Σc + V.
  let smoothedTotal: Double

  init(attack: CorpusCalibration, frequencies: TokenFrequencies) {
    self.attack = attack
    self.frequencies = frequencies
    let size = attack.vocabulary == 0 ? frequencies.vocabularySize : attack.vocabulary
    smoothedTotal = frequencies.total + Double(size)
  }

  func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    guard let target = present(sequence.target.logprobs), let tokens = sequence.tokenIDs,
      tokens.count > 0, tokens[0] >= 0
    else { return .none(.missingEvidence) }
    let scored = sequence.scored
    var seen = TokenSet(upTo: target.count, in: &scratch.ids)
    var (total, count) = (0.0, 0)
    for index in 0..<target.count {
      if let scored, scored[index] == 0 { continue }
      let token = tokens[index + 1]
      if attack.repeats == .first, !seen.insert(token, in: &scratch.ids) { continue }
      let frequency = (frequencies.count(of: token) + 1) / smoothedTotal
      total += min(exp(Double(target[index])) * log(1 / frequency), attack.cap)
      count += 1
    }
    return count == 0 ? .none(.tooShort) : .ordinary(total / Double(count))
  }
}

/// A set of token ids in an array that is reused from text to text.
private struct TokenSet {
  private let mask: Int

  /// An empty set with room for some ids.
  init(upTo count: Int, in slots: inout [Int32]) {
    var size = 16
    while size < 2 * count { size *= 2 }
    mask = size - 1
    slots.removeAll(keepingCapacity: true)
    slots.append(contentsOf: repeatElement(-1, count: size))
  }

  /// Adds an id, which is not negative; false if it is in the set already.
  mutating func insert(_ id: Int32, in slots: inout [Int32]) -> Bool {
    // Fibonacci hashing: neighbouring ids end up far apart.
    var place = Int((UInt32(bitPattern: id) &* 2_654_435_769) >> 7) & mask
    while slots[place] >= 0 {
      if slots[place] == id { return false }
      place = (place + 1) & mask
    }
    slots[place] = id
    return true
  }
}
