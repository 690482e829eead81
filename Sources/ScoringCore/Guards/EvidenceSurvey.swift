import Basics

/// What guards need to know of two models' log-probabilities, gathered in one pass.
public struct EvidenceSurvey: Hashable, Sendable {
  /// The most sequences of a group that are looked at; of more, some are picked at even steps.
  public static let mostSequences = 2000

  /// Mean shifts of some sequences, in nats per token.
  public struct Shifts: Hashable, Sendable {
    /// Sequences with a shift.
    public internal(set) var count = 0
    /// The mean over sequences of the mean shift d = t − r of their positions.
    public internal(set) var mean = 0.0
    fileprivate var squares = 0.0

    /// A normal interval of the mean, 95 %; nil for fewer than two sequences.
    public var interval: Interval? {
      guard count >= 2 else { return nil }
      let error = (squares / Double(count - 1) / Double(count)).squareRoot()
      return Interval(
        lower: mean - 1.959964 * error, upper: mean + 1.959964 * error, level: 0.95,
        method: .normal)
    }

    /// Welford's update.
    fileprivate mutating func add(_ value: Double) {
      count += 1
      let before = value - mean
      mean += before / Double(count)
      squares += before * (value - mean)
    }
  }

  /// How many values lie on the grid of a shorter number format.
  public struct Grid: Hashable, Sendable {
    /// Finite values other than 0.
    public internal(set) var count = 0
    /// Values that bfloat16 can hold.
    public internal(set) var bfloat16 = 0
    /// Values that float16 can hold.
    public internal(set) var float16 = 0

    fileprivate mutating func add(_ value: Float) {
      guard value.isFinite, value != 0 else { return }
      count += 1
      let bits = value.bitPattern
      if bits & 0xFFFF == 0 { bfloat16 += 1 }
      if bits & 0x1FFF == 0 { float16 += 1 }
    }
  }

  /// The shifts of members.
  public private(set) var members = Shifts()
  /// The shifts of non-members.
  public private(set) var nonMembers = Shifts()
  /// Positions where both models' log-probabilities are finite.
  public private(set) var positions = 0
  /// Positions whose shift is exactly 0.
  public private(set) var unmoved = 0
  /// The mean absolute shift over positions, in nats.
  public private(set) var meanAbsolute = 0.0
  /// The grid of the target's log-probabilities.
  public private(set) var target = Grid()
  /// The grid of the reference's log-probabilities.
  public private(set) var reference = Grid()
  /// How the two models' log-probabilities go together.
  public private(set) var correlation = LagCorrelation()

  /// Looks at a table; `isIncluded` says which sequences figures are over.
  public init(_ table: EvidenceTable, labels: [Label], isIncluded: [Bool]) {
    let included = labels.indices.prefix(table.count).filter { isIncluded[$0] }
    let groups = [Label.member, .nonMember, .unknown].map { label in
      systematicSample(included.filter { labels[$0] == label }, atMost: Self.mostSequences)
    }
    // What was memorized is no longer as hard for the target as for the reference.
    let steady = groups[1].isEmpty ? groups[0] + groups[2] : groups[1]
    for (label, rows) in zip([Label.member, .nonMember, .unknown], groups) {
      for row in rows { add(row, of: table, label: label) }
    }
    if positions > 0 { meanAbsolute /= Double(positions) }
    for row in steady {
      let (chunk, index) = table.locate(row)
      let view = chunk.sequence(index)
      if let t = view.target.logprobs, let r = view.reference.logprobs { correlation.add(t, r) }
    }
  }

  private mutating func add(_ row: Int, of table: EvidenceTable, label: Label) {
    let (chunk, index) = table.locate(row)
    let view = chunk.sequence(index)
    let scored = view.scored
    let (t, r) = (view.target.logprobs, view.reference.logprobs)
    if let t { for position in t.indices { target.add(t[position]) } }
    if let r { for position in r.indices { reference.add(r[position]) } }
    guard let t, let r else { return }
    var (sum, count) = (0.0, 0)
    for position in t.indices {
      if let scored, scored[position] == 0 { continue }
      let shift = Double(t[position]) - Double(r[position])
      guard shift.isFinite else { continue }
      sum += shift
      count += 1
      meanAbsolute += abs(shift)
      if shift == 0 { unmoved += 1 }
    }
    positions += count
    guard count > 0 else { return }
    switch label {
    case .member: members.add(sum / Double(count))
    case .nonMember: nonMembers.add(sum / Double(count))
    case .unknown: break
    }
  }
}

/// Pearson's correlation of t at a position with r at positions around it.
public struct LagCorrelation: Hashable, Sendable {
  /// The farthest lag either way.
  public static let reach = 2

  private struct Sums: Hashable, Sendable {
    var (count, t, r, tt, rr, tr) = (0, 0.0, 0.0, 0.0, 0.0, 0.0)

    mutating func add(_ a: Double, _ b: Double) {
      count += 1
      t += a
      r += b
      tt += a * a
      rr += b * b
      tr += a * b
    }

    var value: Double? {
      guard count >= 2 else { return nil }
      let n = Double(count)
      let spread = (tt - t * t / n) * (rr - r * r / n)
      return spread > 0 ? (tr - t * r / n) / spread.squareRoot() : nil
    }
  }

  private var sums = [Sums](repeating: Sums(), count: 2 * reach + 1)

  /// Nothing yet.
  public init() {}

  /// Adds one sequence's log-probabilities; infinite and missing ones are left out.
  public mutating func add(_ t: Span<Float>, _ r: Span<Float>) {
    for (place, lag) in (-Self.reach...Self.reach).enumerated() {
      for position in max(0, -lag)..<max(0, -lag, t.count - max(0, lag)) {
        let (a, b) = (Double(t[position]), Double(r[position + lag]))
        if a.isFinite, b.isFinite { sums[place].add(a, b) }
      }
    }
  }

  /// Pairs of positions that were compared without a lag.
  public var count: Int { sums[Self.reach].count }

  /// The correlation at a lag; nil where either model's values are all alike.
  public subscript(lag: Int) -> Double? { sums[lag + Self.reach].value }

  /// The lag, other than 0, with the highest correlation.
  public var bestOther: (lag: Int, value: Double)? {
    var best: (lag: Int, value: Double)?
    for lag in -Self.reach...Self.reach where lag != 0 {
      guard let value = self[lag], value > best?.value ?? -.infinity else { continue }
      best = (lag, value)
    }
    return best
  }
}
