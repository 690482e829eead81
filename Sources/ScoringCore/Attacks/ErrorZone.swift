#if canImport(Glibc)
  import Glibc
#endif

/// EZ-MIA: upward over downward log-probability shift where the target errs (arXiv 2601.12104).
///
/// d_j = t_j − r_j over the zone E; P = Σ max(d_j, 0), N = Σ max(−d_j, 0); score = P/N. Other zones
/// and aggregations make the same idea into its relatives. The first position is skipped, as the
/// released code has it. Where N = 0, or E is empty, the paper ranks the sequence as a member: such
/// rows get a class of their own. The released code gives them 0, the lowest score there is.
public struct ErrorZone: Attack, ZoneScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "ez", title: "EZ-MIA", source: "Ilic et al. 2026, arXiv 2601.12104",
    summary: "upward over downward shift of log-probability where the target errs",
    needs: [.target, .reference, .targetErrors])
  /// Zone, aggregation and the conventions on which paper and code differ.
  public static let parameters: [Parameter<Self>] = [
    .word("zone", \.zone, allowed: Zone.allowed, "which positions count"),
    .choice("aggregate", \.aggregate, "how their shifts become one number"),
    .choice("policy", \.policy, "edge cases as in the paper, or 0 as in the released code"),
    .choice("first", \.first, "whether the first predicted position counts"),
    .int("min-errors", \.minimumErrors, 1...1_000_000, "fewer zone positions are insufficient"),
    .number("smoothing", \.smoothing, 0...1e6, "nats that smoothed-log-ratio adds to both masses"),
  ]

  /// What happens to edge cases.
  public enum Policy: String, CaseIterable, Sendable {
    /// Rows without errors, or without downward mass, rank above all others.
    case paper
    /// They score 0, as does everything that is not finite.
    case released
  }

  /// Whether the first predicted position counts.
  public enum First: String, CaseIterable, Sendable {
    /// It does not: the released code's `ignore_bos`.
    case skip
    /// It does.
    case keep
  }

  /// Which positions count.
  public var zone = Zone.error
  /// How their shifts become one number.
  public var aggregate = Aggregation.ratio
  /// What happens to edge cases.
  public var policy = Policy.paper
  /// Whether the first predicted position counts.
  public var first = First.skip
  /// Fewer positions in the zone than this are insufficient, unless the row is forced.
  public var minimumErrors = 2
  /// Nats that the smoothed log-ratio adds to both masses.
  public var smoothing = Self.defaultSmoothing

  /// The smoothing that was measured; from 0.1 to 3 the AUC moves by less than 0.002.
  static let defaultSmoothing = 0.3

  /// The attack of the paper: P/N over the error zone.
  public init() {}

  /// Both models' log-probabilities and what the zone needs.
  public var needs: EvidenceKinds { zone.needs.union([.target, .reference]) }

  /// The zone's score.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    measure(sequence, &scratch).score
  }

  /// The zone's score and what it was computed from.
  public func measure(
    _ sequence: borrowing SequenceView, _ scratch: inout Scratch
  ) -> ZoneMeasure {
    guard let target = present(sequence.target.logprobs),
      let reference = present(sequence.reference.logprobs)
    else { return ZoneMeasure(score: .none(.missingEvidence), masses: ZoneMasses()) }
    if zone == .soft { return measureSoft(sequence, target, reference, &scratch) }
    let masses: ZoneMasses
    if zone == .error, !aggregate.needsShifts, sequence.scored == nil,
      let ranks = sequence.target.ranks, ranks.count == 0 || ranks[0] != 0
    {
      masses = errorZoneMasses(target, reference, ranks, from: first == .skip ? 1 : 0)
    } else {
      guard zone.mark(sequence, skipFirst: first == .skip, &scratch) else {
        return ZoneMeasure(score: .none(.missingEvidence), masses: ZoneMasses())
      }
      masses = markedMasses(target, reference, scratch.mask.span)
    }
    let statistic =
      switch aggregate {
      case .median: medianShift(target, reference, &scratch)
      case .countFraction: shareOfRises(target, reference, scratch.mask.span)
      default: 0.0
      }
    return ZoneMeasure(score: score(masses, statistic), masses: masses)
  }

  /// The score of a zone's masses, with every edge case in its class.
  ///
  /// - Parameter statistic: the value itself for an aggregation that the masses do not tell.
  func score(_ masses: ZoneMasses, _ statistic: Double) -> Score {
    if policy == .released { return releasedScore(masses, statistic) }
    guard masses.eligible > 0 else { return Score(.insufficient, 0) }
    guard masses.errors > 0 else {
      return zone.isEmptyWhereMemorized
        ? Score(.forcedNoErrors, .infinity) : Score(.insufficient, 0)
    }
    let isSmoothed = aggregate == .smoothedLogRatio && smoothing > 0
    guard masses.up != 0 || masses.down != 0 || isSmoothed else { return .none(.noMovement) }
    // A token that the reference deems impossible outweighs every finite downward shift.
    let onlyUp = masses.down == 0 || (masses.up == .infinity && masses.down.isFinite)
    let diverges = [.ratio, .logRatio, .smoothedLogRatio].contains(aggregate) && !isSmoothed
    if onlyUp, diverges { return Score(.forcedN0, masses.up) }
    guard masses.errors >= minimumErrors else { return Score(.insufficient, 0) }
    return .ordinary(value(masses, statistic))
  }

  private func releasedScore(_ masses: ZoneMasses, _ statistic: Double) -> Score {
    guard masses.errors >= minimumErrors, masses.down != 0 else { return Score(.zeroed, 0) }
    // The constant is the released code's; it never acts, since N = 0 was caught before.
    let value =
      aggregate == .ratio
      ? masses.up / (masses.down + 1e-12) : value(masses, statistic)
    return value.isFinite ? .ordinary(value) : Score(.zeroed, 0)
  }

  private func value(_ masses: ZoneMasses, _ statistic: Double) -> Double {
    switch aggregate {
    case .ratio: masses.up / masses.down
    case .logRatio: log(masses.up) - log(masses.down)
    case .smoothedLogRatio: log(masses.up + smoothing) - log(masses.down + smoothing)
    case .positiveFraction:
      // (∞ / ∞) where a position is impossible under the reference: all mass is upward.
      masses.up == .infinity && masses.down.isFinite ? 1 : masses.up / (masses.up + masses.down)
    case .difference: masses.up - masses.down
    case .mean: (masses.up - masses.down) / (masses.weight ?? Double(masses.errors))
    case .median, .countFraction: statistic
    }
  }
}

/// A scorer that can also say what its zone held.
public protocol ZoneScorer: SequenceScorer {
  /// The score and what it was computed from.
  func measure(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> ZoneMeasure
}

/// A zone's score and what it was computed from.
public struct ZoneMeasure: Sendable {
  /// The score.
  public let score: Score
  /// What the zone held.
  public let masses: ZoneMasses
}
