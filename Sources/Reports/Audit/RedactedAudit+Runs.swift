import Analysis
import Basics
import ScoringCore
import TerminalUI

extension RedactedAudit {
  /// Which models were asked what, a line each.
  var subject: ReportDocument.Section {
    let level = NumberFormat.rate(report.settings.options.level)
    var table = AlignedTable([
      "run", "method", ">epoch", ">loss", ">base", ">members", ">others", ">AUC [\(level)]",
      ">TPR@\(NumberFormat.rate(report.fpr)) [\(level)]", ">leaked spans", "verdict",
    ])
    for (run, finding) in zip(report.evaluation.runs, report.findings) {
      let evaluation = run.attacks.first { $0.spelling == report.attack }?.evaluation
      table.add([
        run.run.name, run.run.method?.rawValue ?? "-",
        run.run.epoch.map { NumberFormat.plain($0) } ?? "-",
        run.run.validationLoss.map { NumberFormat.fixed($0, 3) } ?? "-",
        run.run.referenceValidationLoss.map { NumberFormat.fixed($0, 3) } ?? "-",
        NumberFormat.count(run.members), NumberFormat.count(run.nonMembers),
        FigureText.cell(
          evaluation?.auc?.auc, evaluation?.auc?.interval, decimals: 3, percent: false),
        evaluation.map { FigureText.rateCell($0, fpr: report.fpr) } ?? "-",
        finding.namedSpans.map { NumberFormat.count($0) } ?? "-", finding.standing.words,
      ])
    }
    return ReportDocument.Section(
      id: "runs", title: "What was asked of which models",
      blocks: [
        .paragraph(
          "Each run is a fine-tuned model beside the model it was made from. The attack "
            + "\(report.attack) gives every text a score from what both say of it; texts that were "
            + "trained on (members) should not score above texts that were not (others)."),
        .table(
          table,
          caption:
            "Runs. loss, base: validation loss in nats per token, of the run and of the model "
            + "before fine-tuning. AUC: 0.5 is guessing. TPR: the share of members recognised when "
            + "\(oneIn) of the others are wrongly named; guessing gives "
            + "\(NumberFormat.rate(report.fpr)). ~ few false alarms decide it, x too few. leaked "
            + "spans: stretches of text named at a false-discovery rate of "
            + "\(NumberFormat.rate(report.settings.falseDiscoveryRate)); - where only scores are "
            + "known."),
      ] + [report.evaluation.settings.attackChoice].compactMap { $0.map { .paragraph($0) } })
  }

  /// How well members are told from others, as curves.
  var membership: ReportDocument.Section {
    var blocks: [ReportDocument.Block] = []
    if let figure = rocFigure {
      blocks.append(.figure(figure))
    } else {
      blocks.append(
        .paragraph("There is no curve: it takes members and non-members. Label texts to get one."))
    }
    return ReportDocument.Section(
      id: "membership", title: "Who was in the training data", blocks: blocks)
  }

  /// The run's curve under the attack that decides.
  private func curve(_ name: String) -> ROC? {
    report.evaluation.runs.first { $0.run.name == name }?.attacks
      .first { $0.spelling == report.attack }?.evaluation.roc
  }

  private var rocFigure: ReportDocument.Figure? {
    let judged = report.leaking + report.findings.filter { $0.standing == .notShown }
    let control = report.findings.first {
      $0.run.method?.family == .control && curve($0.run.name) != nil
    }
    let shown = judged.filter { curve($0.run.name) != nil }.prefix(5) + [control].compactMap { $0 }
    let curves = shown.compactMap { finding in curve(finding.run.name).map { (finding, $0) } }
    guard let least = curves.map(\.1.resolution).min() else { return nil }
    let axes = PlotAxes.roc(
      .logLog, resolution: least, lowest: curves.map(\.1.firstTPR).filter { $0 > 0 }.min() ?? 0)
    var plot = Plot(axes: axes, series: [], guides: [.diagonal, .vertical(report.fpr)])
    for (number, (finding, roc)) in curves.enumerated() {
      let area = finding.area.map { "AUC " + NumberFormat.fixed($0.auc, 3) } ?? ""
      var series = PlotSeries(
        points: roc.steps(columns: 300, at: axes.x.value).map { .init(x: $0.fpr, y: $0.tpr) },
        role: Role.curves[number % Role.curves.count], marker: AuditPlots.marker(number),
        name: finding.run.name, figures: area, isSelected: number == 0)
      if number == 0 {
        series.band = roc.band().map { .init(x: $0.fpr, lower: $0.lower, upper: $0.upper) }
      }
      plot.series.append(series)
    }
    if axes.x.lower < least {
      plot.shade = .init(from: axes.x.lower, to: least, label: "no evidence")
    }
    let rates = curves.compactMap { finding, _ in
      finding.rate.map {
        "\(finding.run.name) \(NumberFormat.percent($0.point.tpr))"
      }
    }
    let first = curves.first?.0.run.name ?? ""
    return ReportDocument.Figure(
      id: "roc", title: "Texts recognised against false alarms (ROC), both axes logarithmic",
      plot: plot,
      caption: "The higher a curve lies above the dashed line of guessing, the more a model gives "
        + "away. At \(NumberFormat.rate(report.fpr)) false alarms (upright line): "
        + "\(rates.joined(separator: ", ")). The tint is the "
        + "\(NumberFormat.rate(report.settings.options.level)) band around \(first)."
        + (judged.count > 5 ? " Of \(judged.count) models the worst five are drawn." : ""))
  }
}
