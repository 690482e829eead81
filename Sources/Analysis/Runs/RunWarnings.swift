import Basics
import ScoringCore

/// What a reader must know before trusting a run's figures, in plain sentences, the gravest first.
package enum RunWarnings {
  package static func sentences(
    _ run: Run, analysis: RunAnalysis?, attack spelling: String, guards: [GuardFinding] = []
  ) -> [String] {
    guard let analysis else { return [] }
    let found = tripped(guards, spelling)
    guard let index = analysis.attackIndex(spelling) else {
      return [missing(spelling, analysis)] + found.map(\.sentence) + scoresOnly(analysis)
    }
    let evaluation = analysis.attacks[index].evaluation
    // The guard over edge cases says the same with more weight.
    let hasEdgeCases = found.contains { $0.kind == .edgeCases }
    return classes(evaluation) + control(run, evaluation) + found.map(\.sentence)
      + ties(evaluation) + (hasEdgeCases ? [] : edgeCases(evaluation.counts))
      + population(analysis) + scoresOnly(analysis)
  }

  private static func missing(_ spelling: String, _ analysis: RunAnalysis) -> String {
    let reason = analysis.unavailable.first { $0.attack == spelling }.map { "\($0)" }
    return reason ?? "This run has no scores of \(spelling); e chooses another attack."
  }

  private static func classes(_ evaluation: AttackEvaluation) -> [String] {
    if evaluation.members == 0 || evaluation.nonMembers == 0 {
      let lacking = evaluation.members == 0 ? "members" : "non-members"
      return ["There are no known \(lacking), so there is no curve and no figure."]
    }
    guard let auc = evaluation.auc else { return [] }
    if auc.interval.upper < 0.5 {
      return ["It ranks non-members above members: the scores point the wrong way here."]
    }
    return []
  }

  private static func control(_ run: Run, _ evaluation: AttackEvaluation) -> [String] {
    guard run.method?.family == .control, let auc = evaluation.auc,
      !auc.interval.contains(0.5)
    else { return [] }
    return [
      "A control must not leak, yet its AUC interval excludes 0.5: members and non-members differ "
        + "in more than membership."
    ]
  }

  /// What guards found that concerns this attack.
  private static func tripped(_ guards: [GuardFinding], _ spelling: String) -> [GuardFinding] {
    guards.tripped.filter { $0.attacks.isEmpty || $0.attacks.contains(spelling) }
  }

  /// Scores of few values, such as shares of a small population, reach few rates.
  private static func ties(_ evaluation: AttackEvaluation) -> [String] {
    let (tied, all) = (evaluation.tiedNonMembers, evaluation.nonMembers)
    guard tied * 2 > all else { return [] }
    return [
      "\(NumberFormat.count(tied)) of \(NumberFormat.count(all)) non-members share their score "
        + "with another: low rates may not be reachable."
    ]
  }

  private static func population(_ analysis: RunAnalysis) -> [String] {
    let count = analysis.populationCount
    guard count > 0 else { return [] }
    return ["\(NumberFormat.count(count)) stand for the population: they are not tested."]
  }

  private static func edgeCases(_ counts: ScoreCounts) -> [String] {
    var sentences: [String] = []
    let forced = counts.forcedNoErrors + counts.forcedN0
    if forced > 0 {
      sentences.append(
        "\(NumberFormat.count(forced)) ranked above every number: no error is left, or nothing in "
          + "the zone became less likely.")
    }
    if counts.zeroed > 0 {
      sentences.append(
        "\(NumberFormat.count(counts.zeroed)) edge cases score 0 under the released policy, which "
          + "puts the worst leaks last.")
    }
    let lost = counts.noMovement + counts.undefined + counts.nonFinite
    if lost > 0 {
      sentences.append(
        "\(NumberFormat.count(lost)) without a score: they count as never detected.")
    }
    return sentences
  }

  private static func scoresOnly(_ analysis: RunAnalysis) -> [String] {
    guard let table = analysis.table else {
      return ["Scores only: Tokens has nothing to show for this run."]
    }
    guard analysis.countWithoutTokens > 0 else { return [] }
    return [
      "Figures rest on all \(NumberFormat.count(analysis.count)) sequences; tokens are kept of "
        + "\(NumberFormat.count(table.count)) of them."
    ]
  }
}
