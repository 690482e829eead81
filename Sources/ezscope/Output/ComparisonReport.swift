import Dashboard
import ScoringCore

/// Two runs compared over the sequences both hold, or attacks of one run; ready to be written.
struct ComparisonReport {
  /// One attack's comparison with its p-values corrected over all attacks.
  struct Entry {
    let attack: String
    let comparison: PairedComparison
    var aucHolm: Double?
    /// One for each rate.
    var mcNemarHolm: [Double]
    /// The paired bootstrap's, one for each rate; NaN without replicates.
    var bootstrapHolm: [Double]
  }

  let runs: [Run]
  let shared: SharedSequences
  let options: EvaluationOptions
  let entries: [Entry]
  /// Attacks asked for that one of the runs lacks, and why.
  let missing: [(attack: String, reason: String)]
  /// What makes the comparison doubtful, and what makes each run doubtful.
  let guards: ComparisonGuards
  /// The attack that others of the same run are compared with; nil where two runs are compared.
  let baseline: String?
  /// Documents that the areas' tests and the intervals are over; nil where they are over sequences.
  let documents: Int?

  /// Compares two runs, attack by attack.
  init(
    _ first: RunAnalysis, _ second: RunAnalysis, request: AttackRequest,
    options: EvaluationOptions, texts: TextGuards, reporter: Reporter
  ) throws(CommandFailure) {
    runs = [first.run, second.run]
    baseline = nil
    self.options = options
    let shared = SharedSequences(
      first.scores, second.scores, isIncluded: (first.isPrimary, second.isPrimary))
    self.shared = shared
    guard shared.count > 0 else {
      throw CommandFailure(
        .badData,
        "\(first.run.name) and \(second.run.name) share no sequences; runs are joined by id")
    }
    let names = first.scores.columns.map(\.attack).filter { second.scores.column($0) != nil }
    missing = Self.missing(first, second, request)
    guard !names.isEmpty else {
      let reason = missing.first.map { ": " + $0.reason } ?? ""
      throw CommandFailure(.badData, "the runs have no attack in common\(reason)")
    }
    guards = ComparisonGuards(
      first, second, fprs: options.fprs, nonMembers: shared.nonMemberCount, texts: texts)
    let clusters =
      shared.clusters(first.documents)
      ?? second.documents.map { ids in shared.second.map { ids[Int($0)] } }
    documents = clusters.map { Set($0).count }
    let pairs = names.compactMap { name in
      first.scores.column(name).flatMap { a in
        second.scores.column(name).map { (name: name, first: a, second: $0) }
      }
    }
    entries = Self.entries(pairs, shared, clusters, options, reporter)
  }

  /// Compares the attacks of one run with the first of them.
  init(
    attacksOf analysis: RunAnalysis, request: AttackRequest, options: EvaluationOptions,
    texts: TextGuards, reporter: Reporter
  ) throws(CommandFailure) {
    runs = [analysis.run, analysis.run]
    self.options = options
    let shared = SharedSequences(
      analysis.scores, analysis.scores, isIncluded: (analysis.isPrimary, analysis.isPrimary))
    self.shared = shared
    missing = request.missing(
      from: analysis.scores.columns.map(\.attack), unavailable: analysis.unavailable,
      isScoreFile: analysis.table == nil)
    guard let base = analysis.scores.columns.first, analysis.scores.columns.count > 1 else {
      let reason = missing.first.map { ": " + $0.reason } ?? ""
      throw .usage(
        "one run is compared attack by attack, and that takes two attacks of it\(reason)")
    }
    baseline = base.attack
    guards = ComparisonGuards(attacksOf: analysis, fprs: options.fprs, texts: texts)
    let clusters = shared.clusters(analysis.documents)
    documents = clusters.map { Set($0).count }
    let pairs = analysis.scores.columns.dropFirst().map {
      (name: $0.attack, first: $0, second: base)
    }
    entries = Self.entries(pairs, shared, clusters, options, reporter)
  }

  private static func entries(
    _ pairs: [(name: String, first: ScoreColumn, second: ScoreColumn)], _ shared: SharedSequences,
    _ clusters: [Int]?, _ options: EvaluationOptions, _ reporter: Reporter
  ) -> [Entry] {
    var entries: [Entry] = []
    for (number, pair) in pairs.enumerated() {
      reporter.report(
        Reporter.Progress(task: "Comparing", done: number, total: pairs.count, unit: "attacks"))
      let comparison = PairedComparison(
        pair.first, pair.second, over: shared, clusters: clusters, options: options)
      guard let comparison else { continue }
      entries.append(
        Entry(attack: pair.name, comparison: comparison, mcNemarHolm: [], bootstrapHolm: []))
    }
    reporter.erase()
    return corrected(entries)
  }

  private static func missing(
    _ first: RunAnalysis, _ second: RunAnalysis, _ request: AttackRequest
  ) -> [(attack: String, reason: String)] {
    var missing: [(attack: String, reason: String)] = []
    for (run, other) in [(first, second), (second, first)] {
      let present = run.scores.columns.map(\.attack)
      let reasons = request.missing(
        from: present, unavailable: run.unavailable, isScoreFile: run.table == nil)
      for (attack, reason) in reasons { missing.append((attack, "\(run.run.name): \(reason)")) }
      for attack in other.scores.columns.map(\.attack)
      where !present.contains(attack) && !reasons.contains(where: { $0.attack == attack }) {
        missing.append((attack, "\(run.run.name): there are no scores of \(attack)"))
      }
    }
    return missing
  }

  /// Entries with Holm's correction over attacks, for each kind of test by itself.
  private static func corrected(_ entries: [Entry]) -> [Entry] {
    let areas = Holm.adjusted(entries.map { $0.comparison.auc?.pValue ?? .nan })
    let rates = entries.map(\.comparison.rates.count).max() ?? 0
    func corrected(_ pValue: (PairedComparison.Rate) -> Double?) -> [[Double]] {
      (0..<rates).map { rate in
        Holm.adjusted(
          entries.map {
            rate < $0.comparison.rates.count ? pValue($0.comparison.rates[rate]) ?? .nan : .nan
          })
      }
    }
    let tests = corrected { $0.members.pValue }
    let resampled = corrected { $0.difference?.pValue }
    return entries.enumerated().map { index, entry in
      var entry = entry
      entry.aucHolm = areas[index].isNaN ? nil : areas[index]
      entry.mcNemarHolm = tests.map { $0[index] }
      entry.bootstrapHolm = resampled.map { $0[index] }
      return entry
    }
  }
}
