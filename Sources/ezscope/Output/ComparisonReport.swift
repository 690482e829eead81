import Dashboard
import ScoringCore

/// Two runs compared over the sequences both hold, ready to be written.
struct ComparisonReport {
  /// One attack's comparison with its p-values corrected over all attacks.
  struct Entry {
    let attack: String
    let comparison: PairedComparison
    var aucHolm: Double?
    /// One for each rate.
    var mcNemarHolm: [Double]
  }

  let runs: [Run]
  let shared: SharedSequences
  let options: EvaluationOptions
  let entries: [Entry]
  /// Attacks asked for that one of the runs lacks, and why.
  let missing: [(attack: String, reason: String)]
  /// What makes the comparison doubtful, and what makes each run doubtful.
  let guards: ComparisonGuards

  init(
    _ first: RunAnalysis, _ second: RunAnalysis, request: AttackRequest,
    options: EvaluationOptions, texts: TextGuards, reporter: Reporter
  ) throws(CommandFailure) {
    runs = [first.run, second.run]
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
    var entries: [Entry] = []
    for (number, name) in names.enumerated() {
      reporter.report(
        Reporter.Progress(task: "Comparing", done: number, total: names.count, unit: "attacks"))
      guard let a = first.scores.column(name), let b = second.scores.column(name),
        let comparison = PairedComparison(a, b, over: shared, options: options)
      else { continue }
      entries.append(Entry(attack: name, comparison: comparison, mcNemarHolm: []))
    }
    reporter.erase()
    self.entries = Self.corrected(entries)
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
    let tests = (0..<rates).map { rate in
      Holm.adjusted(
        entries.map {
          rate < $0.comparison.rates.count ? $0.comparison.rates[rate].members.pValue : .nan
        })
    }
    return entries.enumerated().map { index, entry in
      var entry = entry
      entry.aucHolm = areas[index].isNaN ? nil : areas[index]
      entry.mcNemarHolm = tests.map { $0[index] }
      return entry
    }
  }
}
