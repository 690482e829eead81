import Analysis
import ScoringCore

extension EvaluationReport {
  private static let header =
    [
      "run", "method", "method_family", "validation_loss", "attack", "members", "non_members",
      "unknown", "auc", "auc_lower", "auc_upper", "fpr", "tpr", "tpr_lower", "tpr_upper",
      "threshold", "threshold_class", "fpr_achieved", "convention", "expected_false_positives",
      "resolution", "precision", "scored",
    ] + ScoreCounts([]).classes.map { $0.status.name } + ["guards_tripped", "guards_not_checked"]
    + [
      "advantage", "advantage_lower", "advantage_upper", "balanced_accuracy", "precision_lower",
      "precision_upper", "documents", "slice_key", "slice", "tpr_at_threshold_lower",
      "tpr_at_threshold_upper", "fpr_achieved_lower", "fpr_achieved_upper",
    ]

  /// One row for each run, attack and FPR, then one for each slice, attack and FPR.
  package var csv: String {
    var text = Self.header.joined(separator: ",") + "\n"
    func add(
      _ run: RunReport, _ spelling: String, _ evaluation: AttackEvaluation, _ slice: [String]
    ) {
      let points = evaluation.points
      for point in points.isEmpty ? [nil] : points.map(Optional.some) {
        let cells = row(run, spelling, evaluation, point) + slice + exact(evaluation, point)
        text += cells.map(AlignedTable.csvField).joined(separator: ",") + "\n"
      }
    }
    for run in runs {
      for attack in run.attacks { add(run, attack.spelling, attack.evaluation, ["", ""]) }
      guard case .success(let report) = run.slices else { continue }
      for slice in report.slices {
        for (attack, evaluation) in zip(run.attacks, slice.evaluations) {
          add(run, attack.spelling, evaluation, [report.key.name, slice.name])
        }
      }
    }
    return text
  }

  /// Exact limits of both rates at the threshold used; none over documents.
  private func exact(
    _ evaluation: AttackEvaluation, _ rate: AttackEvaluation.Rate?
  ) -> [String] {
    let level = settings.options.level
    let point = evaluation.clusterCount == nil ? rate?.point : nil
    let (hits, alarms) = (point?.tprInterval(level: level), point?.fprInterval(level: level))
    return [hits?.lower, hits?.upper, alarms?.lower, alarms?.upper]
      .map { $0.map(\.description) ?? "" }
  }

  private func row(
    _ run: RunReport, _ spelling: String, _ evaluation: AttackEvaluation,
    _ rate: AttackEvaluation.Rate?
  ) -> [String] {
    func number(_ value: Double?) -> String { value.map(\.description) ?? "" }
    let point = rate?.point
    let counts = evaluation.counts
    let precision =
      evaluation.clusterCount == nil
      ? settings.prior.flatMap {
        point?.precisionInterval(prior: $0, level: settings.options.level)
      } : nil
    return [
      run.run.name, run.run.method?.rawValue ?? "", run.run.method?.family.rawValue ?? "",
      number(run.run.validationLoss), spelling, String(evaluation.members),
      String(evaluation.nonMembers), String(evaluation.unknown), number(evaluation.auc?.auc),
      number(evaluation.auc?.interval.lower), number(evaluation.auc?.interval.upper),
      number(point?.fpr), number(point?.tpr), number(rate?.interval?.lower),
      number(rate?.interval?.upper), number(point?.threshold?.value),
      point?.threshold.map { $0.status.name } ?? "", number(point?.fprAchieved),
      point?.convention.rawValue ?? "", number(point?.expectedFalsePositives),
      point?.resolution.rawValue ?? "",
      number(settings.prior.flatMap { point?.precision(prior: $0) }),
      String(counts.scored),
    ] + counts.classes.map { String($0.count) }
      + [GuardFinding.Outcome.tripped, .notChecked].map { run.guards($0, on: spelling) }
      + [
        number(evaluation.advantage?.value), number(evaluation.advantage?.interval?.lower),
        number(evaluation.advantage?.interval?.upper),
        number(evaluation.advantage?.balancedAccuracy), number(precision?.lower),
        number(precision?.upper), run.documents.map(String.init) ?? "",
      ]
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
