import Basics

/// Whether a set of sequences was trained on, by many attacks at once.
///
/// After Maini and others (2024). Attacks are features: each score becomes its normal quantile among
/// the non-members of one half, and a linear discriminant is fitted on the members and non-members
/// of that half. Suspects are tested against the non-members of the other half, which took no part.
/// The p-value over several splits is twice their median, which holds however the splits depend on each other (Rueger 1978).
/// It means what the guards allow: where texts of suspects and non-members differ, such tests reject
/// non-members with p < 0.001 (arXiv 2506.15271).
public struct DatasetInference: Sendable {
  /// The attacks that were joined.
  public let attacks: [String]
  /// The suspects against held-out non-members, split by split.
  public let tests: [RankSum]
  /// Held-out members against held-out non-members: what a set of members would have shown.
  public let positiveControls: [RankSum]
  /// One half of the held-out non-members against the other half: what none would have.
  public let negativeControls: [RankSum]
  /// Suspects tested.
  public let suspects: Int

  /// Twice the median of the splits' p-values, at most 1.
  public var pValue: Double { Self.combined(tests) }
  /// The same of the positive controls.
  public var positivePValue: Double { Self.combined(positiveControls) }
  /// The share of splits whose negative control gave p < 0.05: about one in twenty.
  public var negativeRejections: Double {
    negativeControls.isEmpty
      ? 0 : Double(negativeControls.count { $0.pValue < 0.05 }) / Double(negativeControls.count)
  }

  private static func combined(_ tests: [RankSum]) -> Double {
    let sorted = tests.map(\.pValue).sorted()
    return min(1, 2 * (sorted.quantile(0.5) ?? 0.5))
  }

  /// Fits and tests.
  ///
  /// - Parameters:
  ///   - columns: the attacks' scores of the same sequences.
  ///   - labels: the label of each sequence; unknown ones are the suspects.
  ///   - clusters: one id per sequence; halves and tests keep those of one cluster together.
  ///   - splits: how many random splits.
  ///   - seed: the seed of the splits.
  /// - Returns: nil without suspects or attacks, or with fewer than 40 members or non-members.
  public init?(
    _ columns: [ScoreColumn], labels: [Label], clusters: [Int]? = nil, splits: Int = 11,
    seed: UInt64 = 1
  ) {
    let suspects = labels.count { $0 == .unknown }
    guard !columns.isEmpty, suspects > 0, splits > 0,
      labels.count(where: { $0 == .member }) >= 40,
      labels.count(where: { $0 == .nonMember }) >= 40
    else { return nil }
    let results = parallelItems(count: splits, threads: availableThreads) { split in
      Self.tests(columns, labels, clusters, seed: seed &+ UInt64(split))
    }
    attacks = columns.map(\.attack)
    tests = results.compactMap(\.test)
    positiveControls = results.compactMap(\.positive)
    negativeControls = results.compactMap(\.negative)
    self.suspects = suspects
    guard !tests.isEmpty else { return nil }
  }

  private static func tests(
    _ columns: [ScoreColumn], _ labels: [Label], _ clusters: [Int]?, seed: UInt64
  ) -> (test: RankSum?, positive: RankSum?, negative: RankSum?) {
    let isFitting = HoldoutSplit.firstHalf(of: labels, clusters: clusters, seed: seed)
    func rows(_ label: Label, fitting: Bool) -> [Int] {
      labels.indices.filter { labels[$0] == label && isFitting[$0] == fitting }
    }
    let (members, others) = (rows(.member, fitting: true), rows(.nonMember, fitting: true))
    let features = columns.map { column in
      Self.quantiles(column, among: others)
    }
    let weights = LinearDiscriminant.weights(features, members, others)
    let values = labels.indices.map { row in
      zip(weights, features).reduce(0) { $0 + $1.0 * $1.1[row] }
    }
    /// A set against non-members, as the set's test has them.
    func test(_ set: [Int], _ nonMembers: [Int]) -> RankSum? {
      var roles = [Label](repeating: .member, count: labels.count)
      for row in set { roles[row] = .unknown }
      for row in nonMembers { roles[row] = .nonMember }
      let ranking = Ranking(values: values, statuses: nil, labels: roles, rows: set + nonMembers)
      return RankSum.test(ranking, clusters: clusters)
    }
    let held = rows(.nonMember, fitting: false)
    var isEarly = HoldoutSplit.firstHalf(
      of: labels.indices.map { labels[$0] == .nonMember && !isFitting[$0] ? .nonMember : .member },
      clusters: clusters, seed: seed &+ 0x5E7)
    for row in labels.indices where labels[row] != .nonMember || isFitting[row] {
      isEarly[row] = false
    }
    return (
      test(labels.indices.filter { labels[$0] == .unknown }, held),
      test(rows(.member, fitting: false), held),
      test(held.filter { isEarly[$0] }, held.filter { !isEarly[$0] })
    )
  }

  /// Each score as the normal quantile of its place among some rows; those without one are lowest.
  private static func quantiles(_ column: ScoreColumn, among rows: [Int]) -> [Double] {
    let sorted = rows.map { column[$0] }.filter(\.status.isDefined).sorted()
    let missing = rows.count - sorted.count
    func place(_ holds: (Score) -> Bool) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if holds(sorted[middle]) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return column.statuses.indices.map { row in
      let score = column[row]
      guard score.status.isDefined else { return Normal.quantile(0.5 / Double(rows.count + 1)) }
      let below = Double(missing) + Double(place { $0 < score } + place { !(score < $0) }) / 2
      return Normal.quantile((below + 0.5) / Double(rows.count + 1))
    }
  }
}

/// Fisher's linear discriminant with a little of the identity added to the covariance.
enum LinearDiscriminant {
  /// The weight of each feature: (S + ridge)⁻¹ (mean of members − mean of others).
  static func weights(_ features: [[Double]], _ members: [Int], _ others: [Int]) -> [Double] {
    func means(_ rows: [Int]) -> [Double] {
      features.map { feature in rows.reduce(0) { $0 + feature[$1] } / Double(rows.count) }
    }
    let (high, low) = (means(members), means(others))
    let count = features.count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for (rows, center) in [(members, high), (others, low)] {
      for row in rows {
        let offsets = features.indices.map { features[$0][row] - center[$0] }
        for left in 0..<count {
          for right in 0...left { matrix[left][right] += offsets[left] * offsets[right] }
        }
      }
    }
    let freedom = Double(max(1, members.count + others.count - 2))
    for left in 0..<count {
      for right in 0...left {
        matrix[left][right] /= freedom
        matrix[right][left] = matrix[left][right]
      }
      matrix[left][left] += 0.1
    }
    return solve(matrix, zip(high, low).map { $0 - $1 })
  }

  /// The solution of a positive definite system, by Cholesky's decomposition.
  static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    let count = right.count
    var lower = matrix
    for column in 0..<count {
      for row in column..<count {
        let sum = (0..<column).reduce(matrix[row][column]) {
          $0 - lower[row][$1] * lower[column][$1]
        }
        lower[row][column] =
          row == column ? max(sum, 1e-12).squareRoot() : sum / lower[column][column]
      }
    }
    var solution = right
    for row in 0..<count {
      for column in 0..<row { solution[row] -= lower[row][column] * solution[column] }
      solution[row] /= lower[row][row]
    }
    for row in (0..<count).reversed() {
      for column in row + 1..<max(row + 1, count) {
        solution[row] -= lower[column][row] * solution[column]
      }
      solution[row] /= lower[row][row]
    }
    return solution
  }
}
