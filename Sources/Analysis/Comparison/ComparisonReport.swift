import Basics
import ScoringCore

/// Two runs compared over the sequences both hold, or attacks of one run; ready to be written.
package struct ComparisonReport {
  /// Told how many attacks are compared, and of how many.
  package typealias Progress = (_ done: Int, _ total: Int) -> Void

  /// One attack's comparison with its p-values corrected over all attacks.
  package struct Entry {
    package let attack: String
    package let comparison: PairedComparison
    package var aucHolm: Double?
    /// The paired bootstrap's, one for each rate; NaN where nothing was tested.
    package var ratesHolm: [Double]
  }

  /// An attack that a run lacks, and why.
  package struct Missing {
    package let attack: String
    package let run: String
    package let reason: String
    package var kind = Kind.refused

    package enum Kind {
      /// The evidence does not feed it.
      case unfed
      /// Only the other run's score file has it.
      case unscored
      case refused
    }
  }

  package let runs: [Run]
  package let shared: SharedSequences
  package let options: EvaluationOptions
  package let entries: [Entry]
  /// Attacks asked for that one of the runs lacks, and why.
  package let missing: [Missing]
  /// What each run's evidence does not feed, where all that can be had were asked for.
  package let lacking: [(run: String, attacks: [MissingEvidence])]
  /// What makes the comparison doubtful, and what makes each run doubtful.
  package let guards: ComparisonGuards
  /// The attack that others of the same run are compared with; nil where two runs are compared.
  package let baseline: String?
  /// Documents that the areas' tests and the intervals are over; nil where they are over sequences.
  package let documents: Int?
  /// Which attack `auto` became and why, in a sentence; nil where attacks were named.
  package let attackChoice: String?
  /// The leaked spans of both side by side; nil where attacks of one run are compared.
  package let leaks: LeakComparison?

  /// Compares two runs, attack by attack.
  package init(
    _ first: RunAnalysis, _ second: RunAnalysis, request: AttackRequest,
    options: EvaluationOptions, texts: TextGuards,
    progress: Progress = { _, _ in }
  ) throws(AnalysisError) {
    runs = [first.run, second.run]
    baseline = nil
    attackChoice = request.choice
    self.options = options
    for analysis in [first, second] {
      guard let reason = analysis.guardSubject.unseenMembers.refusal else { continue }
      throw AnalysisError(
        .noFigures,
        "\(analysis.run.name) is not compared, because \(reason); take a checkpoint at a whole epoch"
      )
    }
    let shared = SharedSequences(
      first.scores, second.scores, isIncluded: (first.isPrimary, second.isPrimary))
    self.shared = shared
    guard shared.count > 0 else {
      throw AnalysisError(
        .noFigures,
        "\(first.run.name) and \(second.run.name) share no sequences; runs are joined by id")
    }
    let names = first.scores.columns.map(\.attack).filter { second.scores.column($0) != nil }
    missing = Self.missing(first, second, request)
    lacking = Self.lacking([first, second], request)
    guard !names.isEmpty else {
      let reason = missing.first.map { ": \($0.run): \($0.reason)" } ?? ""
      throw AnalysisError(.noFigures, "the runs have no attack in common\(reason)")
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
    entries = Self.entries(pairs, shared, clusters, options, progress)
    leaks = LeakComparison(first, second)
  }

  /// Compares the attacks of one run with the first of them.
  package init(
    attacksOf analysis: RunAnalysis, request: AttackRequest, options: EvaluationOptions,
    texts: TextGuards, progress: Progress = { _, _ in }
  ) throws(AnalysisError) {
    runs = [analysis.run, analysis.run]
    leaks = nil
    attackChoice = request.choice
    self.options = options
    let shared = SharedSequences(
      analysis.scores, analysis.scores, isIncluded: (analysis.isPrimary, analysis.isPrimary))
    self.shared = shared
    missing = Self.missing(analysis, request)
    lacking = Self.lacking([analysis], request)
    guard let base = analysis.scores.columns.first, analysis.scores.columns.count > 1 else {
      let reason = missing.first.map { ": " + $0.reason } ?? ""
      throw AnalysisError(
        .badRequest,
        "one run is compared attack by attack, and that takes two attacks of it\(reason)")
    }
    baseline = base.attack
    guards = ComparisonGuards(attacksOf: analysis, fprs: options.fprs, texts: texts)
    let clusters = shared.clusters(analysis.documents)
    documents = clusters.map { Set($0).count }
    let pairs = analysis.scores.columns.dropFirst().map {
      (name: $0.attack, first: $0, second: base)
    }
    entries = Self.entries(pairs, shared, clusters, options, progress)
  }

  private static func entries(
    _ pairs: [(name: String, first: ScoreColumn, second: ScoreColumn)], _ shared: SharedSequences,
    _ clusters: [Int]?, _ options: EvaluationOptions, _ progress: Progress
  ) -> [Entry] {
    var entries: [Entry] = []
    for (number, pair) in pairs.enumerated() {
      progress(number, pairs.count)
      let comparison = PairedComparison(
        pair.first, pair.second, over: shared, clusters: clusters, options: options)
      guard let comparison else { continue }
      entries.append(
        Entry(attack: pair.name, comparison: comparison, ratesHolm: []))
    }
    return corrected(entries)
  }

  private static func missing(
    _ first: RunAnalysis, _ second: RunAnalysis, _ request: AttackRequest
  ) -> [Missing] {
    var missing: [Missing] = []
    for (run, other) in [(first, second), (second, first)] {
      let present = run.scores.columns.map(\.attack)
      let own = Self.missing(run, request)
      missing += own
      for attack in other.scores.columns.map(\.attack)
      where !present.contains(attack) && !own.contains(where: { $0.attack == attack }) {
        missing.append(
          Missing(
            attack: attack, run: run.run.name, reason: "there are no scores of \(attack)",
            kind: .unscored))
      }
    }
    return missing
  }

  private static func missing(_ analysis: RunAnalysis, _ request: AttackRequest) -> [Missing] {
    let unfed = Set(analysis.unavailable.map(\.attack))
    return request.missing(
      from: analysis.scores.columns.map(\.attack), unavailable: analysis.unavailable,
      isScoreFile: analysis.table == nil
    ).map { attack, reason in
      Missing(
        attack: attack, run: analysis.run.name, reason: reason,
        kind: unfed.contains(attack) ? .unfed : .refused)
    }
  }

  private static func lacking(
    _ analyses: [RunAnalysis], _ request: AttackRequest
  ) -> [(run: String, attacks: [MissingEvidence])] {
    analyses.compactMap { analysis in
      let lacking = request.lacking(analysis.unavailable)
      return lacking.isEmpty ? nil : (analysis.run.name, lacking)
    }
  }

  /// Entries with Holm's correction over attacks, for each kind of test by itself.
  private static func corrected(_ entries: [Entry]) -> [Entry] {
    let areas = Holm.adjusted(entries.map { $0.comparison.auc?.pValue ?? .nan })
    let rates = entries.map(\.comparison.rates.count).max() ?? 0
    let tests = (0..<rates).map { rate in
      Holm.adjusted(
        entries.map {
          rate < $0.comparison.rates.count
            ? $0.comparison.rates[rate].difference?.pValue ?? .nan : .nan
        })
    }
    return entries.enumerated().map { index, entry in
      var entry = entry
      entry.aucHolm = areas[index].isNaN ? nil : areas[index]
      entry.ratesHolm = tests.map { $0[index] }
      return entry
    }
  }
}
