import Basics

/// A wanted "TPR at FPR x" with its convention.
public struct RateTarget: Hashable, Sendable {
  /// The false-positive rate.
  public var fpr: Double
  /// Which point of the curve stands for it.
  public var convention: FPRConvention

  /// Makes a target.
  public init(fpr: Double, convention: FPRConvention = .achievable) {
    self.fpr = fpr
    self.convention = convention
  }
}

/// Resamples sequences, with replacement, to see how far figures move.
///
/// Stratified: every replicate keeps the numbers of members and non-members, which is steadier at
/// low FPR. With clusters, whole clusters are drawn within those of members, of non-members and
/// mixed ones. Replicate r draws from a generator seeded by (seed, r), so the result is the same
/// for any number of threads and the first replicates are the same for any number of replicates.
public struct Bootstrap: Hashable, Sendable {
  /// How many replicates to draw.
  public var replicates: Int
  /// The seed of all replicates.
  public var seed: UInt64
  /// The nominal coverage of intervals.
  public var level: Double
  /// How many threads to use, which never changes a result; nil uses all.
  public var threads: Int?

  /// Makes a bootstrap.
  public init(
    replicates: Int = 2000, seed: UInt64 = 1, level: Double = 0.95, threads: Int? = nil
  ) {
    self.replicates = replicates
    self.seed = seed
    self.level = level
    self.threads = threads
  }
}

/// Bootstrap intervals of one ranking's figures.
public struct BootstrapEstimate: Hashable, Sendable {
  /// The interval of the AUC.
  public var auc: Interval
  /// The interval of the advantage: resampled over clusters; without them from both curves.
  public var advantage: Interval
  /// The interval of each target's TPR; nil where the convention has no answer (`strict` at 0).
  public var rates: [Interval?]
  /// The percentiles alone, before any widening: too narrow where few rows decide.
  public var ratePercentiles: [Interval?]
  /// Replicates that gave figures: all, unless a class was empty in some (mixed clusters).
  public var usedReplicates: Int
  /// Members, or clusters of them, or the same for non-members: whichever is fewer.
  public var smallestClass: Int
}

/// Bootstrap intervals of the differences between two rankings of the same rows.
public struct BootstrapComparison: Hashable, Sendable {
  /// A difference, first minus second.
  public struct Difference: Hashable, Sendable {
    /// The difference in the sample.
    public var estimate: Double
    /// The percentile interval; never a point, and widened by both rates' own intervals where the
    /// FPR is not resolvable.
    public var interval: Interval
    /// Two-sided: twice the smaller share of replicates on one side of 0, themselves included.
    ///
    /// NaN where the FPR is not resolvable: with less than one expected false positive a bootstrap
    /// rejects a true "no difference" in 7 to 10 % of audits, so nothing is tested there.
    public var pValue: Double
  }

  /// The difference of the AUCs.
  public var auc: Difference
  /// The difference of each target's TPRs; nil where the convention has no answer.
  public var rates: [Difference?]
  /// Replicates that gave figures.
  public var usedReplicates: Int
}

