import Analysis
import Basics
import ScoringCore
import TerminalUI

extension EvaluationReport: TabularReport {
  /// The report for people, at most 100 columns wide unless a spelling is longer.
  package var text: String {
    (settings.isDetailed ? details : EvaluationOverview(self).text)
      + (legend + footer).map { FigureText.wrapped($0) }.joined()
  }

  /// Each run with all that is known of it, after a table of all where there are several.
  private var details: String {
    let overview = runs.count > 1 ? EvaluationOverview(self).tableText : ""
    return overview + runs.map { $0.text(settings) + "\n" }.joined()
  }

  /// The report for documents.
  package var markdown: String {
    runs.map { $0.markdown(settings) + "\n" }.joined()
      + footer.map(AlignedTable.markdownCell).joined(separator: "\n\n") + "\n"
  }

  /// The marks of the tables, if any figure bears one.
  private var legend: [String] {
    let found = Set(
      runs.flatMap(\.attacks).flatMap(\.evaluation.points).map(\.point.resolution))
    let marks = [Resolution.weak, .notResolvable].filter(found.contains).map {
      "\(FigureText.mark($0)) \(FigureText.words($0))"
    }
    return marks.isEmpty ? [] : ["Marks: " + marks.joined(separator: "; ") + "."]
  }

  /// What the figures mean: printed under every report.
  var footer: [String] {
    let options = settings.options
    let method =
      options.rateIntervals == .bootstrap || runs.contains { $0.documents != nil }
      ? "stratified bootstrap with \(NumberFormat.count(options.replicates)) replicates "
        + "(seed \(options.seed)), widened to exact limits where few sequences decide"
      : "order statistics with mid-P limits; where non-members are too few for a lower end, all "
        + "of the error is above"
    let convention =
      switch options.convention {
      case .achievable: "the best threshold with an FPR of at most x (achievable)"
      case .interpolated: "a straight line along the curve (interpolated)"
      case .strict: "the best threshold with an FPR below x (strict)"
      case .conservative:
        "the best threshold with k false positives of n where (k + 1)/(n + 1) is at most x "
          + "(conservative)"
      }
    let undefined =
      options.undefined == .keep
      ? "Sequences without a score stay, tied below all others."
      : "Sequences without a score are left out."
    let units =
      runs.contains { $0.documents != nil }
      ? "over documents where a run's sequences are cut from documents, otherwise over sequences,"
      : "over sequences,"
    var lines = settings.attackChoice.map { [$0] } ?? []
    lines += [
      "Intervals are \(NumberFormat.rate(options.level)) \(units) for this one trained model: "
        + "they say nothing about training it again. AUC: DeLong on the logit scale. "
        + "TPR: \(method).",
      "TPR at FPR x is by \(convention). \(undefined)",
    ]
    if settings.wanted.advantage {
      lines.append(
        "Advantage is the largest TPR - FPR over all thresholds, found on the sequences it is "
          + "judged by and so too high; its interval is corrected for that. Balanced accuracy is "
          + "(1 + advantage)/2.")
    }
    if let prior = settings.prior {
      lines.append(
        "Precision assumes that \(NumberFormat.rate(prior)) of all sequences are members; its "
          + "interval joins exact limits of both rates, and is left out over documents.")
    }
    return lines
  }
}

extension RunReport {
  fileprivate func text(_ settings: EvaluationReport.Settings) -> String {
    let name = Sanitize.text(run.name, escaping: .preview)
    var text = FigureText.wrapped(summary.isEmpty ? name : "\(name): \(summary)")
    text += FigureText.wrapped(population, indent: 2, hang: 0)
    if hasFigures {
      for table in tables(settings) {
        text += "\n" + table.text(indent: 2, widestFirst: ReportSection.widestFirst)
      }
      text += "\n"
    }
    for line in remarks(settings) { text += FigureText.wrapped(line, indent: 2) }
    text += sections(settings).map { $0.text }.joined()
    return text
  }

