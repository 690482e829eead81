import Dashboard
import ScoringCore

extension EvaluationReport {
  private static let header =
    [
      "run", "method", "method_family", "validation_loss", "attack", "members", "non_members",
      "unknown", "auc", "auc_lower", "auc_upper", "fpr", "tpr", "tpr_lower", "tpr_upper",
      "threshold", "threshold_class", "fpr_achieved", "convention", "expected_false_positives",
      "resolution", "precision", "scored",
    ] + ScoreCounts([]).classes.map { $0.status.name } + ["guards_tripped", "guards_not_checked"]

  /// One row for each run, attack and FPR.
  var csv: String {
    var text = Self.header.joined(separator: ",") + "\n"
    for run in runs {
      for attack in run.attacks {
        let points = attack.evaluation.points
        for point in points.isEmpty ? [nil] : points.map(Optional.some) {
          let cells = row(run, attack, point)
          text += cells.map(AlignedTable.csvField).joined(separator: ",") + "\n"
        }
      }
    }
    return text
  }

  private func row(
    _ run: RunReport, _ attack: AttackAnalysis, _ rate: AttackEvaluation.Rate?
  ) -> [String] {
    func number(_ value: Double?) -> String { value.map(\.description) ?? "" }
    let (evaluation, point) = (attack.evaluation, rate?.point)
    let counts = evaluation.counts
    return [
      run.run.name, run.run.method?.rawValue ?? "", run.run.method?.family.rawValue ?? "",
      number(run.run.validationLoss), attack.spelling, String(run.members),
      String(run.nonMembers), String(run.unknown), number(evaluation.auc?.auc),
      number(evaluation.auc?.interval.lower), number(evaluation.auc?.interval.upper),
      number(point?.fpr), number(point?.tpr), number(rate?.interval?.lower),
      number(rate?.interval?.upper), number(point?.threshold?.value),
      point?.threshold.map { $0.status.name } ?? "", number(point?.fprAchieved),
      point?.convention.rawValue ?? "", number(point?.expectedFalsePositives),
      point?.resolution.rawValue ?? "",
      number(settings.prior.flatMap { point?.precision(prior: $0) }),
      String(counts.scored),
    ] + counts.classes.map { String($0.count) }
      + [GuardFinding.Outcome.tripped, .notChecked].map { run.guards($0, on: attack.spelling) }
  }
}

extension RunReport {
  /// The guards with an outcome that concern an attack, with spaces between, each once.
  fileprivate func guards(_ outcome: GuardFinding.Outcome, on attack: String) -> String {
    let found = guards.filter {
      $0.outcome == outcome && ($0.attacks.isEmpty || $0.attacks.contains(attack))
    }
    return GuardKind.allCases.filter { kind in found.contains { $0.kind == kind } }
      .map(\.rawValue).joined(separator: " ")
  }
}