extension Bootstrap {
  /// The intervals of a ranking's AUC, of its advantage and of its TPR at each target.
  ///
  /// Percentiles alone are too narrow where few rows decide: at an FPR with fewer than 10 expected
  /// false positives a replicate can only reuse the few highest non-members, and a rate of 0 or 1
  /// never varies. So a TPR's interval always contains the exact binomial interval at its
  /// threshold, and at weak or unresolvable FPRs the order-statistics interval; the AUC's contains
  /// the disjoint-pairs bound where the sample shows no variation. The method says so.
  ///
  /// - Parameters:
  ///   - ranking: the rows to resample.
  ///   - targets: the rates wanted.
  ///   - clusters: one id per input row; rows with one id are drawn together. Nil draws rows.
  ///   - isCancelled: asked before every replicate.
  /// - Returns: nil without both classes, when cancelled, or when no replicate gave figures.
  public func estimate(
    _ ranking: Ranking, targets: [RateTarget], clusters: [Int]? = nil,
    isCancelled: @Sendable () -> Bool = { false }
  ) -> BootstrapEstimate? {
    guard let roc = ROC(ranking), let area = DeLong.estimate(ranking, level: level) else {
      return nil
    }
    let resampler = Resampler(ranking, clusters: clusters)
    let draws = run(
      [PresortedRanking(ranking)], resampler: resampler, targets: targets,
      isCancelled: isCancelled)
    guard let draws else { return nil }
    let method: Interval.Method = clusters == nil ? .bootstrap : .clusterBootstrap
    guard var auc = percentiles(draws.column(0, of: 0), method: method) else { return nil }
    if auc.lower == auc.upper {
      let units = Double(resampler.smallestClass)
      let ends = Interval.binomialLimits(area.auc * units, of: units, level: level)
      auc = Interval(
        lower: ends.lower, upper: ends.upper, level: level, method: .disjointPairs)
    }
    let ratePercentiles = targets.indices.map { index in
      percentiles(
        draws.column(PresortedRanking.fixedFigures + index, of: 0), method: method)
    }
    let rates = targets.indices.map { index -> Interval? in
      guard let interval = ratePercentiles[index],
        let point = roc.operatingPoint(
          fpr: targets[index].fpr, convention: targets[index].convention)
      else { return nil }
      return widened(interval, at: point, roc: roc, resampler: resampler)
    }
    let advantage =
      clusters == nil
      ? roc.advantageInterval(level: level)
      : roc.advantageInterval(
        replicates: draws.column(1, of: 0).filter { !$0.isNaN }, units: resampler.units,
        level: level)
    return BootstrapEstimate(
      auc: auc, advantage: advantage, rates: rates, ratePercentiles: ratePercentiles,
      usedReplicates: draws.usedCount,
      smallestClass: resampler.smallestClass)
  }

  /// The intervals of the differences between two rankings, first minus second, paired by row.
  ///
  /// - Returns: nil without both classes, when the rankings do not hold the same labelled rows,
  ///   when cancelled, or when no replicate gave figures.
  public func compare(
    _ first: Ranking, _ second: Ranking, targets: [RateTarget], clusters: [Int]? = nil,
    isCancelled: @Sendable () -> Bool = { false }
  ) -> BootstrapComparison? {
    guard first.holdsSameRows(as: second), let firstROC = ROC(first), let secondROC = ROC(second),
      let firstAUC = first.auc(), let secondAUC = second.auc()
    else { return nil }
    let resampler = Resampler(first, clusters: clusters)
    let draws = run(
      [PresortedRanking(first), PresortedRanking(second, slots: first)], resampler: resampler,
      targets: targets, isCancelled: isCancelled)
    guard let draws else { return nil }
    func difference(_ column: Int, _ estimate: Double) -> BootstrapComparison.Difference? {
      let values = zip(draws.column(column, of: 0), draws.column(column, of: 1)).map { $0 - $1 }
      return self.difference(values, estimate: estimate, resampler: resampler)
    }
    guard let auc = difference(0, firstAUC - secondAUC) else { return nil }
    let rates = targets.indices.map { index -> BootstrapComparison.Difference? in
      let target = targets[index]
      guard
        let a = firstROC.operatingPoint(fpr: target.fpr, convention: target.convention),
        let b = secondROC.operatingPoint(fpr: target.fpr, convention: target.convention)
      else { return nil }
      let tested = difference(PresortedRanking.fixedFigures + index, a.tpr - b.tpr)
      guard a.resolution == .notResolvable, var found = tested else { return tested }
      let (first, second) = (
        firstROC.twoSidedTPRInterval(target, level: level),
        secondROC.twoSidedTPRInterval(target, level: level)
      )
      // Zou and Donner's recovery of variances, blind to the pairing and so wide.
      let below = (a.tpr - first.lower) * (a.tpr - first.lower)
      let above = (first.upper - a.tpr) * (first.upper - a.tpr)
      let otherBelow = (b.tpr - second.lower) * (b.tpr - second.lower)
      let otherAbove = (second.upper - b.tpr) * (second.upper - b.tpr)
      found.interval.lower = min(
        found.interval.lower, found.estimate - (below + otherAbove).squareRoot())
      found.interval.upper = max(
        found.interval.upper, found.estimate + (above + otherBelow).squareRoot())
      found.interval.method = .bootstrapWidened
      found.pValue = .nan
      return found
    }
    return BootstrapComparison(auc: auc, rates: rates, usedReplicates: draws.usedCount)
  }

