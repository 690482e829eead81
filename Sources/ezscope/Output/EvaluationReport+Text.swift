import Dashboard
import ScoringCore
import TerminalUI

extension EvaluationReport {
  /// The report for people, at most 100 columns wide unless a spelling is longer.
  var text: String {
    runs.map { $0.text(settings) + "\n" }.joined() + footer.map { Figures.wrapped($0) }.joined()
  }

  /// The report for documents.
  var markdown: String {
    runs.map { $0.markdown(settings) + "\n" }.joined()
      + footer.map(AlignedTable.markdownCell).joined(separator: "\n\n") + "\n"
  }

  /// What the figures mean: printed under every report.
  private var footer: [String] {
    let options = settings.options
    let method =
      options.replicates > 0
      ? "stratified bootstrap with \(NumberFormat.count(options.replicates)) replicates "
        + "(seed \(options.seed)), widened to exact limits where few sequences decide"
      : "exact, from order statistics"
    let convention =
      switch options.convention {
      case .achievable: "the best threshold with an FPR of at most x (achievable)"
      case .interpolated: "a straight line along the curve (interpolated)"
      case .strict: "the best threshold with an FPR below x (strict)"
      }
    let undefined =
      options.undefined == .keep
      ? "Sequences without a score stay, tied below all others."
      : "Sequences without a score are left out."
    var lines = [
      "Intervals are \(Figures.rate(options.level)) over sequences, for this one trained model: "
        + "they say nothing about training it again. AUC: DeLong on the logit scale. "
        + "TPR: \(method).",
      "TPR at FPR x is by \(convention). \(undefined)",
    ]
    if let prior = settings.prior {
      lines.append("Precision assumes that \(Figures.rate(prior)) of all sequences are members.")
    }
    return lines
  }
}

extension RunReport {
  fileprivate func text(_ settings: EvaluationReport.Settings) -> String {
    let name = Sanitize.text(run.name, escaping: .preview)
    var text = Figures.wrapped(summary.isEmpty ? name : "\(name): \(summary)")
    text += Figures.wrapped(population, indent: 2, hang: 0)
    if !attacks.isEmpty {
      for table in tables(settings) { text += "\n" + table.text(indent: 2) }
      text += "\n"
    }
    for line in remarks { text += Figures.wrapped(line, indent: 2) }
    return text
  }

  fileprivate func markdown(_ settings: EvaluationReport.Settings) -> String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    var text = "## \(cell(run.name))\n\n"
    if !summary.isEmpty { text += cell(summary) + "  \n" }
    text += cell(population) + "\n"
    if !attacks.isEmpty {
      for table in tables(settings) { text += "\n" + table.markdown }
    }
    let remarks = remarks
    if !remarks.isEmpty { text += "\n" + remarks.map { "- \(cell($0))\n" }.joined() }
    return text
  }

  /// Tables of at most 100 columns: the first with the AUC, more if many FPRs were asked for.
  private func tables(_ settings: EvaluationReport.Settings) -> [AlignedTable] {
    let rates = settings.options.fprs.indices
    var tables: [AlignedTable] = []
    var next = rates.startIndex
    repeat {
      var count = rates.endIndex - next
      var table = self.table(next..<next + count, withAUC: next == 0, settings)
      while count > 1, table.width > 98 {
        count -= 1
        table = self.table(next..<next + count, withAUC: next == 0, settings)
      }
      tables.append(table)
      next += max(1, count)
    } while next < rates.endIndex
    return tables
  }

  private func table(
    _ rates: Range<Int>, withAUC: Bool, _ settings: EvaluationReport.Settings
  ) -> AlignedTable {
    let interval = ">\(Figures.rate(settings.options.level)) interval"
    var titles = ["attack"]
    if withAUC { titles += [">AUC", interval] }
    for rate in rates {
      titles += [">TPR@\(Figures.rate(settings.options.fprs[rate]))", interval]
      if settings.prior != nil { titles.append(">precision") }
    }
    var table = AlignedTable(titles)
    for attack in attacks {
      let evaluation = attack.evaluation
      var cells = [attack.spelling]
      if withAUC {
        cells.append(evaluation.auc.map { NumberFormat.fixed($0.auc, 3) } ?? "-")
        cells.append(
          evaluation.auc.map { NumberFormat.interval($0.interval.lower, $0.interval.upper, 3) }
            ?? "-")
      }
      for rate in rates {
        let found = evaluation.points.first { $0.point.fpr == settings.options.fprs[rate] }
        cells.append(found.map { NumberFormat.percent($0.point.tpr) } ?? "-")
        cells.append(Figures.percentInterval(found?.interval))
        if let prior = settings.prior {
          let precision = found?.point.precision(prior: prior)
          cells.append(precision.map { NumberFormat.percent($0) } ?? "-")
        }
      }
      table.add(cells)
    }
    return table
  }

  /// What must stand beside the figures.
  private var remarks: [String] {
    var lines: [String] = []
    if members == 0 || nonMembers == 0 {
      lines.append("Figures need both members and non-members; label them to get any.")
    }
    for attack in attacks {
      if let words = Figures.edgeCases(attack.evaluation.counts) {
        lines.append("\(attack.spelling): \(words).")
      }
    }
    lines += guards.sentences
    for (_, reason) in missing { lines.append("Not computed: \(reason).") }
    return lines
  }
}
