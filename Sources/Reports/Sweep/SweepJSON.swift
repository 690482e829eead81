import Analysis
import ScoringCore

extension SweepReport {
  /// The document scripts read.
  package var json: JSON {
    let settings = EvaluationReport.Settings(options: options, population: population)
    return .object([
      ("version", .int(1)), ("criterion", .string(criterion.rawValue)),
      ("fprs", .list(options.fprs.map { .number($0) })),
      ("parameters", .strings(parameters)), ("population", .string(population.rawValue)),
      ("level", .number(options.level)), ("replicates", .int(options.replicates)),
      ("seed", .string(String(options.seed))), ("intervals_over", .string("sequences")),
      ("runs", .list(sweeps.map { json($0, settings) })),
    ])
  }

  private func json(_ sweep: RunSweep, _ settings: EvaluationReport.Settings) -> JSON {
    let selection = sweep.selection
    func report(_ index: Int?, _ evaluation: AttackEvaluation?) -> JSON {
      guard let selection, let index, let evaluation else { return .null }
      return .object(
        [
          ("attack", .string(selection.variants[index].attack)),
          ("members", .int(evaluation.members)), ("non_members", .int(evaluation.nonMembers)),
        ] + evaluation.figures(settings))
    }
    let difference = selection?.difference.map { difference in
      JSON.object([
        ("auc", .number(difference.difference)), ("interval", .interval(difference.interval)),
        ("p", .pValue(difference.pValue)), ("method", .string("delong_paired")),
      ])
    }
    return .object([
      ("name", .string(sweep.run.name)), ("variants_tried", .int(sweep.tried)),
      ("problem", .string(sweep.problem)), ("members", .int(sweep.members)),
      ("non_members", .int(sweep.nonMembers)), ("documents", .int(sweep.documents)),
      ("choosing_half", .int(selection?.choosingCount)),
      ("chosen", report(selection?.chosen, selection?.report)),
      ("baseline", report(selection?.baseline, selection?.baselineReport)),
      ("difference", difference ?? .null),
      ("other_half_chooses", .string(selection.map { $0.variants[$0.otherChoice].attack })),
      (
        "variants",
        .list(
          (selection?.variants ?? []).map {
            .object([
              ("attack", .string($0.attack)), ("behind_chosen", .number($0.behind)),
              ("p_holm", .pValue($0.pAgainstBaseline)),
            ])
          })
      ),
      (
        "unavailable",
        .list(
          sweep.missing.map {
            .object([("attack", .string($0.attack)), ("reason", .string($0.reason))])
          })
      ),
    ])
  }
}