  private func difference(
    _ values: [Double], estimate: Double, resampler: Resampler
  ) -> BootstrapComparison.Difference? {
    let method: Interval.Method = resampler.clusters == nil ? .bootstrap : .clusterBootstrap
    guard var interval = percentiles(values, method: method) else { return nil }
    if interval.lower == interval.upper {
      // No row moved: what a share that never showed among so many could still be, either way.
      let units = Double(resampler.smallestClass)
      let unseen = Interval.binomialLimits(0, of: units, level: level).upper
      interval = Interval(
        lower: max(-1, estimate - unseen), upper: min(1, estimate + unseen), level: level,
        method: .bootstrapWidened)
    }
    let used = values.filter { !$0.isNaN }
    let (below, above) = (used.count { $0 <= 0 }, used.count { $0 >= 0 })
    return BootstrapComparison.Difference(
      estimate: estimate, interval: interval,
      pValue: min(1, 2 * Double(1 + min(below, above)) / Double(1 + used.count)))
  }

  private func widened(
    _ interval: Interval, at point: OperatingPoint, roc: ROC, resampler: Resampler
  ) -> Interval {
    var parts = [point.tprInterval(level: level)]
    if point.resolution != .ok {
      parts.append(
        roc.twoSidedTPRInterval(
          RateTarget(fpr: point.fpr, convention: point.convention), level: level,
          limits: .clopperPearson))
    }
    if interval.lower == interval.upper, let clusters = resampler.clusters {
      let units = Double(clusters.memberClusters)
      let ends = Interval.binomialLimits(point.tpr * units, of: units, level: level)
      parts.append(
        Interval(lower: ends.lower, upper: ends.upper, level: level, method: .clopperPearson))
    }
    var result = interval
    for part in parts where part.lower < result.lower || part.upper > result.upper {
      result.lower = min(result.lower, part.lower)
      result.upper = max(result.upper, part.upper)
      result.method = .bootstrapWidened
    }
    return result
  }

  /// The percentile interval of the replicates, with linear interpolation between order statistics.
  private func percentiles(_ values: [Double], method: Interval.Method) -> Interval? {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard let lower = sorted.quantile((1 - level) / 2),
      let upper = sorted.quantile((1 + level) / 2)
    else { return nil }
    return Interval(lower: lower, upper: upper, level: level, method: method)
  }

  private func run(
    _ rankings: [PresortedRanking], resampler: Resampler, targets: [RateTarget],
    isCancelled: @Sendable () -> Bool
  ) -> Draws? {
    let columns = PresortedRanking.fixedFigures + targets.count
    let width = columns * rankings.count
    let values = parallelParts(count: replicates, threads: threads ?? availableThreads) { part in
      var results: [Double] = []
      results.reserveCapacity(part.count * width)
      var weights = ReplicateWeights(
        members: resampler.memberCount, nonMembers: resampler.nonMemberCount)
      var scratch = rankings.map(PresortedRanking.ReplicateScratch.init)
      for replicate in part {
        if isCancelled() { break }
        var generator = Xoshiro256(seed: seed, replicate: replicate)
        resampler.draw(into: &weights, using: &generator)
        for (index, ranking) in rankings.enumerated() {
          ranking.figures(weights, targets: targets, scratch: &scratch[index], into: &results)
        }
      }
      return results
    }
    guard values.count == replicates * width else { return nil }
    return Draws(values: values, columns: columns, rankings: rankings.count)
  }

  /// The figures of all replicates.
  private struct Draws {
    var values: [Double]
    var columns: Int
    var rankings: Int

    func column(_ column: Int, of ranking: Int) -> [Double] {
      stride(from: ranking * columns + column, to: values.count, by: columns * rankings)
        .map { values[$0] }
    }

    var usedCount: Int { column(0, of: 0).count { !$0.isNaN } }
  }
}

extension [Double] {
  /// A quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996).
  func quantile(_ share: Double) -> Double? {
    guard let last = indices.last else { return nil }
    let place = share * Double(last)
    let low = Int(saturating: place.rounded(.down))
    let high = Swift.min(low + 1, last)
    return self[low] + (place - Double(low)) * (self[high] - self[low])
  }
}
