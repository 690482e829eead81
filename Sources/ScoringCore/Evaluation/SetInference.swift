import Basics

/// Whether a set of sequences, as a set, is more member-like than known non-members.
///
/// Beside the test stands what it gives where nothing is to be found: known non-members tested
/// against known non-members, split at random and in the order of the file.
public struct SetInference: Hashable, Sendable {
  /// The set against the non-members.
  public let test: RankSum
  /// Half of the non-members, drawn at random, against the other half; nil with too few.
  public let control: RankSum?
  /// How many random splits of the non-members were tested.
  public let splits: Int
  /// How many of them gave p < 0.05: about one in twenty if the test keeps its promise.
  public let rejections: Int
  /// The second half of the non-members in the file's order against the first; nil with too few.
  public let drift: RankSum?

  /// The share of random splits that were rejected, with its exact interval at 99 %.
  public var rejectionRate: Interval {
    .clopperPearson(successes: rejections, of: splits, level: 0.99)
  }
  /// Whether random splits were rejected no oftener than they may be.
  public var isSound: Bool { splits == 0 || rejectionRate.lower <= 0.05 }
  /// Whether non-members drift along the file so that a set drawn elsewhere could differ as much.
  public var isDrifting: Bool { drift.map { min($0.pValue, 1 - $0.pValue) < 0.005 } ?? false }

  /// The fewest non-members that are split.
  public static let fewest = 20

  /// Tests a set, and its controls.
  ///
  /// - Parameters:
  ///   - ranking: the rows.
  ///   - label: the set: unknown by default.
  ///   - clusters: one id per input row; whole clusters are relabelled and split. Nil: rows are.
  ///   - permutations: random relabellings for the exact p-value; 0 for none.
  ///   - splits: random splits of the non-members.
  ///   - seed: the seed of relabellings and splits.
  ///   - level: the nominal coverage of intervals.
  ///   - threads: how many threads to use, which never changes a result; nil uses all.
  /// - Returns: nil when the set or the non-members are empty.
  public static func test(
    _ ranking: Ranking, label: Label = .unknown, clusters: [Int]? = nil,
    permutations: Int = 9999, splits: Int = 200, seed: UInt64 = 1, level: Double = 0.95,
    threads: Int? = nil
  ) -> SetInference? {
    let test = RankSum.test(
      ranking, label: label, clusters: clusters, permutations: permutations, seed: seed,
      level: level, threads: threads)
    guard let test else { return nil }
    let rows = ranking.order.map { Int($0) }.filter { ranking.labels[$0] == .nonMember }.sorted()
    @Sendable func against(_ isSet: [Bool]) -> RankSum? {
      let labels = ranking.labels.indices.map { isSet[$0] ? Label.unknown : .nonMember }
      let part = Ranking(
        values: ranking.values, statuses: ranking.statuses, labels: labels, rows: rows)
      return RankSum.test(part, clusters: clusters, level: level)
    }
    guard rows.count >= fewest else {
      return SetInference(test: test, control: nil, splits: 0, rejections: 0, drift: nil)
    }
    let onlyNonMembers = ranking.labels.map { $0 == .nonMember ? Label.nonMember : .member }
    let controls = parallelItems(count: splits, threads: threads ?? availableThreads) { split in
      against(
        HoldoutSplit.firstHalf(
          of: onlyNonMembers, clusters: clusters, seed: seed &+ 0x5E7 &+ UInt64(split)))
    }
    var isLate = [Bool](repeating: false, count: ranking.labels.count)
    for row in rows.dropFirst(rows.count / 2) { isLate[row] = true }
    return SetInference(
      test: test, control: controls.first ?? nil, splits: controls.count,
      rejections: controls.count { ($0?.pValue ?? 1) < 0.05 }, drift: against(isLate))
  }
}
