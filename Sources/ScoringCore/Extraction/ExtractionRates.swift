/// How much of some sequences a model reproduces, with the uncertainty over sequences.
public struct ExtractionRates: Sendable {
  /// Sequences with at least one continuation.
  public let sequences: Int
  /// Continuations of them all.
  public let samples: Int
  /// Sequences that at least one continuation reproduces verbatim.
  public let verbatim: Proportion
  /// Sequences that at least one continuation reproduces with at most a tenth of tokens edited.
  public let nearVerbatim: Proportion
  /// The median over sequences of the longest shared run, in tokens; nil for no sequences.
  public let medianRun: Double?
  /// The longest shared run of all.
  public let longestRun: Int
  /// The mean over sequences of ROUGE-L's F; nil for no sequences.
  public let rougeL: Double?
  /// Its interval, from a bootstrap over sequences; nil for fewer than two.
  public let rougeLInterval: Interval?
  /// The mean share of a sequence's continuations that are verbatim.
  public let meanVerbatimShare: Double?
  /// The fewest and the most tokens that decided about verbatim reproduction.
  public let comparedTokens: ClosedRange<Int>?

  /// Sums up sequences.
  public init(
    _ rows: [SequenceReproduction], level: Double = 0.95, replicates: Int = 1000,
    seed: UInt64 = 1
  ) {
    sequences = rows.count
    samples = rows.reduce(0) { $0 + $1.samples }
    verbatim = Proportion(rows.count { $0.verbatim > 0 }, of: rows.count, level: level)
    nearVerbatim = Proportion(rows.count { $0.nearVerbatim > 0 }, of: rows.count, level: level)
    medianRun = rows.map { Double($0.longestRun) }.sorted().quantile(0.5)
    longestRun = rows.map(\.longestRun).max() ?? 0
    rougeL = Self.mean(rows.map(\.rougeL))
    meanVerbatimShare = Self.mean(rows.map(\.verbatimShare))
    let fewest = rows.map(\.comparedTokens).min()
    comparedTokens = fewest.map { $0...(rows.map(\.comparedTokens).max() ?? $0) }
    rougeLInterval = Resamples(strata: [rows.count], seed: seed)
      .interval(of: rows.map(\.rougeL), level: level, replicates: replicates)
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

/// (n, p)-discoverable extraction (Hayes and others 2024): from how many samples a text comes out.
public struct Discoverability: Hashable, Sendable {
  /// How often one would ask.
  public let tries: Int
  /// The wanted chance that at least one answer is verbatim.
  public let chance: Double
  /// The sequences for which that chance is reached.
  public let share: Proportion

  /// The share of sequences whose chance of a verbatim answer within `tries` is at least `chance`.
  ///
  /// A sequence's chance a try is the share of its own samples that are verbatim: with k samples
  /// no chance under 1/k can be seen, so that many tries are judged from few samples with care.
  public init(
    _ rows: [SequenceReproduction], tries: Int, chance: Double, level: Double = 0.95
  ) {
    self.tries = tries
    self.chance = chance
    let found = rows.count { row in
      var missed = 1.0
      for _ in 0..<tries { missed *= 1 - row.verbatimShare }
      return 1 - missed >= chance
    }
    share = Proportion(found, of: rows.count, level: level)
  }
}
