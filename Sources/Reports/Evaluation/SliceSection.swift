import Analysis
import Basics
import ScoringCore
import TerminalUI

extension SliceReport {
  /// The figures of every slice, attack by attack.
  package func section(_ run: RunReport, _ settings: EvaluationReport.Settings) -> ReportSection {
    let rate = settings.options.fprs.first
    var columns = columns(rate, level: settings.options.level)
    var table = table(run, columns)
    while columns.count > 1, table.width(widestFirst: ReportSection.widestFirst) > 98 {
      columns.removeLast()
      table = self.table(run, columns)
    }
    var remarks: [String] = []
    if let rate {
      let name = NumberFormat.rate(rate)
      remarks.append(
        "Found at the run's \(name): members at or above the threshold that the whole run has at an "
          + "FPR of \(name), which more non-members decide than a slice has.")
    }
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
        "\(NumberFormat.counted(run.outside, "sequence")) outside the primary population are in no "
          + "slice; --population all cuts them too.")
    }
    return ReportSection(title: heading, tables: [table], remarks: remarks)
  }

  private typealias SliceColumn = (title: String, cell: (Slice, Int) -> String)

  /// What stands beside each slice, the most telling first.
  private func columns(_ rate: Double?, level: Double) -> [SliceColumn] {
    let level = "[\(NumberFormat.rate(level))]"
    var columns: [SliceColumn] = [
      (
        "AUC \(level)",
        { slice, attack in
          let auc = slice.evaluations[attack].auc
          return FigureText.cell(auc?.auc, auc?.interval, decimals: 3, percent: false)
        }
      )
    ]
    if let rate {
      columns.append(
        (
          "found at the run's \(NumberFormat.rate(rate))",
          { slice, attack in
            let tpr = slice.detections[attack].first?.tpr
            return FigureText.cell(tpr?.value, tpr?.interval, decimals: 1)
          }
        ))
      columns.append(
        (
          "TPR@\(NumberFormat.rate(rate)) \(level)",
          { slice, attack in FigureText.rateCell(slice.evaluations[attack], fpr: rate) }
        ))
    }
    return columns
  }

  private func table(_ run: RunReport, _ columns: [SliceColumn]) -> AlignedTable {
    var table = AlignedTable(
      ["attack", key.name, ">members", ">non-m."] + columns.map(\.title))
    for (index, attack) in run.attacks.enumerated() {
      for (place, slice) in slices.enumerated() where index < slice.evaluations.count {
        table.add(
          [
            place == 0 ? attack.spelling : "", slice.name + (slice.isSmall ? " *" : ""),
            NumberFormat.count(slice.members), NumberFormat.count(slice.nonMembers),
          ] + columns.map { $0.cell(slice, index) })
      }
    }
    return table
  }

  private var heading: String {
    switch baseline {
    case .sameKey: "By \(key.name), against non-members of the same slice"
    case .all:
      "By \(key.name), each slice against all non-members: some slices have none of their own"
    }
  }

  /// The slices as scripts read them.
  package func json(_ run: RunReport, _ settings: EvaluationReport.Settings) -> JSON {
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
