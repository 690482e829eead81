import Dashboard
import ScoringCore

extension EvaluationReport {
  /// The document scripts read: members are added to it, never renamed.
  var json: JSON {
    .object([
      ("version", .int(1)),
      ("runs", .list(runs.map { $0.json(settings) })),
      ("population", .string(settings.population.rawValue)),
      ("level", .number(settings.options.level)),
      ("replicates", .int(settings.options.replicates)),
      ("seed", .string(String(settings.options.seed))),
      ("undefined", .string(settings.options.undefined.rawValue)),
      ("prior", .number(settings.prior)),
      ("intervals_over", .string("sequences")),
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

extension RunReport {
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
      ("attacks", .list(attacks.map { $0.json(settings) })),
      (
        "unavailable",
        .list(
          missing.map {
            .object([("attack", .string($0.attack)), ("reason", .string($0.reason))])
          })
      ),
      ("guards", .list(guards.map(\.json))),
    ])
  }
}

extension AttackAnalysis {
  fileprivate func json(_ settings: EvaluationReport.Settings) -> JSON {
    let known = try? AttackCatalog.attack(spelling)
    return .object([
      ("attack", .string(spelling)),
      ("parameters", .object((known?.settings ?? []).map { ($0.name, .string($0.value)) })),
      ("auc", .number(evaluation.auc?.auc)),
      ("auc_interval", .interval(evaluation.auc?.interval)),
      ("auc_interval_method", .string(evaluation.auc?.interval.method.rawValue)),
      ("auc_standard_error", .number(evaluation.auc?.standardError)),
      ("tpr_at_fpr", .list(evaluation.points.map { $0.json(prior: settings.prior) })),
      ("counts", evaluation.counts.json),
    ])
  }
}

extension AttackEvaluation.Rate {
  fileprivate func json(prior: Double?) -> JSON {
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
    ]
    if let prior { members.append(("precision", .number(point.precision(prior: prior)))) }
    return .object(members)
  }
}

extension ScoreCounts {
  /// The counts under the names outputs use.
  var json: JSON {
    .object([("scored", .int(scored))] + classes.map { ($0.status.name, .int($0.count)) })
  }
}

extension JSON {
  /// Both ends, or null.
  static func interval(_ interval: Interval?) -> JSON {
    interval.map { .list([.number($0.lower), .number($0.upper)]) } ?? .null
  }

  /// A threshold's value: P in nats in the class `forced_n0`, null where it is infinite or absent.
  static func threshold(_ threshold: Score?) -> JSON {
    .number(threshold.map(\.value))
  }
}
