import Basics
import ScoringCore

/// How often an interval contains the truth, over simulated audits of known truth.
package struct CoverageRow: Sendable {
  /// The simulated situation.
  package var scenario: String
  /// The figure and the kind of interval.
  package var figure: String
  /// Whether the program reports this interval; others stand beside it to show what it saves from.
  package var isReported: Bool
  /// The nominal coverage.
  package var nominal: Double
  /// The share of trials whose interval contains the truth.
  package var covered: Double
  /// The share of trials whose interval lies below the truth: its upper end is too low.
  package var below: Double
  /// The share of trials whose interval lies above the truth: its lower end is too high.
  package var above: Double
  /// Twice the standard error of `covered`.
  package var margin: Double
  /// The mean width of the intervals.
  package var meanWidth: Double
  /// The true value.
  package var truth: Double

  /// Whether the coverage is what the nominal one promises, within two points and the margin.
  package var verdict: Verdict {
    if covered + margin < nominal - 0.02 { return .short }
    return covered - margin > nominal + 0.02 ? .wide : .kept
  }

  /// How coverage compares with what was promised.
  package enum Verdict: String, Sendable {
    case kept = "kept"
    /// Covers more than it promises: safe, and wider than it need be.
    case wide = "wide"
    case short = "FALLS SHORT"
  }
}

/// Two normal distributions, members higher by `shift`, read in steps of `grid` (0 for none), cut
/// from documents of `document` sequences (1 for none) that share half of their variance.
package struct CoverageScenario: Sendable {
  package var members: Int
  package var nonMembers: Int
  package var shift: Double
  package var grid: Double
  package var document: Int

  /// Whether intervals are resampled too, which takes long with many sequences.
  package var isResampled: Bool { members + nonMembers <= 4000 }

  package init(shift: Double, grid: Double = 0, document: Int = 1, count: Int = 2000) {
    members = count
    nonMembers = count
    self.shift = shift
    self.grid = grid
    self.document = document
  }

  package var name: String {
    "\(members) + \(nonMembers), members higher by \(shift) sd"
      + (grid > 0 ? ", ties in steps of \(grid)" : "")
      + (document > 1 ? ", documents of \(document)" : "")
  }

  /// The document of each sequence; nil where each stands for itself.
  var documents: [Int]? {
    document > 1 ? (0..<members + nonMembers).map { $0 / document } : nil
  }

  /// The largest true TPR − FPR over all thresholds.
  var advantage: Double {
    guard grid > 0 else { return 2 * Normal.cdf(shift / 2) - 1 }
    return steps.reduce(0) { best, step in
      let value = Double(step) * grid
      return max(best, tail(above: value, mean: shift) - tail(above: value, mean: 0))
    }
  }

  /// The grid's points within twelve standard deviations.
  private var steps: ClosedRange<Int> {
    let most = Int(saturating: 12 / grid)
    return -most...most
  }

  /// P(score > threshold) for a score with mean `mean`; on a grid, thresholds are grid points.
  private func tail(above threshold: Double, mean: Double) -> Double {
    let edge = grid > 0 ? threshold + grid / 2 : threshold
    return Normal.cdf(mean - edge)
  }

  /// The true area, ties one half.
  var auc: Double {
    guard grid > 0 else { return Normal.cdf(shift / 2.0.squareRoot()) }
    var sum = 0.0
    for step in steps {
      let value = Double(step) * grid
      let above = tail(above: value, mean: shift)
      let here = tail(above: value - grid, mean: shift) - above
      let nonMember = tail(above: value - grid, mean: 0) - tail(above: value, mean: 0)
      sum += nonMember * (above + here / 2)
    }
    return sum
  }

  /// The best true TPR of a threshold whose true FPR is at most `fpr`.
  func tpr(atFPR fpr: Double) -> Double {
    let exact = -Normal.quantile(fpr)
    guard grid > 0 else { return tail(above: exact, mean: shift) }
    var threshold = (exact / grid).rounded() * grid - 2 * grid
    while tail(above: threshold, mean: 0) > fpr { threshold += grid }
    return tail(above: threshold, mean: shift)
  }

  func sample(_ generator: inout SplitMix64) -> Ranking {
    let count = members + nonMembers
    var values: [Double] = []
    values.reserveCapacity(count)
    var shared = 0.0
    for row in 0..<count {
      var value = generator.normal()
      if document > 1 {
        if row % document == 0 { shared = generator.normal() }
        value = (value + shared) * 0.5.squareRoot()
      }
      value += row < members ? shift : 0
      values.append(grid > 0 ? (value / grid).rounded() * grid : value)
    }
    return Ranking(
      values: values, labels: (0..<count).map { $0 < members ? .member : .nonMember })
  }
}

