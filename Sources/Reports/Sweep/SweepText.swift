import Analysis
import Basics
import ScoringCore
import TerminalUI

extension SweepReport {
  /// The report for people.
  package var text: String {
    sweeps.map { text($0) + "\n" }.joined() + footer.map { FigureText.wrapped($0) }.joined()
  }

  private var footer: [String] {
    [
      "The best of many variants flatters itself on the sequences it was chosen by: no figure of "
        + "that half is shown, and none there is a result. Figures are of the other half, with "
        + "\(NumberFormat.rate(options.level)) intervals over sequences, for this one trained model.",
      "Sweeping again with other seeds until one pleases undoes this: choose a seed, and keep it.",
    ]
  }

  private func text(_ sweep: RunSweep) -> String {
    let tried = "\(sweep.tried) variants tried, over \(parameters.joined(separator: " and "))"
    var text = FigureText.wrapped("\(sweep.run.name): \(tried)")
    guard let selection = sweep.selection else {
      return text + FigureText.wrapped("Nothing chosen: \(sweep.problem ?? "").", indent: 2)
    }
    let chosen = selection.variants[selection.chosen].attack
    let best =
      criterion == .auc ? "AUC" : "TPR@" + NumberFormat.rate(options.fprs.first ?? 0.01)
    text += FigureText.wrapped(
      "Chosen by \(best) on one half (\(NumberFormat.counted(selection.choosingCount, "sequence")), "
        + "seed \(options.seed)): \(chosen). Its figures on the other half, of "
        + "\(NumberFormat.counted(selection.report.members, "member")) and "
        + "\(NumberFormat.counted(selection.report.nonMembers, "non-member"))"
        + (sweep.documents == nil ? ":" : ", whole documents kept together:"), indent: 2)
    text += figures(selection).text(indent: 4, widestFirst: 30) + "\n"
    for line in remarks(selection, sweep) { text += FigureText.wrapped(line, indent: 2) }
    let list = variants(selection)
    text += "\n  The variants on the choosing half, by how far each lies behind the chosen one:\n"
    return text + list.text(indent: 4, widestFirst: 50)
  }

  private func figures(_ selection: VariantSelection) -> AlignedTable {
    let level = "[\(NumberFormat.rate(options.level))]"
    let rates = options.fprs.prefix(2)
    var table = AlignedTable(
      ["attack", "AUC \(level)"] + rates.map { "TPR@\(NumberFormat.rate($0)) \(level)" })
    var rows = [(selection.chosen, selection.report)]
    if selection.chosen != selection.baseline {
      rows.append((selection.baseline, selection.baselineReport))
    }
    for (index, report) in rows {
      table.add(
        [
          selection.variants[index].attack,
          FigureText.cell(report.auc?.auc, report.auc?.interval, decimals: 3, percent: false),
        ] + rates.map { FigureText.rateCell(report, fpr: $0) })
    }
    return table
  }

  private func remarks(_ selection: VariantSelection, _ sweep: RunSweep) -> [String] {
    var lines: [String] = []
    let base = selection.variants[selection.baseline].attack
    if let difference = selection.difference {
      let interval = difference.interval.map {
        " " + NumberFormat.interval($0.lower, $0.upper, 3)
      }
      lines.append(
        "Against \(base): AUC \(NumberFormat.signed(difference.difference, 3))\(interval ?? ""), "
          + "p = \(NumberFormat.pValue(difference.pValue)) on the same half (DeLong's paired test; "
          + "one test, planned beforehand).")
    } else {
      lines.append("That is \(base), which others are compared with: the sweep gained nothing.")
    }
    if selection.otherChoice != selection.chosen {
      lines.append(
        "The choice is unsteady: the other half would have chosen "
          + "\(selection.variants[selection.otherChoice].attack).")
    }
    let different = selection.variants.count { ($0.pAgainstBaseline ?? 1) < 0.05 }
    lines.append(
      "\(different) of \(selection.variants.count - 1) variants differ in AUC from \(base) on the "
        + "choosing half at p < 0.05 after Holm's correction over all of them.")
    let marks = Set(selection.report.points.map(\.point.resolution)).subtracting([.ok])
    for mark in [Resolution.weak, .notResolvable] where marks.contains(mark) {
      lines.append("\(FigureText.mark(mark)) \(FigureText.words(mark)).")
    }
    let lacking = NamesByText(
      sweep.missing.map { attack, reason in
        (
          attack,
          reason.hasPrefix("\(attack) ") ? String(reason.dropFirst(attack.count + 1)) : reason
        )
      })
    for group in lacking.groups {
      lines.append("Not tried: \(group.names.joined(separator: ", ")) \(group.text).")
    }
    return lines
  }

  private func variants(_ selection: VariantSelection) -> AlignedTable {
    var table = AlignedTable(["variant", ">behind", ">p of equal AUC (Holm)"])
    let order = selection.variants.indices.sorted {
      (selection.variants[$0].behind, $0) < (selection.variants[$1].behind, $1)
    }
    for index in order {
      let variant = selection.variants[index]
      table.add([
        variant.attack + (index == selection.baseline ? " (compared with)" : ""),
        index == selection.chosen ? "chosen" : NumberFormat.fixed(variant.behind, 4),
        variant.pAgainstBaseline.map(NumberFormat.pValue) ?? "-",
      ])
    }
    return table
  }
}