  fileprivate func markdown(_ settings: EvaluationReport.Settings) -> String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    var text = "## \(cell(run.name))\n\n"
    if !summary.isEmpty { text += cell(summary) + "  \n" }
    text += cell(population) + "\n"
    if hasFigures {
      for table in tables(settings) { text += "\n" + table.markdown }
    }
    let remarks = remarks(settings)
    if !remarks.isEmpty { text += "\n" + remarks.map { "- \(cell($0))\n" }.joined() }
    text += sections(settings).map { $0.markdown }.joined()
    return text
  }

  /// Whether there is anything but dashes to show: every figure takes both classes.
  var hasFigures: Bool { !attacks.isEmpty && members > 0 && nonMembers > 0 }

  /// What was asked for beside the figures, each under a heading.
  func sections(_ settings: EvaluationReport.Settings) -> [ReportSection] {
    var sections: [ReportSection] = []
    switch slices {
    case .success(let report): sections.append(report.section(self, settings))
    case .failure(let problem):
      sections.append(ReportSection(title: "Not cut into slices", remarks: [problem.description]))
    case nil: break
    }
    if let suspects { sections += suspects.sections(settings) }
    if let epsilon { sections.append(epsilon.section(settings)) }
    return sections
  }

  /// Tables of at most 100 columns: the first with the AUC, more if many FPRs were asked for.
  func tables(_ settings: EvaluationReport.Settings) -> [AlignedTable] {
    Self.tables(Self.columns(settings), table)
  }

  /// As many columns in each table as fit, from the first to the last.
  static func tables(
    _ columns: [FigureColumn], _ make: (ArraySlice<FigureColumn>) -> AlignedTable
  ) -> [AlignedTable] {
    var tables: [AlignedTable] = []
    var next = columns.startIndex
    repeat {
      var count = columns.endIndex - next
      var table = make(columns[next..<next + count])
      while count > 1, table.width(widestFirst: ReportSection.widestFirst) > 98 {
        count -= 1
        table = make(columns[next..<next + count])
      }
      tables.append(table)
      next += count
    } while next < columns.endIndex
    return tables
  }

  /// A column of the table: its heading, and its cell for an attack.
  typealias FigureColumn = (title: String, cell: (AttackEvaluation) -> String)

  static func columns(_ settings: EvaluationReport.Settings) -> [FigureColumn] {
    let level = "[\(NumberFormat.rate(settings.options.level))]"
    var columns: [FigureColumn] = [
      (
        "AUC \(level)",
        { evaluation in
          FigureText.cell(
            evaluation.auc?.auc, evaluation.auc?.interval, decimals: 3, percent: false)
        }
      )
    ]
    for rate in settings.options.fprs {
      let name = NumberFormat.rate(rate)
      columns.append(
        ("TPR@\(name) \(level)", { evaluation in FigureText.rateCell(evaluation, fpr: rate) }))
      guard let prior = settings.prior else { continue }
      columns.append(
        (
          "precision@\(name) \(level)",
          { evaluation in
            let point = evaluation.points.first { $0.point.fpr == rate }?.point
            return FigureText.cell(
              point?.precision(prior: prior),
              evaluation.clusterCount == nil
                ? point?.precisionInterval(prior: prior, level: settings.options.level) : nil,
              decimals: 1)
          }
        ))
    }
    if settings.wanted.advantage {
      columns.append(
        (
          "advantage \(level)",
          {
            FigureText.cell(
              $0.advantage?.value, $0.advantage?.interval, decimals: 3, percent: false)
          }
        ))
      columns.append(
        (
          "balanced accuracy",
          {
            FigureText.cell(
              $0.advantage?.balancedAccuracy, $0.advantage?.balancedAccuracyInterval, decimals: 1)
          }
        ))
    }
    return columns
  }

  private func table(_ columns: ArraySlice<FigureColumn>) -> AlignedTable {
    var table = AlignedTable(["attack"] + columns.map(\.title))
    for attack in attacks {
      table.add([attack.spelling] + columns.map { $0.cell(attack.evaluation) })
    }
    return table
  }

  /// What must stand beside the figures.
  func remarks(_ settings: EvaluationReport.Settings) -> [String] {
    var lines = conditions
    let edges = NamesByText(
      attacks.compactMap { attack in
        FigureText.edgeCases(attack.evaluation.counts).map { (attack.spelling, $0) }
      })
    for group in edges.groups {
      lines.append(group.names.joined(separator: ", ") + ": " + group.text + ".")
    }
    lines += settings.options.fprs.compactMap { knownWithoutLowerEnd($0, settings.options.level) }
    return lines + guards.sentences + notComputed
  }

  /// What may be true of several runs alike.
  var sharedRemarks: [String] { conditions + guards.sentences + notComputed }

  /// What the figures are of, and what they lack.
  private var conditions: [String] {
    var lines = groups.map(Self.words) ?? []
    if members == 0 || nonMembers == 0 {
      lines.append("Figures need both members and non-members; label them to get any.")
    }
    return lines
  }

  /// What was joined, and what could not be.
  private static func words(_ groups: RunAnalysis.Groups) -> [String] {
    let how =
      switch groups.request.aggregation {
      case .harmonicP: "the harmonic mean of their calibrated p-values"
      case .mean: "their mean score"
      case .max: "their highest score"
      }
    var text =
      "Counted are groups with one meta.\(groups.request.key), not sequences: each of up to "
      + "\(NumberFormat.counted(groups.largest, "sequence")), scored by \(how)."
    if groups.mixed > 0 {
      text +=
        " Left out: \(NumberFormat.counted(groups.mixed, "group")) of members and non-members."
    }
    if groups.withoutKey > 0 {
      text +=
        " Left out: \(NumberFormat.counted(groups.withoutKey, "sequence")) without that key."
    }
    return [text]
  }

  /// Which attacks there are no figures of, and why.
  private var notComputed: [String] {
    if !lacking.isEmpty { return [AttackWords.lacking(lacking)] }
    return NamesByText.reasons(missing).map { "Not computed: \($0)." }
  }
}
