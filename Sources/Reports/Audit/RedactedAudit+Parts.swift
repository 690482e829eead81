import Analysis
import Basics
import ScoringCore
import TerminalUI

extension RedactedAudit {
  /// Full fine-tuning against LoRA after as many epochs, and both against the loss they reach.
  var comparison: ReportDocument.Section? {
    guard !report.comparisons.isEmpty || report.frontier != nil else { return nil }
    var blocks: [ReportDocument.Block] = []
    for comparison in report.comparisons {
      let names = comparison.runs.map(\.name)
      let caption =
        "A: \(RunWords.heading(comparison.runs[0])). "
        + "B: \(RunWords.heading(comparison.runs[1])). \(comparison.joined)."
      blocks.append(.heading("\(names.joined(separator: " against ")), at equal epochs"))
      blocks.append(.table(comparison.areas, caption: caption))
      for (index, rate) in comparison.options.fprs.enumerated() {
        let table = comparison.rates(index, rate)
        if !table.isEmpty {
          blocks.append(
            .table(table, caption: "The same by TPR at \(NumberFormat.rate(rate)) FPR."))
        }
      }
      if !comparison.guards.both.tripped.isEmpty {
        blocks.append(.list(comparison.guards.both.tripped.map(\.sentence)))
      }
    }
    if report.comparisons.isEmpty {
      blocks.append(
        .paragraph("No full fine-tuning and LoRA of the same model and epoch are among the runs."))
    }
    if let frontier = report.frontier {
      blocks.append(.heading("Beside the validation loss"))
      if let figure = AuditPlots.frontier(frontier) { blocks.append(.figure(figure)) }
      blocks.append(.list(frontier.verdicts))
      blocks.append(.table(frontier.checkpoints, caption: frontier.title))
      if let tests = frontier.tests {
        blocks.append(
          .table(tests, caption: "Each checkpoint against another method's curve at the same loss.")
        )
      }
    }
    return ReportDocument.Section(
      id: "methods", title: "Full fine-tuning against LoRA, and leakage against utility",
      blocks: blocks)
  }

  /// What leakage grows with.
  var trends: ReportDocument.Section? {
    guard !report.trends.isEmpty else { return nil }
    var blocks: [ReportDocument.Block] = []
    for trend in report.trends {
      blocks.append(.heading("By \(trend.settings.axis.title)"))
      if let figure = AuditPlots.trend(trend) { blocks.append(.figure(figure)) }
      blocks.append(.table(trend.levels, caption: trend.title))
      if let slopes = trend.slopes {
        blocks.append(.table(slopes, caption: "How steep it is, and whether that may be chance."))
      }
      if !trend.findings.isEmpty { blocks.append(.list(trend.findings)) }
    }
    return ReportDocument.Section(id: "trends", title: "What it grows with", blocks: blocks)
  }

  /// The text that comes out, and what it costs.
  var leaks: ReportDocument.Section? {
    let runs = report.leaks.runs.filter { $0.leaks != nil }
    guard !runs.isEmpty else { return nil }
    let redacted = RedactedLeaks(report.leaks, redaction)
    var blocks: [ReportDocument.Block] = [
      .paragraph(
        "Spans are stretches that a model says by itself once it is in the middle of a text, that the "
          + "model before fine-tuning would not say, and that no other text has. They name what "
          + "leaked, and are no list of who was in the training data.")
    ]
    for run in runs {
      blocks.append(.heading(RunWords.heading(run.run)))
      for section in redacted.sections(run) { blocks += ReportDocument.Block.blocks(section) }
    }
    return ReportDocument.Section(
      id: "leaks", title: "Leaked text",
      blocks: blocks + redacted.footer.map { .paragraph($0) })
  }

  /// What models reproduce when asked to go on, beside what they do for texts they never saw.
  var extraction: ReportDocument.Section? {
    let runs = report.extraction.runs.filter {
      !$0.decodings.isEmpty || $0.teacherForced != nil || !$0.exposures.isEmpty
    }
    guard !runs.isEmpty else { return nil }
    let level = NumberFormat.rate(report.settings.options.level)
    var table = AlignedTable([
      "run", "decoding", ">members", ">word for word [\(level)]", ">non-members",
      ">word for word [\(level)]",
    ])
    for run in runs {
      for decoding in run.decodings {
        func rates(_ group: String) -> ExtractionRates? {
          decoding.rows.first { $0.group == group && $0.slice == nil }?.rates
        }
        func cells(_ rates: ExtractionRates?) -> [String] {
          [
            rates.map { NumberFormat.count($0.sequences) } ?? "-",
            FigureText.cell(rates?.verbatim.value, rates?.verbatim.interval, decimals: 1),
          ]
        }
        table.add(
          [run.run.name, decoding.decoding] + cells(rates("members")) + cells(rates("non-members")))
      }
    }
    var blocks: [ReportDocument.Block] = []
    if !table.isEmpty {
      blocks.append(
        .table(
          table,
          caption: "Continuations that repeat the true text, members beside the base rate of "
            + "non-members: what is common or easily guessed comes out for them as well."))
    }
    for run in runs {
      let sections = run.sections(report.extraction.settings)
      guard !sections.isEmpty else { continue }
      blocks.append(.heading(run.heading))
      for section in sections {
        if let own = section.table { blocks.append(.table(own, caption: section.title)) }
      }
    }
    return ReportDocument.Section(
      id: "extraction", title: "What models reproduce when asked to go on",
      blocks: blocks
        + RedactedExtraction(report.extraction, redaction).footer.map { .paragraph($0) })
  }

  /// Texts of which nobody knows whether they were trained on.
  var suspects: ReportDocument.Section? {
    let settings = report.evaluation.settings
    let runs = report.evaluation.runs.filter { ($0.suspects?.count ?? 0) > 0 }
    guard !runs.isEmpty else { return nil }
    let blocks = runs.flatMap { run -> [ReportDocument.Block] in
      [.heading(run.run.name)]
        + (run.suspects?.sections(settings) ?? []).flatMap { ReportDocument.Block.blocks($0) }
    }
    return ReportDocument.Section(id: "suspects", title: "Suspects", blocks: blocks)
  }

  /// What people decided of texts, with who and when.
  var judgements: ReportDocument.Section? {
    guard !report.judgements.isEmpty else { return nil }
    var table = AlignedTable(["sequence", "verdict", "by", "when (UTC)", "note"])
    for change in report.judgements {
      table.add([
        change.id, change.new.verdict.name, change.author, Timestamp.text(change.time),
        redaction.text(change.new.note),
      ])
    }
    return ReportDocument.Section(
      id: "verdicts", title: "Verdicts of people",
      blocks: [
        .table(
          table,
          caption: "\(NumberFormat.counted(report.judgements.count, "sequence")) judged; the last "
            + "judgement of each.")
      ])
  }
}
