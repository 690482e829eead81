import Basics

/// What kind of content fine-tuning moved, in members and in non-members.
///
/// The shift of a token is d = t − r in nats. Every text of the same kind moves when a model learns
/// the style; what members' tokens move beyond non-members' is what their own content left behind.
public struct LeakedContent: Sendable {
  /// A figure with its bootstrap interval over sequences.
  public struct Figure: Hashable, Sendable {
    /// The figure; NaN where there is nothing to divide by.
    public let value: Double
    /// Its interval; nil without replicates.
    public let interval: Interval?

    /// Joins a figure and its interval.
    public init(value: Double, interval: Interval?) {
      self.value = value
      self.interval = interval
    }
  }

  /// The figures of one class of tokens.
  public struct Entry: Sendable {
    /// The class.
    public let tokenClass: TokenClass
    /// Tokens of members, and of non-members.
    public let tokens: (members: Int, nonMembers: Int)
    /// The class's share of the members' tokens.
    public let tokenShare: Double
    /// The class's share of the members' upward mass.
    public let upShare: Figure
    /// The class's share of the members' downward mass.
    public let downShare: Figure
    /// The mean shift of a members' token, in nats.
    public let memberShift: Figure
    /// The mean shift of a non-members' token, in nats.
    public let nonMemberShift: Figure
    /// `memberShift` − `nonMemberShift`: what is left of the members' own content.
    public let excess: Figure
    /// The class's share of the excess of all tokens; of no meaning unless `totalExcess` is above 0.
    public let excessShare: Figure
  }

  /// One entry per class.
  public let entries: [Entry]
  /// The excess per token over all classes, each weighed by its share of the members' tokens.
  public let totalExcess: Figure
  /// Members and non-members looked at.
  public let members: Int
  /// See `members`.
  public let nonMembers: Int
  /// Positions left out because a model holds the true token impossible.
  public let nonFinite: Int

  /// Whether members moved more than non-members beyond doubt, so that shares of it mean something.
  public var hasExcess: Bool { (totalExcess.interval?.lower ?? 0) > 0 }

  /// Sums up a table's members and non-members.
  ///
  /// - Parameters:
  ///   - table: the evidence.
  ///   - rows: the sequences the figures are over.
  ///   - clusters: one id per sequence of the table; sequences of one id are drawn together.
  ///   - level: the nominal coverage of intervals.
  ///   - replicates: how many resamples intervals rest on; 0 for no intervals.
  ///   - seed: the seed of the resamples.
  ///   - isCancelled: asked before every resample; intervals then rest on those drawn so far.
  /// - Returns: nil without tokens, both models' log-probabilities and both classes.
  public init?(
    _ table: EvidenceTable, rows: [Int], clusters: [Int]? = nil, level: Double = 0.95,
    replicates: Int = 1000, seed: UInt64 = 1, isCancelled: @Sendable () -> Bool = { false }
  ) {
    let known = rows.filter { table.label($0) != .unknown }
    let isMember = known.map { table.label($0) == .member }
    let shifts = ShiftByClass(table, rows: known)
    members = isMember.count { $0 }
    nonMembers = known.count - members
    nonFinite = shifts.nonFinite
    let sums = Self.totals(shifts, isMember) { _ in 1 }
    guard sums.members.contains(where: { $0.tokens > 0 }),
      sums.nonMembers.contains(where: { $0.tokens > 0 })
    else { return nil }
    let units = SamplingUnits(
      kinds: isMember.map { $0 ? 1 : 0 }, clusters: clusters.map { ids in known.map { ids[$0] } })
    let draws = Resamples(strata: units.strata, seed: seed).figures(
      replicates: replicates, isCancelled: isCancelled
    ) { weights in
      Self.figures(Self.totals(shifts, isMember) { Double(weights[units.unitOfRow[$0]]) })
    }
    let values = Self.figures(sums)
    func figure(_ place: Int) -> Figure {
      Figure(
        value: values[place], interval: Interval(bootstrap: draws.map { $0[place] }, level: level))
    }
    let all = sums.members.reduce(0) { $0 + $1.tokens }
    entries = TokenClass.allCases.map { kind in
      let first = 1 + kind.place * Self.width
      let (inside, outside) = (sums.members[kind.place], sums.nonMembers[kind.place])
      return Entry(
        tokenClass: kind, tokens: (Int(saturating: inside.tokens), Int(saturating: outside.tokens)),
        tokenShare: inside.tokens / all, upShare: figure(first), downShare: figure(first + 1),
        memberShift: figure(first + 2), nonMemberShift: figure(first + 3),
        excess: figure(first + 4), excessShare: figure(first + 5))
    }
    totalExcess = figure(0)
  }

  /// Figures per class.
  private static let width = 6

  private typealias Totals = (members: [ShiftByClass.Sums], nonMembers: [ShiftByClass.Sums])

  private static func totals(
    _ shifts: ShiftByClass, _ isMember: [Bool], weight: (Int) -> Double
  ) -> Totals {
    let empty = [ShiftByClass.Sums](
      repeating: ShiftByClass.Sums(), count: TokenClass.allCases.count)
    var totals: Totals = (empty, empty)
    for (row, sums) in shifts.rows.enumerated() {
      let weight = weight(row)
      guard weight > 0 else { continue }
      for place in sums.indices {
        if isMember[row] {
          totals.members[place] += (sums[place], weight)
        } else {
          totals.nonMembers[place] += (sums[place], weight)
        }
      }
    }
    return totals
  }

  /// The total excess, then `width` figures for each class.
  private static func figures(_ totals: Totals) -> [Double] {
    let (tokens, up, down) = (
      totals.members.reduce(0) { $0 + $1.tokens }, totals.members.reduce(0) { $0 + $1.up },
      totals.members.reduce(0) { $0 + $1.down }
    )
    var excesses: [Double] = []
    var figures: [Double] = [0]
    for (inside, outside) in zip(totals.members, totals.nonMembers) {
      let member = (inside.up - inside.down) / inside.tokens
      let nonMember = (outside.up - outside.down) / outside.tokens
      let excess = member - nonMember
      excesses.append(excess.isNaN ? 0 : excess * inside.tokens / tokens)
      figures += [inside.up / up, inside.down / down, member, nonMember, excess, 0]
    }
    let total = excesses.reduce(0, +)
    figures[0] = total
    for (place, excess) in excesses.enumerated() { figures[(place + 1) * width] = excess / total }
    return figures
  }
}
