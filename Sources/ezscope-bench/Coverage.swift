import Basics
import ScoringCore

/// How often an interval contains the truth, over simulated audits of known truth.
package struct CoverageRow: Sendable {
  /// The simulated situation.
  package var scenario: String
  /// The figure and the kind of interval.
  package var figure: String
  /// The nominal coverage.
  package var nominal: Double
  /// The share of trials whose interval contains the truth.
  package var covered: Double
  /// Twice the standard error of `covered`.
  package var margin: Double
  /// The mean width of the intervals.
  package var meanWidth: Double
  /// The true value.
  package var truth: Double
}

/// Two normal distributions, members higher by `shift`, read in steps of `grid` (0 for none).
package struct CoverageScenario: Sendable {
  package var members = 2000
  package var nonMembers = 2000
  package var shift: Double
  package var grid: Double

  package init(shift: Double, grid: Double) {
    self.shift = shift
    self.grid = grid
  }

  var name: String {
    "\(members)+\(nonMembers) shift \(shift)" + (grid > 0 ? " ties \(grid)" : "")
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
    for step in -Int(12 / grid)...Int(12 / grid) {
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
    for row in 0..<count {
      let value = generator.normal() + (row < members ? shift : 0)
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
    var tallies: [String: Tally] = [:]
    var names: [String] = []
    func record(_ name: String, _ interval: Interval?, _ truth: Double) {
      guard let interval else { return }
      if tallies[name] == nil { names.append(name) }
      tallies[name, default: Tally(truth: truth)].add(interval)
    }
    for trial in 0..<trials {
      let ranking = scenario.sample(&generator)
      guard let roc = ROC(ranking) else { continue }
      record("AUC, DeLong logit", DeLong.estimate(ranking)?.interval, scenario.auc)
      let targets = [RateTarget(fpr: 0.01), RateTarget(fpr: 0.001)]
      let bootstrap = Bootstrap(replicates: replicates, seed: UInt64(trial))
      let estimate = bootstrap.estimate(ranking, targets: targets)
      record("AUC, bootstrap", estimate?.auc, scenario.auc)
      for (index, target) in targets.enumerated() {
        let truth = scenario.tpr(atFPR: target.fpr)
        let name = "TPR at FPR \(target.fpr), "
        record(name + "percentiles alone", estimate?.ratePercentiles[index], truth)
        record(name + "bootstrap as reported", estimate?.rates[index], truth)
        record(name + "order statistics", roc.tprInterval(fpr: target.fpr), truth)
        let point = roc.operatingPoint(fpr: target.fpr)
        record(name + "Clopper-Pearson at the threshold", point?.tprInterval(), truth)
      }
      if let band = bandAsInterval(roc, scenario) { record("whole curve, band", band, 0) }
    }
    return names.compactMap { name in
      tallies[name].map { $0.row(scenario: scenario.name, figure: name) }
    }
  }
}

extension CoverageScenario {
  /// A weak and a strong leak at 2,000 + 2,000 sequences, each with and without ties.
  package static let standard = [1.0, 2.5].flatMap { shift in
    [0, 0.25].map { CoverageScenario(shift: shift, grid: $0) }
  }
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

private struct Tally {
  var truth: Double
  var count = 0
  var covered = 0
  var width = 0.0
  var level = 0.0

  mutating func add(_ interval: Interval) {
    count += 1
    covered += interval.contains(truth) ? 1 : 0
    width += interval.upper - interval.lower
    level = interval.level
  }

  func row(scenario: String, figure: String) -> CoverageRow {
    let share = Double(covered) / Double(count)
    return CoverageRow(
      scenario: scenario, figure: figure, nominal: level, covered: share,
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
