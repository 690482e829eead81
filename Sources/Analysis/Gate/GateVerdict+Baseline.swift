import Basics
import ScoringCore

extension GateVerdict {
  /// Whether a run is no worse than one of a baseline, attack by attack: the AUC may not rise.
  ///
  /// Paired over the sequences that both hold; `budget` is the rise that is still allowed.
  package static func baseline(
    _ run: RunAnalysis, _ old: RunAnalysis, budget: Double
  ) -> [GateVerdict] {
    let shared = SharedSequences(
      run.scores, old.scores, isIncluded: (run.isPrimary, old.isPrimary))
    let name = run.run.name
    return run.attacks.map { attack -> GateVerdict in
      let measure = Measure.baseline(attack: attack.spelling)
      guard let own = run.scores.column(attack.spelling),
        let other = old.scores.column(attack.spelling)
      else {
        return .undecided(
          name, measure, budget: budget,
          because: "the baseline has no \(attack.spelling): leave it out with --attack.")
      }
      func ranking(_ column: ScoreColumn, _ rows: [Int32]) -> Ranking {
        Ranking(
          values: rows.map { column.values[Int($0)] },
          statuses: rows.map { column.statuses[Int($0)] }, labels: shared.labels)
      }
      guard
        let areas = DeLong.compare(
          ranking(own, shared.first), ranking(other, shared.second),
          clusters: shared.clusters(run.documents))
      else {
        return .undecided(
          name, measure, budget: budget,
          because: "the baseline shares \(NumberFormat.counted(shared.memberCount, "member")) and "
            + "\(NumberFormat.counted(shared.nonMemberCount, "non-member")): export the same "
            + "sequences for both.")
      }
      // Scores without any variation between the runs have no interval: the difference is exact.
      let ends =
        areas.interval
        ?? Interval(
          lower: areas.difference, upper: areas.difference, level: 0.95, method: .normal)
      let words =
        "\(name): \(attack.spelling) has an AUC \(NumberFormat.signed(areas.difference, 3)) off the "
        + "baseline's, 95% interval \(NumberFormat.signed(ends.lower, 3)) to "
        + "\(NumberFormat.signed(ends.upper, 3)), paired over "
        + "\(NumberFormat.counted(shared.memberCount, "member")) and "
        + "\(NumberFormat.counted(shared.nonMemberCount, "non-member")). "
      let isWithin = ends.upper <= budget
      return GateVerdict(
        run: name, measure, budget: budget, isWithin ? .passed : .failed,
        figure: areas.difference, interval: ends,
        reason: words
          + (isWithin
            ? "It rose by no more than the \(NumberFormat.plain(budget)) allowed."
            : ends.lower > budget
              ? "It rose by more than the \(NumberFormat.plain(budget)) allowed."
              : "A rise of no more than \(NumberFormat.plain(budget)) is not shown."))
    }
  }
}
