import Analysis
import ScoringCore

extension EvaluationReport {
  /// The document scripts read: members are added to it, never renamed.
  package var json: JSON {
    .object([
      ("version", .int(1)),
      ("runs", .list(runs.map { $0.json(settings) })),
      ("population", .string(settings.population.rawValue)),
      ("level", .number(settings.options.level)),
      ("replicates", .int(settings.options.replicates)),
      ("seed", .string(String(settings.options.seed))),
      ("undefined", .string(settings.options.undefined.rawValue)),
      ("prior", .number(settings.prior)),
      ("intervals_over", .string(intervalsOver)),
      ("attack_choice", .string(settings.attackChoice)),
      (
        "guards",
        .list(
          runs.flatMap { run in
            run.guards.filter(\.isTripped).map {
              .object([
                ("run", .string(run.run.name)), ("name", .string($0.kind.rawValue)),
                ("attacks", .strings($0.attacks)), ("sentence", .string($0.sentence)),
              ])
            }
          })
      ),
    ])
  }
}

extension EvaluationReport {
  /// What intervals are over: what each run says, or `mixed` where runs differ.
  private var intervalsOver: String {
    let resampled = runs.count { $0.documents != nil }
    return resampled == 0 ? "sequences" : resampled == runs.count ? "documents" : "mixed"
  }
}

extension RunReport {
  private static func json(_ groups: RunAnalysis.Groups) -> JSON {
    .object([
      ("key", .string(groups.request.key)),
      ("joined_by", .string(groups.request.aggregation.rawValue)),
      ("largest", .int(groups.largest)), ("mixed_left_out", .int(groups.mixed)),
      ("sequences_without_key", .int(groups.withoutKey)),
    ])
  }

  fileprivate func json(_ settings: EvaluationReport.Settings) -> JSON {
    .object([
      ("name", .string(run.name)), ("method", .string(run.method?.rawValue)),
      ("method_family", .string(run.method?.family.rawValue)), ("members", .int(members)),
      ("non_members", .int(nonMembers)), ("unknown", .int(unknown)),
      ("outside_population", .int(outside)), ("validation_loss", .number(run.validationLoss)),
      ("reference", .string(run.reference)),
      ("reference_validation_loss", .number(run.referenceValidationLoss)),
      ("model", .string(run.model)), ("parameters", .int(run.parameters)),
      ("trainable_parameters", .int(run.trainableParameters)), ("epoch", .number(run.epoch)),
      ("seed", .int(run.seed)), ("precision", .string(run.precision)),
      ("intervals_over", .string(documents == nil ? "sequences" : "documents")),
      ("documents", .int(documents)),
      ("groups", groups.map(Self.json) ?? .null),
      ("dataset_inference", suspects?.inferenceJSON ?? .null),
      ("attacks", .list(attacks.map { json($0, settings) })),
      (
        "unavailable",
        .list(
          missing.map {
            .object([("attack", .string($0.attack)), ("reason", .string($0.reason))])
          })
      ),
      ("guards", .list(guards.map(\.json))),
      ("slices", slicesJSON(settings)),
    ])
  }

  private func slicesJSON(_ settings: EvaluationReport.Settings) -> JSON {
    switch slices {
    case .success(let report): report.json(self, settings)
    case .failure(let problem): .object([("problem", .string(problem.description))])
    case nil: .null
    }
  }

  private func json(
    _ attack: AttackAnalysis, _ settings: EvaluationReport.Settings
  ) -> JSON {
    let known = try? AttackCatalog.attack(attack.spelling)
    var members: [(key: String, value: JSON)] = [
      ("attack", .string(attack.spelling)),
      ("parameters", .object((known?.settings ?? []).map { ($0.name, .string($0.value)) })),
    ]
    members += attack.evaluation.figures(settings)
    members.append(("counts", attack.evaluation.counts.json))
    members += suspects?.json(attack.spelling) ?? []
    if let epsilon { members.append(("epsilon", epsilon.json(attack.spelling))) }
    if settings.wanted.curve {
      members.append(("roc", attack.evaluation.curve(level: settings.options.level)))
    }
    return .object(members)
  }
}

extension AttackEvaluation {
  /// The figures and their intervals, as members of an object.
  package func figures(_ settings: EvaluationReport.Settings) -> [(key: String, value: JSON)] {
    [
      ("auc", .number(auc?.auc)), ("auc_interval", .interval(auc?.interval)),
      ("auc_interval_method", .string(auc?.interval.method.rawValue)),
      ("auc_standard_error", .number(auc?.standardError)),
      (
        "tpr_at_fpr",
        .list(
          points.map {
            $0.json(
              prior: settings.prior, level: settings.options.level,
              isIndependent: clusterCount == nil)
          })
      ),
      ("advantage", .number(advantage?.value)),
      ("advantage_interval", .interval(advantage?.interval)),
      ("balanced_accuracy", .number(advantage?.balancedAccuracy)),
      ("balanced_accuracy_interval", .interval(advantage?.balancedAccuracyInterval)),
      ("advantage_interval_method", .string(advantage?.interval?.method.rawValue)),
    ]
  }
}

extension AttackEvaluation.Rate {
  /// Exact intervals at a threshold are of independent sequences: over documents they are left out.
  fileprivate func json(prior: Double?, level: Double, isIndependent: Bool) -> JSON {
    var members: [(key: String, value: JSON)] = [
      ("fpr", .number(point.fpr)), ("tpr", .number(point.tpr)),
      ("interval", .interval(interval)),
      ("threshold", .threshold(point.threshold)), ("fpr_achieved", .number(point.fprAchieved)),
      ("convention", .string(point.convention.rawValue)),
      ("expected_false_positives", .number(point.expectedFalsePositives)),
      ("resolution", .string(point.resolution.rawValue)),
      ("interval_method", .string(interval?.method.rawValue)),
      ("threshold_class", .string(point.threshold.map { $0.status.name })),
      ("true_positives", .int(point.truePositives)),
      ("false_positives", .int(point.falsePositives)),
      (
        "tpr_at_threshold_interval",
        .interval(isIndependent ? point.tprInterval(level: level) : nil)
      ),
      (
        "fpr_achieved_interval",
        .interval(isIndependent ? point.fprInterval(level: level) : nil)
      ),
    ]
    if let prior {
      members.append(("precision", .number(point.precision(prior: prior))))
      members.append(
        (
          "precision_interval",
          .interval(isIndependent ? point.precisionInterval(prior: prior, level: level) : nil)
        ))
    }
    return .object(members)
  }
}

extension ScoreCounts {
  /// The counts under the names outputs use.
  package var json: JSON {
    .object([("scored", .int(scored))] + classes.map { ($0.status.name, .int($0.count)) })
  }
}

extension JSON {
  /// Both ends, or null.
  package static func interval(_ interval: Interval?) -> JSON {
    interval.map { .list([.number($0.lower), .number($0.upper)]) } ?? .null
  }

  /// A threshold's value: P in nats in the class `forced_n0`, null where it is infinite or absent.
  package static func threshold(_ threshold: Score?) -> JSON {
    .number(threshold.map(\.value))
  }
}
