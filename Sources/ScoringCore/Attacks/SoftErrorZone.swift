/// Soft error zone: every position counts by the chance that the target errs there.
///
/// w_j = 1 − p_target(true token), d_j = t_j − r_j; P = Σ w_j·max(d_j, 0), N = Σ w_j·max(−d_j, 0);
/// score = ln((P + s)/(N + s)). EZ asks whether the target's first choice is wrong; this asks how
/// often a sample from the target is. It takes log-probabilities only, no text falls to a rule for
/// lack of errors or of downward shifts, and texts known by heart keep what little weight they have.
/// It is `ez:zone=soft:aggregate=smoothed-log-ratio`. It is this project's own, not published
/// elsewhere; its page says what was measured on what.
public struct SoftErrorZone: Attack, ZoneScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "soft-ez", title: "Soft error zone", source: "ezscope's own (2026), unpublished",
    summary: "upward over downward shift of log-probability, weighed by the chance that a sample "
      + "from the target errs",
    needs: [.target, .reference])
  /// The smoothing, and whether the first position counts.
  public static let parameters: [Parameter<Self>] = [
    .number("smoothing", \.smoothing, 0...1e6, "nats added to both masses"),
    .choice("first", \.first, "whether the first predicted position counts"),
  ]

  /// Nats added to both masses.
  public var smoothing = ErrorZone.defaultSmoothing
  /// Whether the first predicted position counts.
  public var first = ErrorZone.First.skip

  /// The attack with a smoothing of 0.3 nats.
  public init() {}

  /// The zone's score.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    measure(sequence, &scratch).score
  }

  /// The zone's score and what it was computed from.
  public func measure(
    _ sequence: borrowing SequenceView, _ scratch: inout Scratch
  ) -> ZoneMeasure {
    zoneAttack.measure(sequence, &scratch)
  }

  /// The same attack as a zone and an aggregation of `ez`.
  public var zoneAttack: ErrorZone {
    var attack = ErrorZone()
    attack.zone = .soft
    attack.aggregate = .smoothedLogRatio
    attack.smoothing = smoothing
    attack.first = first
    attack.minimumErrors = 1
    return attack
  }
}

extension ErrorZone {
  /// What the soft zone of a sequence holds, and the value of an aggregation that the masses do
  /// not tell.
  func measureSoft(
    _ sequence: borrowing SequenceView, _ target: Span<Float>, _ reference: Span<Float>,
    _ scratch: inout Scratch
  ) -> ZoneMeasure {
    let start = first == .skip ? 1 : 0
    if sequence.scored == nil, !aggregate.needsShifts {
      let masses = softMasses(target, reference, from: start)
      return ZoneMeasure(score: score(masses, 0), masses: masses)
    }
    guard zone.mark(sequence, skipFirst: first == .skip, &scratch) else {
      return ZoneMeasure(score: .none(.missingEvidence), masses: ZoneMasses())
    }
    let masses = softMasses(target, reference, marks: scratch.mask.span)
    let statistic =
      switch aggregate {
      case .median: softMedian(target, reference, scratch.mask.span)
      case .countFraction: softShareOfRises(target, reference, scratch.mask.span)
      default: 0.0
      }
    return ZoneMeasure(score: score(masses, statistic), masses: masses)
  }

  /// What each predicted position adds to P − N, in nats: w·d; NaN where it does not count.
  ///
  /// Nil without both models' log-probabilities.
  public func softShifts(_ sequence: borrowing SequenceView) -> [Double]? {
    var scratch = Scratch()
    guard let target = present(sequence.target.logprobs),
      let reference = present(sequence.reference.logprobs),
      Zone.soft.mark(sequence, skipFirst: first == .skip, &scratch)
    else { return nil }
    var shifts = [Double](repeating: .nan, count: target.count)
    for index in 0..<target.count where scratch.mask[index] == ZoneMarks.inside {
      let weight = softWeight(target[index])
      shifts[index] =
        weight > 0 ? weight * (Double(target[index]) - Double(reference[index])) : 0
    }
    return shifts
  }
}
