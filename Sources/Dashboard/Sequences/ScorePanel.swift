import Basics
import ScoringCore
import TerminalUI

/// How members and non-members score, what the attack detects, and the selected sequence's figures.
struct ScorePanel {
  let order: RowOrder
  /// The selected row of the order's run.
  let row: Int?
  var redaction = Redaction.off

  func draw(in area: Rect, isBeside: Bool, on frame: inout Frame, look: Look) {
    let panel = Panel(title, note: order.analysis.run.name)
    panel.draw(in: area, on: &frame, look: look)
    let inner = panel.inner(of: area).inset(horizontal: 1, vertical: 0)
    if isBeside {
      let height = min(16, max(8, inner.height * 2 / 5))
      let (plot, rest) = inner.splitTop(height)
      histogram.draw(in: plot, on: &frame, look: look)
      KeyValue(figures(look) + [.gap] + selected).draw(
        in: rest.splitTop(1).rest, on: &frame, look: look)
    } else {
      let (plot, rest) = inner.splitLeft(inner.width * 11 / 20)
      histogram.draw(in: plot, on: &frame, look: look)
      KeyValue(figures(look)).draw(in: rest.splitLeft(2).rest, on: &frame, look: look)
    }
  }

  private var title: String {
    let card = (try? AttackCatalog.attack(order.query.attack)).map { type(of: $0).card.title }
    return card.map { "Scores by \($0)" } ?? "Scores by \(order.query.attack)"
  }

  /// The operating point at 1 %, whose threshold is drawn.
  private var rate: AttackEvaluation.Rate? {
    order.figures.evaluation.points.first { $0.point.fpr == 0.01 }
  }

  var histogram: Histogram {
    var histogram = Histogram(
      bins: order.shape.bins, firstName: "members", secondName: "non-members")
    if let score = rate?.point.threshold {
      histogram.threshold = .init(value: ScoreShape.place(score), label: "1% FPR")
    }
    histogram.marker = row.map { ScoreShape.place(order.column[$0]) }
    return histogram
  }

  private func figures(_ look: Look) -> [KeyValue.Row] {
    let evaluation = order.figures.evaluation
    var rows: [KeyValue.Row] = []
    if let auc = evaluation.auc {
      rows.append(
        .pair(
          "AUC",
          [
            StyledText(NumberFormat.fixed(auc.auc, 3), .textStrong),
            StyledText(
              " " + NumberFormat.interval(auc.interval.lower, auc.interval.upper, 3), .textDim),
          ]))
    }
    if let rate {
      let interval = rate.interval.map {
        " [\(NumberFormat.fixed($0.lower * 100, 1)), \(NumberFormat.fixed($0.upper * 100, 1))]"
      }
      rows.append(
        .pair(
          "TPR@1%",
          [
            StyledText(NumberFormat.percent(rate.point.tpr), .textStrong),
            StyledText(interval ?? "", .textDim),
          ]))
      rows.append(
        .pair(
          "threshold", [StyledText(rate.point.threshold.map(\.text) ?? "above all", .threshold)]))
      if let note = rate.point.resolution.note { rows.append(.note(note)) }
    }
    if evaluation.nonMembers > 0 {
      rows.append(
        .pair(
          "smallest p",
          [
            StyledText(NumberFormat.pValue(1 / Double(evaluation.nonMembers + 1))),
            StyledText(" = 1/\(NumberFormat.count(evaluation.nonMembers + 1))", .textDim),
          ]))
    } else {
      rows.append(.note("No known non-members: no curve, no p-values."))
    }
    rows.append(.note(Self.counts(evaluation.counts, look)))
    return rows + suspects
  }

  /// How many suspects there are and can be named, or why none can be.
  private var suspects: [KeyValue.Row] {
    let count = order.analysis.suspectCount
    guard count > 0 else { return [] }
    var rows: [KeyValue.Row] = [.pair("suspects", [StyledText(NumberFormat.count(count))])]
    if let discoveries = order.discoveries {
      rows.append(
        .pair(
          "named",
          [
            StyledText(NumberFormat.count(discoveries.namedCount), .textStrong),
            StyledText(" at a rate of \(discoveries.rate.text)", .textDim),
          ]))
    } else if let problem = order.analysis.problemOfSuspects(attack: order.attack) {
      rows.append(.note("Suspects are not named. " + problem.long))
    }
    return rows
  }

  /// What the scores are made of, with no class left out.
  static func counts(_ counts: ScoreCounts, _ look: Look) -> String {
    let classes = [
      ("no errors", counts.forcedNoErrors), ("N=0", counts.forcedN0),
      ("too few", counts.insufficient), ("set to 0", counts.zeroed),
      ("no movement", counts.noMovement), ("undefined", counts.undefined),
      ("not finite", counts.nonFinite),
    ]
    let parts =
      ["scored \(NumberFormat.count(counts.scored))"]
      + classes.filter { $0.1 > 0 }.map { "\($0.0) \(NumberFormat.count($0.1))" }
    return parts.joined(separator: " \(look.glyphs.separator.text) ")
  }

  private var selected: [KeyValue.Row] {
    guard let row else { return [] }
    let analysis = order.analysis
    let score = order.column[row]
    var rows: [KeyValue.Row] = [
      .heading(analysis.scores.ids[row]),
      .pair(
        "label",
        [
          StyledText(analysis.scores.labels[row].name, analysis.scores.labels[row].role),
          StyledText(analysis.isPrimary[row] ? "" : "  not in the figures", .textDim),
        ]),
      .pair("score", [StyledText(score.text, .textStrong)]),
    ]
    if let explanation = score.status.explanation { rows.append(.note(explanation)) }
    if order.figures.pValues.indices.contains(row) {
      rows.append(.pair("p-value", [StyledText(NumberFormat.pValue(order.figures.pValues[row]))]))
    }
    if let zones = order.column.zones {
      rows.append(
        .pair(
          "P / N",
          [
            StyledText(NumberFormat.fixed(zones.up[row], 2), .barUp), StyledText(" / "),
            StyledText(NumberFormat.fixed(zones.down[row], 2), .barDown),
            StyledText(" nats", .textDim),
          ]))
      rows.append(.pair("errors", [StyledText(String(zones.errors[row]))]))
    }
    for column in analysis.metadata.columns {
      guard let value = column.value(row) else { continue }
      rows.append(.pair(column.key, [StyledText(redaction.metadata(value, of: column.key))]))
    }
    return rows
  }
}

extension Resolution {
  /// What to add to a figure that rests on too few non-members.
  fileprivate var note: String? {
    switch self {
    case .ok: nil
    case .weak: "weak: under 10 false positives expected"
    case .notResolvable: "not resolvable: under 1 false positive expected"
    }
  }
}
