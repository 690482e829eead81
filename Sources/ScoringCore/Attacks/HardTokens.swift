/// HT-style: how much likelier the target finds the hard tokens (after arXiv 2601.20885).
///
/// HT-MIA (Jawad and others) compares the improvement over a reference on low-confidence tokens. Its
/// exact rule was not readable, hence "style": a zone of hard tokens and an aggregate of their shifts
/// d_j = t_j − r_j, by default their mean over the lowest 20 % of the reference's log-probabilities.
/// The same zones and aggregates are parameters of `ez`, which skips the first position.
public struct HardTokens: Attack, ZoneScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "ht-style", title: "HT-style",
    source: "after the abstract of Jawad et al. 2026, arXiv 2601.20885",
    summary: "mean shift of log-probability on the reference's hardest tokens",
    needs: [.target, .reference])
  /// Which tokens are hard, and what becomes of their shifts.
  public static let parameters: [Parameter<Self>] = [
    .word("zone", \.zone, allowed: Zone.allowed, "which tokens are hard"),
    .choice("aggregate", \.aggregate, "how their shifts become one number"),
  ]

  /// Which tokens are hard.
  public var zone = Zone.lowestReference(20)
  /// How their shifts become one number.
  public var aggregate = Aggregation.mean

  /// The mean shift on the lowest 20 % of the reference.
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
    var attack = ErrorZone()
    attack.zone = zone
    attack.aggregate = aggregate
    attack.first = .keep
    attack.minimumErrors = 1
    return attack.measure(sequence, &scratch)
  }
}
