import Analysis
import ScoringCore
import TerminalUI

extension ComparisonReport {
  /// The document scripts read, with hidden what is to be hidden of texts.
  package func json(_ redaction: Redaction) -> JSON {
    .object([
      ("version", .int(1)),
      ("runs", .list(runs.map(Self.json))),
      (
        "joined",
        .object([
          ("sequences", .int(shared.count)), ("members", .int(shared.memberCount)),
          ("non_members", .int(shared.nonMemberCount)),
          ("only_first", .int(shared.onlyFirst)), ("only_second", .int(shared.onlySecond)),
          ("label_conflicts", .int(shared.labelConflicts)),
          ("outside_population", .int(shared.excluded)),
        ])
      ),
      ("attacks", .list(entries.map { $0.json(options) })),
      (
        "unavailable",
        .list(
          missing.map {
            let reason = baseline == nil ? "\($0.run): \($0.reason)" : $0.reason
            return .object([("attack", .string($0.attack)), ("reason", .string(reason))])
          })
      ),
      ("level", .number(options.level)), ("replicates", .int(options.replicates)),
      ("seed", .string(String(options.seed))),
      ("undefined", .string(options.undefined.rawValue)),
      ("correction", .string("holm_over_attacks")),
      ("intervals_over", .string(documents == nil ? "sequences" : "documents")),
      ("documents", .int(documents)),
      ("second_attack", .string(baseline)), ("attack_choice", .string(attackChoice)),
      ("leaks", leaks.map { RedactedLeakComparison($0, redaction).json } ?? .null),
      ("guards", guards.json),
    ])
  }

  private static func json(_ run: Run) -> JSON {
    .object([
      ("name", .string(run.name)), ("method", .string(run.method?.rawValue)),
      ("method_family", .string(run.method?.family.rawValue)),
      ("validation_loss", .number(run.validationLoss)),
      ("reference_validation_loss", .number(run.referenceValidationLoss)),
    ])
  }
}

extension ComparisonReport.Entry {
  fileprivate func json(_ options: EvaluationOptions) -> JSON {
    let auc = comparison.auc
    let area: JSON = .object([
      ("first", .number(auc?.first)), ("second", .number(auc?.second)),
      ("difference", .number(auc?.difference)), ("interval", .interval(auc?.interval)),
      ("method", .string("delong_paired")), ("p", .pValue(auc?.pValue)),
      ("p_holm", .pValue(aucHolm)),
    ])
    return .object([
      ("attack", .string(attack)), ("auc", area),
      (
        "tpr_at_fpr",
        .list(
          comparison.rates.indices.map {
            Self.json(comparison.rates[$0], holm: ratesHolm[$0])
          })
      ),
      ("dropped", .int(comparison.droppedCount)),
    ])
  }

  private static func json(_ rate: PairedComparison.Rate, holm: Double) -> JSON {
    let members = rate.members
    return .object([
      ("fpr", .number(rate.first.fpr)), ("first", .number(rate.first.tpr)),
      ("second", .number(rate.second.tpr)),
      ("difference", .number(rate.first.tpr - rate.second.tpr)),
      ("interval", .interval(rate.difference?.interval)),
      ("interval_method", .string(rate.difference?.interval.method.rawValue)),
      ("p_bootstrap", .pValue(rate.difference?.pValue)), ("p_bootstrap_holm", .pValue(holm)),
      ("convention", .string(rate.first.convention.rawValue)),
      ("thresholds", .list([.threshold(rate.first.threshold), .threshold(rate.second.threshold)])),
      ("expected_false_positives", .number(rate.first.expectedFalsePositives)),
      ("resolution", .string(rate.first.resolution.rawValue)),
      (
        "members_detected",
        .object([
          ("only_first", .int(members.onlyFirst)), ("only_second", .int(members.onlySecond)),
          ("both", .int(members.both)), ("neither", .int(members.neither)),
        ])
      ),
    ])
  }
}
