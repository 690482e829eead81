import Analysis
import Basics
import ScoringCore
import TerminalUI

extension RedactedAudit {
  /// What was looked at before figures were trusted, what was found, and what has no plain score.
  var guards: ReportDocument.Section {
    let runs = report.evaluation.runs
    func grouped(_ sentences: (RunReport) -> [String]) -> [String] {
      NamesByText(runs.flatMap { run in sentences(run).map { (run.run.name, $0) } }).groups.map {
        ($0.names.count == runs.count && runs.count > 1
          ? "All runs" : $0.names.joined(separator: ", ")) + ": " + $0.text
      }
    }
    let tripped = grouped { $0.guards.tripped.map(\.sentence) }
    let checked = grouped {
      [$0.guards.passedSentence].compactMap { $0 } + $0.guards.notCheckedSentences
    }
    let edges = grouped { run in
      let counts = run.attacks.first { $0.spelling == report.attack }?.evaluation.counts
      return [counts.flatMap(FigureText.edgeCases)].compactMap { $0.map { $0 + "." } }
    }
    return ReportDocument.Section(
      id: "guards", title: "Guards and edge cases",
      blocks: [
        .heading("What speaks against figures"),
        tripped.isEmpty ? .paragraph("Nothing that was checked does.") : .list(tripped),
        .heading("What was checked"), .list(checked),
        .heading("Texts without a plain score under \(report.attack)"),
        edges.isEmpty ? .paragraph("There are none.") : .list(edges),
      ])
  }

  /// What nobody may conclude from this report.
  var gaps: [String] {
    let runs = report.evaluation.runs
    var lines = report.refusals
    lines += NamesByText(
      runs.filter { !$0.lacking.isEmpty }.map { ($0.run.name, AttackWords.lacking($0.lacking)) }
    ).groups.map { "\($0.names.joined(separator: ", ")): \($0.text)" }
    let scoresOnly = report.leaks.runs.filter { $0.table == nil }.map(\.run.name)
    if !scoresOnly.isEmpty {
      lines.append(
        "Which text comes out of \(scoresOnly.joined(separator: ", ")): only scores are known.")
    }
    let remarks = report.extraction.runs.filter { run in
      !scoresOnly.contains(run.run.name)
    }.flatMap { run in run.remarks.map { (run.run.name, $0) } }
    lines += NamesByText(remarks).groups.map { "\($0.names.joined(separator: ", ")): \($0.text)" }
    if report.extraction.runs.allSatisfy(\.exposures.isEmpty) {
      lines.append("Exposure of planted secrets: there are no canaries.")
    }
    if runs.allSatisfy({ $0.unknown == 0 }) {
      lines.append("Texts of unknown membership: there are none among these.")
    }
    let refused = runs.compactMap { $0.epsilon?.refusal }
    if refused.count == runs.count || runs.allSatisfy({ $0.epsilon == nil }) {
      lines.append(
        "A bound on epsilon: it takes members that a coin picked (inclusion = \"randomized\").")
    }
    let outside = runs.map(\.outside).max() ?? 0
    if outside > 0 {
      lines.append(
        "Up to \(NumberFormat.counted(outside, "text")) of a run are outside the population that "
          + "headline figures are over, such as repeated records and canaries.")
    }
    return lines + [
      "Training again: figures and intervals are of these trained models, and another seed gives "
        + "others.",
      "Other attackers: those who train models of their own, see weights or gradients, or prompt with "
        + "more than the beginning of a text; and decodings other than those named here. A better "
        + "attack would find more, never less.",
      "Harm: that a text was trained on, or comes out, does not say whom it hurts.",
    ]
  }

  var untested: ReportDocument.Section {
    ReportDocument.Section(id: "untested", title: "What was not tested", blocks: [.list(gaps)])
  }

  /// How the figures are to be read.
  var conventions: ReportDocument.Section {
    let options = report.settings.options
    var lines = report.evaluation.footer
    lines.append(
      "A run leaks if its area lies above one half by more than chance explains at the "
        + "\(NumberFormat.rate(options.level)) level, corrected for the number of fine-tuned runs "
        + "(Bonferroni), or if it gives spans at a false-discovery rate of "
        + "\(NumberFormat.rate(report.settings.falseDiscoveryRate)). A guard that voids the figures "
        + "leaves it undecided.")
    lines.append("Population of the figures: \(report.settings.population.rawValue).")
    if let comparison = report.comparisons.first { lines += comparison.footer }
    if let trend = report.trends.first { lines += trend.footer }
    if let frontier = report.frontier { lines += frontier.footer }
    return ReportDocument.Section(
      id: "conventions", title: "Conventions",
      blocks: [.list(lines.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } })])
  }

  /// Every attack's figures, and bounds on epsilon.
  var everyAttack: ReportDocument.Section {
    let settings = report.evaluation.settings
    var blocks: [ReportDocument.Block] = [
      .paragraph(
        "The verdict rests on \(report.attack) alone. The other attacks are for comparison: the best "
          + "of many flatters itself.")
    ]
    for run in report.evaluation.runs {
      blocks.append(.heading(RunWords.heading(run.run)))
      if run.hasFigures {
        for table in run.tables(settings) { blocks.append(.table(table, caption: run.population)) }
      } else {
        blocks.append(.paragraph("No figures: they need both members and non-members."))
      }
      if let epsilon = run.epsilon, epsilon.refusal == nil {
        blocks += ReportDocument.Block.blocks(epsilon.section(settings))
      }
    }
    return ReportDocument.Section(id: "attacks", title: "Appendix A: every attack", blocks: blocks)
  }

  /// Which question of those who ask for audits each part answers.
  var questions: ReportDocument.Section {
    var table = AlignedTable(["asked by", "for", "answered in"])
    for entry in AuditWords.questions { table.add([entry.source, entry.question, entry.part]) }
    return ReportDocument.Section(
      id: "questions", title: "Appendix B: which question each part answers",
      blocks: [
        .table(
          table,
          caption: "For orientation, and no legal claim: whether this suffices is for "
            + "those to say who asked.")
      ])
  }

  /// What it takes to get the same report again.
  var provenance: ReportDocument.Section {
    let origin = report.provenance
    var table = AlignedTable(["file", ">bytes", "SHA-256"])
    for input in origin.inputs {
      table.add([input.name, NumberFormat.count(input.bytes), input.sha256])
    }
    let options = report.settings.options
    var blocks: [ReportDocument.Block] = [
      .list([
        "ezscope \(origin.version)", "Command: \(origin.command.joined(separator: " "))",
        "Seed of every resampling: \(options.seed); replicates: "
          + "\(NumberFormat.count(options.replicates)).",
      ])
    ]
    if !table.isEmpty {
      blocks.append(.table(table, caption: "Every file that was read."))
    }
    return ReportDocument.Section(
      id: "provenance", title: "Appendix C: where this comes from", blocks: blocks)
  }
}
