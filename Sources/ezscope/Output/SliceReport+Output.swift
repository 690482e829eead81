import Dashboard
import ScoringCore
import TerminalUI

extension SliceReport {
  /// The figures of every slice, attack by attack.
  func section(_ run: RunReport, _ settings: EvaluationReport.Settings) -> ReportSection {
    let level = "[\(Figures.rate(settings.options.level))]"
    let rates = settings.options.fprs.prefix(2)
    var table = AlignedTable(
      ["attack", key.name, ">members", ">non-m.", "AUC \(level)"]
        + rates.map { "TPR@\(Figures.rate($0)) \(level)" })
    for (index, attack) in run.attacks.enumerated() {
      for (place, slice) in slices.enumerated() where index < slice.evaluations.count {
        let evaluation = slice.evaluations[index]
        table.add(
          [
            place == 0 ? attack.spelling : "", slice.name + (slice.isSmall ? " *" : ""),
            NumberFormat.count(slice.members), NumberFormat.count(slice.nonMembers),
            Figures.cell(
              evaluation.auc?.auc, evaluation.auc?.interval, decimals: 3, percent: false),
          ] + rates.map { Figures.rateCell(evaluation, fpr: $0) })
      }
    }
    var remarks: [String] = []
    if slices.contains(where: \.isSmall) {
      remarks.append(
        "* fewer than 30 members or non-members: these figures are anecdotes, whatever they say.")
    }
    if slices.count > 1 {
      remarks.append(
        "Of \(slices.count) slices some look special by chance: intervals are not corrected for "
          + "having looked at several.")
    }
    if run.outside > 0 {
      remarks.append(
        "\(NumberFormat.count(run.outside)) sequences outside the primary population are in no "
          + "slice; --population all cuts them too.")
    }
    return ReportSection(title: heading, tables: [table], remarks: remarks)
  }

  private var heading: String {
    switch baseline {
    case .sameKey: "By \(key.name), against non-members of the same slice"
    case .all:
      "By \(key.name), each slice against all non-members: some slices have none of their own"
    }
  }

  /// The slices as scripts read them.
  func json(_ run: RunReport, _ settings: EvaluationReport.Settings) -> JSON {
    .object([
      ("key", .string(key.name)),
      ("against", .string(baseline == .sameKey ? "non_members_of_the_slice" : "all_non_members")),
      (
        "slices",
        .list(
          slices.map { slice in
            .object([
              ("value", .string(slice.name)), ("members", .int(slice.members)),
              ("non_members", .int(slice.nonMembers)), ("small", .bool(slice.isSmall)),
              (
                "attacks",
                .list(
                  slice.evaluations.indices.map { index in
                    let attack = run.attacks[index].spelling
                    return .object(
                      [("attack", .string(attack))] + slice.evaluations[index].figures(settings)
                        + [
                          (
                            "at_overall_threshold",
                            .list(slice.detections[index].map(Self.json))
                          )
                        ])
                  })
              ),
            ])
          })
      ),
    ])
  }

  private static func json(_ detection: SliceDetection) -> JSON {
    .object([
      ("fpr", .number(detection.target.fpr)), ("threshold", .threshold(detection.threshold)),
      ("tpr", .number(detection.tpr?.value)), ("interval", .interval(detection.tpr?.interval)),
      ("fpr_here", .number(detection.fpr?.value)),
      ("fpr_here_interval", .interval(detection.fpr?.interval)),
    ])
  }
}
