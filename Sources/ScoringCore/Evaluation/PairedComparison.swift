import Basics

/// The sequences two runs share, with one label each: what a paired comparison is over.
public struct SharedSequences: Sendable {
  /// For each shared sequence, its row in the first run.
  public let first: [Int32]
  /// For each shared sequence, its row in the second run.
  public let second: [Int32]
  /// For each shared sequence, its label.
  public let labels: [Label]
  /// How many of the first run's sequences the second lacks.
  public let onlyFirst: Int
  /// How many of the second run's sequences the first lacks.
  public let onlySecond: Int
  /// Sequences left out because the runs label them differently.
  public let labelConflicts: Int
  /// Sequences left out because a run does not count them among its primary ones.
  public let excluded: Int

  /// Joins two tables by id.
  ///
  /// - Parameters:
  ///   - firstTable: the first run's scores.
  ///   - secondTable: the second run's scores.
  ///   - isIncluded: which rows of each table count; an empty list means all.
  public init(
    _ firstTable: ScoreTable, _ secondTable: ScoreTable,
    isIncluded: (first: [Bool], second: [Bool]) = ([], [])
  ) {
    let join = IDJoin(firstTable.ids, secondTable.ids)
    var (first, second): ([Int32], [Int32]) = ([], [])
    var labels: [Label] = []
    var (conflicts, excluded) = (0, 0)
    for (a, b) in zip(join.left, join.right) {
      let counts =
        (isIncluded.first.isEmpty || isIncluded.first[Int(a)])
        && (isIncluded.second.isEmpty || isIncluded.second[Int(b)])
      guard counts else {
        excluded += 1
        continue
      }
      let label = firstTable.labels[Int(a)]
      guard label == secondTable.labels[Int(b)] else {
        conflicts += 1
        continue
      }
      first.append(a)
      second.append(b)
      labels.append(label)
    }
    self.first = first
    self.second = second
    self.labels = labels
    onlyFirst = join.leftOnly
    onlySecond = join.rightOnly
    labelConflicts = conflicts
    self.excluded = excluded
  }

  /// The cluster of each shared sequence, from the first run's clusters.
  public func clusters(_ ofFirst: [Int]?) -> [Int]? {
    ofFirst.map { ids in first.map { ids[Int($0)] } }
  }

  /// The number of shared sequences that count.
  public var count: Int { labels.count }
  /// Members among them.
  public var memberCount: Int { labels.count { $0 == .member } }
  /// Non-members among them.
  public var nonMemberCount: Int { labels.count { $0 == .nonMember } }
}

/// One attack's figures under two runs, compared over the sequences both hold.
///
/// Every test is paired: both runs rank the same sequences, so what they share cancels. Two attacks
/// of one run are compared in the same way: share the table with itself.
public struct PairedComparison: Sendable {
  /// The first run's ranking of the shared sequences.
  public let first: Ranking
  /// The second run's ranking of the shared sequences.
  public let second: Ranking
  /// The areas and DeLong's test of their difference; nil without two rows of each class.
  public let auc: AUCComparison?
  /// The TPRs at each FPR asked for; empty without both classes.
  public let rates: [Rate]
  /// Sequences left out because a run has no score for them (policy `drop`).
  public let droppedCount: Int

  /// The TPRs of two runs at one FPR.
  public struct Rate: Sendable {
    /// The first run's point.
    public let first: OperatingPoint
    /// The second run's point.
    public let second: OperatingPoint
    /// First minus second TPR with its test, by a paired bootstrap; nil without replicates.
    public let difference: BootstrapComparison.Difference?
    /// Which members each run detects at its own threshold: counts, and no test.
    ///
    /// The thresholds were estimated on the same non-members, which McNemar's test does not know:
    /// between equal curves it rejects in 37 to 80 % of audits at a nominal 5 %.
    public let members: McNemar
  }

  /// Compares two columns of scores, first minus second.
  ///
  /// - Parameters:
  ///   - firstColumn: the first run's scores.
  ///   - secondColumn: the second run's scores.
  ///   - shared: the sequences both hold.
  ///   - clusters: one id per shared sequence; tests and intervals of differences are then over
  ///     clusters.
  ///   - options: what to report, and how.
  ///   - threads: how many threads to use, which never changes a result; nil uses all.
  ///   - isCancelled: asked now and then; true makes the result nil.
  /// - Returns: nil when cancelled.
  public init?(
    _ firstColumn: ScoreColumn, _ secondColumn: ScoreColumn, over shared: SharedSequences,
    clusters: [Int]? = nil, options: EvaluationOptions = EvaluationOptions(),
    threads: Int? = nil, isCancelled: @Sendable () -> Bool = { false }
  ) {
    let a = shared.first.map { firstColumn[Int($0)] }
    let b = shared.second.map { secondColumn[Int($0)] }
    var rows: [Int]?
    if options.undefined == .drop {
      rows = a.indices.filter { a[$0].status.isDefined && b[$0].status.isDefined }
    }
    droppedCount = rows.map { shared.count - $0.count } ?? 0
    let first = Ranking(scores: a, labels: shared.labels, rows: rows)
    let second = Ranking(scores: b, labels: shared.labels, rows: rows)
    self.first = first
    self.second = second
    auc = DeLong.compare(first, second, level: options.level, clusters: clusters)
    let bootstrap = Bootstrap(
      replicates: options.replicates, seed: options.seed, level: options.level, threads: threads)
    rates = Self.rates(first, second, clusters, options, bootstrap, isCancelled)
    if isCancelled() { return nil }
  }

  private static func rates(
    _ first: Ranking, _ second: Ranking, _ clusters: [Int]?, _ options: EvaluationOptions,
    _ bootstrap: Bootstrap, _ isCancelled: @Sendable () -> Bool
  ) -> [Rate] {
    guard let a = ROC(first), let b = ROC(second) else { return [] }
    let targets = options.targets
    let differences =
      options.replicates > 0
      ? bootstrap.compare(
        first, second, targets: targets, clusters: clusters, isCancelled: isCancelled) : nil
    return targets.enumerated().compactMap { index, target in
      guard let one = a.operatingPoint(fpr: target.fpr, convention: target.convention),
        let other = b.operatingPoint(fpr: target.fpr, convention: target.convention),
        let members = McNemar.compare(
          first, second, thresholds: (one.threshold, other.threshold))
      else { return nil }
      return Rate(
        first: one, second: other, difference: differences?.rates[index], members: members)
    }
  }
}
