#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many independent draws it takes to get a text out of a model.
///
/// Sampling at temperature 1 without truncation emits a text of b bits with probability 2^-b a draw
/// (Hayes and others 2024). With top-k or another temperature the probability is another, which the
/// evidence does not tell.
public enum SamplingDraws {
  /// log2 of the fewest draws of which one is the text with a probability of at least `probability`.
  ///
  /// n = ⌈ln(1 − p) / ln(1 − 2^-b)⌉, computed for any b; NaN for NaN.
  public static func log2Draws(bits: Double, probability: Double) -> Double {
    guard bits < 50 else { return bits.isNaN ? .nan : bits + log2(-log1p(-probability)) }
    let perDraw = exp2(-bits)
    guard perDraw < 1 else { return 0 }
    return log2(max(1, (log1p(-probability) / log1p(-perDraw)).rounded(.up)))
  }

  /// The probability of at least one hit in 2^`log2Draws` draws of a text of `bits`.
  public static func probability(bits: Double, log2Draws: Double) -> Double {
    let perDraw = exp2(-bits)
    guard perDraw < 1 else { return 1 }
    // n · log(1 − q): for the least probable texts −n·q, whose exponents alone are added.
    let exponent = bits < 50 ? exp2(log2Draws) * log1p(-perDraw) : -exp2(log2Draws - bits)
    return -expm1(exponent)
  }
}

/// The share of sequences whose suffix is discoverable within n draws, members over non-members.
public struct DiscoveryCurve: Sendable {
  /// One point: the draws and what they suffice for.
  public struct Point: Hashable, Sendable {
    /// log2 of the draws.
    public let log2Draws: Double
    /// Members whose suffix comes within so many draws.
    public let members: Proportion
    /// Non-members whose suffix does.
    public let nonMembers: Proportion
  }

  /// The probability with which one of the draws must be the suffix.
  public let probability: Double
  /// Points at whole powers of two, from one draw to `largest`.
  public let points: [Point]
  /// Members too short for prefix and suffix, or without evidence.
  public let membersLeftOut: Int
  /// See `membersLeftOut`.
  public let nonMembersLeftOut: Int
  private let members: [Double]
  private let nonMembers: [Double]
  private let level: Double

  /// The curve of some rows.
  ///
  /// - Parameters:
  ///   - measures: what extraction takes, of every sequence.
  ///   - members: rows of members.
  ///   - nonMembers: rows of non-members: the base rate.
  ///   - largest: log2 of the most draws.
  ///   - level: the coverage of each share's exact interval.
  public init(
    _ measures: ExtractionMeasures, members: [Int], nonMembers: [Int], largest: Int = 64,
    level: Double = 0.95
  ) {
    func draws(_ rows: [Int]) -> [Double] {
      rows.map { measures.log2Draws($0) }.filter { !$0.isNaN }.sorted()
    }
    self.level = level
    probability = measures.settings.probability
    let (own, others) = (draws(members), draws(nonMembers))
    membersLeftOut = members.count - own.count
    nonMembersLeftOut = nonMembers.count - others.count
    points = (0...max(0, largest)).map {
      Self.point(Double($0), own, others, level: level)
    }
    self.members = own
    self.nonMembers = others
  }

  /// The shares within a number of draws, given by its log2.
  public func point(log2Draws: Double) -> Point {
    Self.point(log2Draws, members, nonMembers, level: level)
  }

  private static func point(
    _ log2Draws: Double, _ members: [Double], _ nonMembers: [Double], level: Double
  ) -> Point {
    func share(_ sorted: [Double]) -> Proportion {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] <= log2Draws { low = middle + 1 } else { high = middle }
      }
      return Proportion(low, of: sorted.count, level: level)
    }
    return Point(log2Draws: log2Draws, members: share(members), nonMembers: share(nonMembers))
  }
}
