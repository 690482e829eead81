import Basics
import ScoringCore

/// How often a test rejects where two runs leak alike: its size, over simulated audits.
package struct SizeRow: Sendable {
  /// What is tested, and how.
  package var test: String
  /// Whether the program reports this test; others stand beside it to show what it saves from.
  package var isReported: Bool
  /// Audits in which there was a p-value.
  package var tested: Int
  /// Audits with p < 0.05.
  package var rejected: Int
  /// Whether the figure is marked as weak.
  package var isWeak: Bool

  /// The share of audits that reject a true "no difference".
  package var size: Double { tested == 0 ? 0 : Double(rejected) / Double(tested) }
  /// Twice its standard error.
  package var margin: Double {
    tested == 0 ? 0 : 2 * (size * (1 - size) / Double(tested)).squareRoot()
  }
  /// Whether the test rejects no oftener than in 7 % of audits, give or take the margin.
  package var isKept: Bool { size - margin <= 0.07 }
}

/// Two runs whose members are higher by the same `shift` and whose scores of a sequence share a
/// part of their variance, so that every difference between their curves is chance.
package struct SizeScenario: Sendable {
  package var count: Int
  package var shift: Double
  /// The share of variance that the two scores of a sequence have in common.
  package var common: Double

  package var name: String {
    "\(count) + \(count), members higher by \(shift) sd in both runs, correlation \(common)"
  }

  /// Few and many sequences, a weak and a strong leak, unlike and like runs.
  package static let standard = [400, 2000].flatMap { count in
    [1.0, 2.5].flatMap { shift in
      [0.0, 0.5, 0.9].map { SizeScenario(count: count, shift: shift, common: $0) }
    }
  }

  func sample(_ generator: inout SplitMix64) -> (Ranking, Ranking) {
    let labels: [Label] = (0..<2 * count).map { $0 < count ? .member : .nonMember }
    var (first, second): ([Double], [Double]) = ([], [])
    for label in labels {
      let shared = common.squareRoot() * generator.normal()
      let own = (1 - common).squareRoot()
      let height = shared + (label == .member ? shift : 0)
      first.append(height + own * generator.normal())
      second.append(height + own * generator.normal())
    }
    return (Ranking(values: first, labels: labels), Ranking(values: second, labels: labels))
  }
}

/// Simulates audits of two runs that leak alike and counts how often each test says otherwise.
package func measureSizes(
  _ scenario: SizeScenario, trials: Int, replicates: Int, seed: UInt64 = 1
) -> [SizeRow] {
  var generator = SplitMix64(seed: seed)
  var rows: [SizeRow] = []
  func record(_ test: String, _ pValue: Double?, isReported: Bool = true, isWeak: Bool = false) {
    let place = rows.firstIndex { $0.test == test } ?? rows.count
    if place == rows.count {
      rows.append(
        SizeRow(test: test, isReported: isReported, tested: 0, rejected: 0, isWeak: isWeak))
    }
    guard let pValue, !pValue.isNaN else { return }
    rows[place].tested += 1
    rows[place].rejected += pValue < 0.05 ? 1 : 0
  }
  let targets = [RateTarget(fpr: 0.01), RateTarget(fpr: 0.001)]
  for trial in 0..<trials {
    let (first, second) = scenario.sample(&generator)
    guard let one = ROC(first), let other = ROC(second) else { continue }
    record("AUC, DeLong", DeLong.compare(first, second)?.pValue)
    let found = Bootstrap(replicates: replicates, seed: UInt64(trial))
      .compare(first, second, targets: targets)
    for (index, target) in targets.enumerated() {
      guard let a = one.operatingPoint(fpr: target.fpr),
        let b = other.operatingPoint(fpr: target.fpr)
      else { continue }
      let name = "TPR@\(target.fpr == 0.01 ? "1%" : "0.1%"), "
      record(
        name + "paired bootstrap", found?.rates[index]?.pValue, isWeak: a.resolution == .weak)
      record(
        name + "McNemar at estimated thresholds",
        McNemar.compare(first, second, thresholds: (a.threshold, b.threshold))?.pValue,
        isReported: false)
    }
  }
  return rows
}

/// How far the TPR of a convention lies off the truth on average.
package struct BiasRow: Sendable {
  package var name: String
  /// The mean figure over the truth, less 1.
  package var bias: Double
  /// Twice the standard error of `bias`.
  package var margin: Double
  /// The mean true FPR of the thresholds.
  package var trueFPR: Double
}

/// The bias of TPRs and of their thresholds' FPRs, over simulated audits.
package func measureBias(
  count: Int, shift: Double, trials: Int, seed: UInt64 = 1
) -> [BiasRow] {
  let scenario = CoverageScenario(shift: shift, count: count)
  return [0.01, 0.001].flatMap { fpr in
    [FPRConvention.achievable, .conservative].map { convention in
      var generator = SplitMix64(seed: seed)
      let truth = scenario.tpr(atFPR: fpr)
      var (sum, squares, rates) = (0.0, 0.0, 0.0)
      for _ in 0..<trials {
        let point = ROC(scenario.sample(&generator))?
          .operatingPoint(fpr: fpr, convention: convention)
        let ratio = (point?.tpr ?? 0) / truth
        sum += ratio
        squares += ratio * ratio
        rates += point?.trueFPR ?? 0
      }
      let mean = sum / Double(trials)
      return BiasRow(
        name: "TPR@\(fpr == 0.01 ? "1%" : "0.1%"), \(convention.rawValue)", bias: mean - 1,
        margin: 2 * ((squares / Double(trials) - mean * mean) / Double(trials)).squareRoot(),
        trueFPR: rates / Double(trials))
    }
  }
}

extension OperatingPoint {
  /// The FPR of the threshold where non-members score as a standard normal variable.
  fileprivate var trueFPR: Double { threshold.map { 1 - Normal.cdf($0.value) } ?? 0 }
}