/// Simulates audits and counts how often each interval contains the truth.
///
/// - Parameters:
///   - scenarios: the situations.
///   - trials: audits per situation.
///   - replicates: bootstrap replicates per audit.
///   - seed: the seed of the simulation.
package func measureCoverage(
  _ scenarios: [CoverageScenario] = CoverageScenario.standard, trials: Int = 1000,
  replicates: Int = 1000, seed: UInt64 = 1
) -> [CoverageRow] {
  scenarios.flatMap { scenario in
    var generator = SplitMix64(seed: seed)
    var tallies: [String: CoverageTally] = [:]
    var names: [String] = []
    var aside: Set<String> = []
    func record(_ name: String, _ interval: Interval?, _ truth: Double, isReported: Bool = true) {
      guard let interval else { return }
      if tallies[name] == nil { names.append(name) }
      if !isReported { aside.insert(name) }
      tallies[name, default: CoverageTally(truth: truth)].add(interval)
    }
    let documents = scenario.documents
    for trial in 0..<trials {
      let ranking = scenario.sample(&generator)
      guard let roc = ROC(ranking) else { continue }
      record(
        "AUC, DeLong logit", DeLong.estimate(ranking, clusters: documents)?.interval, scenario.auc)
      if documents != nil {
        record(
          "AUC, DeLong blind to documents", DeLong.estimate(ranking)?.interval, scenario.auc,
          isReported: false)
      }
      let targets = [RateTarget(fpr: 0.01), RateTarget(fpr: 0.001)]
      let bootstrap = Bootstrap(replicates: replicates, seed: UInt64(trial))
      let estimate =
        scenario.isResampled
        ? bootstrap.estimate(ranking, targets: targets, clusters: documents) : nil
      record("AUC, bootstrap", estimate?.auc, scenario.auc, isReported: false)
      record(
        "advantage", documents == nil ? roc.advantageInterval() : estimate?.advantage,
        scenario.advantage)
      for (index, target) in targets.enumerated() {
        let truth = scenario.tpr(atFPR: target.fpr)
        let name = "TPR@\(target.fpr == 0.01 ? "1%" : "0.1%"), "
        let blind = documents == nil ? "" : " (blind to documents)"
        record(
          name + "order statistics, mid-P" + blind, roc.tprInterval(fpr: target.fpr), truth,
          isReported: documents == nil)
        record(
          name + "order statistics, exact" + blind,
          roc.tprInterval(fpr: target.fpr, limits: .clopperPearson), truth, isReported: false)
        record(name + "bootstrap, widened", estimate?.rates[index], truth)
        record(
          name + "percentiles alone", estimate?.ratePercentiles[index], truth, isReported: false)
        let point = roc.operatingPoint(fpr: target.fpr)
        record(
          name + "Clopper-Pearson at the threshold", point?.tprInterval(), truth,
          isReported: false)
      }
      if documents == nil, let band = bandAsInterval(roc, scenario) {
        record("whole curve, simultaneous band", band, 0)
      }
    }
    return names.compactMap { name in
      tallies[name].map {
        $0.row(scenario: scenario.name, figure: name, isReported: !aside.contains(name))
      }
    }
  }
}

extension CoverageScenario {
  /// No leak, a weak and a strong one at 20 to 10,000 of each class; both leaks with ties, and where
  /// ten sequences come from each document, at 2,000.
  package static let standard =
    [20, 100, 400, 2000, 10_000].flatMap { count in
      [0.0, 1, 2.5].map { CoverageScenario(shift: $0, count: count) }
    }
    + [20, 2000].flatMap { count in
      [1.0, 2.5].map { CoverageScenario(shift: $0, grid: 0.25, count: count) }
    }
    + [1.0, 2.5].map { CoverageScenario(shift: $0, document: 10) }
}

/// The band's mean width as an interval's, and whether it contains the true curve on a fine grid
/// as whether the interval contains 0.
private func bandAsInterval(_ roc: ROC, _ scenario: CoverageScenario) -> Interval? {
  let band = ROCBand(roc)
  var (isInside, width) = (true, 0.0)
  let count = 400
  for index in 1..<count {
    // Even steps and even decades alike.
    let fpr =
      index % 2 == 0
      ? Double(index) / Double(count) : Normal.cdf(-4 + 4 * Double(index) / Double(count))
    let limits = band.limits(atFPR: fpr)
    let truth = scenario.tpr(atFPR: fpr)
    isInside = isInside && limits.lower <= truth && truth <= limits.upper
    width += (limits.upper - limits.lower) / Double(count - 1)
  }
  return Interval(
    lower: isInside ? 0 : 1, upper: isInside ? width : 1 + width, level: band.level,
    method: .orderStatistics)
}

/// Counts how often intervals contain a truth.
struct CoverageTally {
  var truth: Double
  var count = 0
  var below = 0
  var above = 0
  var width = 0.0
  var level = 0.0

  mutating func add(_ interval: Interval) {
    count += 1
    below += interval.upper < truth ? 1 : 0
    above += interval.lower > truth ? 1 : 0
    width += interval.upper - interval.lower
    level = interval.level
  }

  func row(scenario: String, figure: String, isReported: Bool) -> CoverageRow {
    let share = 1 - Double(below + above) / Double(count)
    return CoverageRow(
      scenario: scenario, figure: figure, isReported: isReported, nominal: level, covered: share,
      below: Double(below) / Double(count), above: Double(above) / Double(count),
      margin: 2 * (share * (1 - share) / Double(count)).squareRoot(),
      meanWidth: width / Double(count), truth: truth)
  }
}

extension SplitMix64 {
  /// A standard normal number by inversion.
  mutating func normal() -> Double {
    Normal.quantile((Double(next() >> 11) + 0.5) / 9_007_199_254_740_992)
  }
}
