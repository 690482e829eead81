import Basics

/// What to report of an attack, and how.
public struct EvaluationOptions: Hashable, Sendable {
  /// The false-positive rates at which the TPR is reported.
  public var fprs: [Double] = [0.01, 0.001]
  /// Which point of the curve stands for an FPR.
  public var convention = FPRConvention.achievable
  /// The nominal coverage of intervals.
  public var level = 0.95
  /// How intervals of TPRs are found where sequences are independent.
  public var rateIntervals = RateIntervals.orderStatistics
  /// Replicates of the bootstrap, which intervals over documents, differences between runs and
  /// `rateIntervals` may ask for; with 0 these have no interval.
  public var replicates = 1000
  /// The seed of the bootstrap.
  public var seed: UInt64 = 1
  /// What to do with sequences that have no score.
  public var undefined = UndefinedPolicy.keep

  /// 1 % and 0.1 %, achievable, 95 %, order statistics, 1,000 replicates.
  public init() {}
}

/// How the interval of a TPR at an FPR is found.
public enum RateIntervals: String, CaseIterable, Hashable, Sendable {
  /// From order statistics, without a seed: `ROC.tprInterval(fpr:)`.
  case orderStatistics = "order-statistics"
  /// From a bootstrap, widened to exact limits where few sequences decide.
  case bootstrap
}

/// One attack's figures over some sequences, each with its uncertainty.
///
/// Intervals are over sequences: they say nothing about training the model again.
public struct AttackEvaluation: Sendable {
  /// The sequences in order of score; those left out of the figures count as unknown.
  public let ranking: Ranking
  /// The curve; nil without both classes.
  public let roc: ROC?
  /// The area under it, with DeLong's interval on the logit scale; nil without both classes.
  public let auc: AUCEstimate?
  /// The largest TPR − FPR, and the best balanced accuracy; nil without both classes.
  public let advantage: AdvantageEstimate?
  /// The TPR at each FPR asked for; empty without both classes.
  public let points: [Rate]
  /// How many of the sequences fell into each class.
  public let counts: ScoreCounts
  /// Members among the sequences.
  public let members: Int
  /// Non-members among the sequences.
  public let nonMembers: Int
  /// Sequences whose membership nobody knows.
  public let unknown: Int
  /// Clusters that labelled sequences fall into, where intervals are over clusters; nil where each
  /// sequence counts by itself.
  public let clusterCount: Int?

  /// A TPR at an FPR and its interval.
  public struct Rate: Sendable {
    /// The point of the curve.
    public let point: OperatingPoint
    /// The interval of the TPR at the FPR asked for; one-sided (`Interval.isUpperBound`) where
    /// non-members are too few for a lower end, nil over documents without replicates.
    public let interval: Interval?
  }

  /// Evaluates a column of scores.
  ///
  /// - Parameters:
  ///   - column: the attack's scores, one per sequence.
  ///   - labels: the label of each sequence.
  ///   - isIncluded: which sequences the figures are over; nil means all. The others still get a
  ///     place in the ranking, as unknown ones do.
  ///   - clusters: one id per sequence; intervals are then over clusters. Nil if all are
  ///     independent.
  ///   - options: what to report, and how.
  ///   - threads: how many threads to use, which never changes a result; nil uses all.
  ///   - isCancelled: asked now and then; figures are then incomplete.
  public init(
    _ column: ScoreColumn, labels: [Label], isIncluded: [Bool]? = nil, clusters: [Int]? = nil,
    options: EvaluationOptions = EvaluationOptions(), threads: Int? = nil,
    isCancelled: @Sendable () -> Bool = { false }
  ) {
    let included = isIncluded ?? Array(repeating: true, count: labels.count)
    let effective = zip(labels, included).map { $1 ? $0 : Label.unknown }
    let ranking = Ranking(
      values: column.values, statuses: column.statuses, labels: effective,
      undefined: options.undefined)
    let roc = ROC(ranking)
    self.ranking = ranking
    self.roc = roc
    auc = DeLong.estimate(ranking, level: options.level, clusters: clusters)
    let bootstrap = Bootstrap(
      replicates: options.replicates, seed: options.seed, level: options.level, threads: threads)
    let isResampled = clusters != nil || options.rateIntervals == .bootstrap
    let estimate =
      isResampled && options.replicates > 0 && roc != nil
      ? bootstrap.estimate(
        ranking, targets: options.targets, clusters: clusters, isCancelled: isCancelled) : nil
    advantage = roc.map { roc in
      AdvantageEstimate(
        value: roc.advantage,
        interval: clusters == nil
          ? roc.advantageInterval(level: options.level) : estimate?.advantage)
    }
    points = Self.points(roc, options, estimate?.rates, isResampled)
    counts = ScoreCounts(zip(column.statuses, included).lazy.filter(\.1).map(\.0))
    members = effective.count { $0 == .member }
    nonMembers = effective.count { $0 == .nonMember }
    unknown = zip(labels, included).count { $0 == .unknown && $1 }
    clusterCount = clusters.map { ids in
      Set(effective.indices.lazy.filter { effective[$0] != .unknown }.map { ids[$0] }).count
    }
  }

  /// Non-members that share their score with another one, those without a score included.
  ///
  /// Where most do, as under RMIA or WBC with few windows, low FPRs may not be reachable.
  public var tiedNonMembers: Int {
    var (tied, before) = (0, 0)
    for end in ranking.nonMemberEnds.map(Int.init) {
      if end - before > 1 { tied += end - before }
      before = end
    }
    return tied
  }

  private static func points(
    _ roc: ROC?, _ options: EvaluationOptions, _ resampled: [Interval?]?, _ isResampled: Bool
  ) -> [Rate] {
    guard let roc else { return [] }
    return options.targets.enumerated().compactMap { index, target in
      guard let point = roc.operatingPoint(fpr: target.fpr, convention: target.convention) else {
        return nil
      }
      guard !isResampled else { return Rate(point: point, interval: resampled?[index]) }
      return Rate(
        point: point,
        interval: roc.tprInterval(
          fpr: target.fpr, convention: target.convention, level: options.level))
    }
  }
}

extension AttackEvaluation {
  /// Evaluates the columns of a table, several at a time on all cores; nil when cancelled.
  ///
  /// Each is what the initializer gives, whatever the number of threads.
  public static func all(
    _ columns: [ScoreColumn], labels: [Label], isIncluded: [Bool]? = nil, clusters: [Int]? = nil,
    options: EvaluationOptions = EvaluationOptions(), threads: Int? = nil,
    isCancelled: @Sendable () -> Bool = { false }
  ) -> [AttackEvaluation]? {
    let threads = threads ?? availableThreads
    let isAlone = columns.count < threads
    let evaluations = parallelItems(count: columns.count, threads: isAlone ? 1 : threads) { index in
      AttackEvaluation(
        columns[index], labels: labels, isIncluded: isIncluded, clusters: clusters,
        options: options, threads: isAlone ? threads : 1, isCancelled: isCancelled)
    }
    return isCancelled() ? nil : evaluations
  }
}

extension EvaluationOptions {
  /// The FPRs with the convention that stands for them.
  public var targets: [RateTarget] {
    fprs.map { RateTarget(fpr: $0, convention: convention) }
  }
}
