import Basics

/// Replicates of a sample whose units are drawn, with replacement, within strata.
///
/// Units are numbered through all strata: those of the first come first. Replicate r draws from a
/// generator seeded by (seed, r), so results do not depend on the number of threads.
struct Resamples: Sendable {
  /// How many units each stratum has.
  let strata: [Int]
  let seed: UInt64

  /// The number of units.
  var count: Int { strata.reduce(0, +) }

  /// How often each unit occurs in a replicate.
  func weights(ofReplicate replicate: Int) -> [UInt8] {
    var generator = Xoshiro256(seed: seed, replicate: replicate)
    var weights: [UInt8] = []
    weights.reserveCapacity(count)
    for size in strata {
      var part = [UInt8](repeating: 0, count: size)
      Resampler.draw(into: &part, using: &generator)
      weights += part
    }
    return weights
  }

  /// Figures of every replicate: one row each, all of the same width.
  func figures(
    replicates: Int, isCancelled: @Sendable () -> Bool = { false },
    _ body: @Sendable (_ weights: [UInt8]) -> [Double]
  ) -> [[Double]] {
    parallelParts(count: replicates, threads: availableThreads) { part in
      part.compactMap { isCancelled() ? nil : body(weights(ofReplicate: $0)) }
    }
  }

  /// The percentile interval of the mean of values, one a unit; nil for fewer than two units.
  func interval(of values: [Double], level: Double, replicates: Int) -> Interval? {
    guard values.count >= 2, replicates > 0 else { return nil }
    let means = figures(replicates: replicates) { weights in
      [zip(values, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(values.count)]
    }
    return Interval(bootstrap: means.map { $0[0] }, level: level)
  }
}

extension Interval {
  /// The percentiles of replicates; nil where none gave a number.
  init?(bootstrap values: [Double], level: Double) {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard let lower = sorted.quantile((1 - level) / 2),
      let upper = sorted.quantile((1 + level) / 2)
    else { return nil }
    self.init(lower: lower, upper: upper, level: level, method: .bootstrap)
  }
}
