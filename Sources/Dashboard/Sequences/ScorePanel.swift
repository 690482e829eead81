import Analysis
import Basics
import ScoringCore
import TerminalUI

/// How two groups score, where the threshold lies, and what the attack detects.
struct ScorePanel {
  let order: RowOrder
  /// The selected row of the order's run.
  let row: Int?

  func draw(in area: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let panel = Panel(title, note: order.analysis.run.name)
    panel.draw(in: area, on: &frame, glyphs: glyphs)
    let inner = panel.inner(of: area).inset(horizontal: 1, vertical: 0)
    let lines = lines(glyphs)
    let shown = min(lines.count, max(1, inner.height / 3))
    let (plot, text) = inner.splitBottom(shown)
    histogram.draw(in: plot, on: &frame, glyphs: glyphs)
    for (index, line) in lines.prefix(shown).enumerated() {
      frame.putLine(line, in: text.splitTop(index).rest, glyphs: glyphs)
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
      bins: order.shape.bins, firstName: order.shape.isOfSuspects ? "suspects" : "members",
      secondName: "non-members")
    if order.shape.isOfSuspects { histogram.firstRole = .unknown }
    if let score = rate?.point.threshold {
      histogram.threshold = .init(value: ScoreShape.place(score), label: "1% FPR")
    }
    histogram.marker = row.map { ScoreShape.place(order.column[$0]) }
    return histogram
  }

  /// What there is to say, the most telling first.
  private func lines(_ glyphs: GlyphSet) -> [[StyledText]] {
    let evaluation = order.figures.evaluation
    var lines: [[StyledText]] = []
    if let auc = evaluation.auc {
      var spans = [StyledText("AUC ", .textDim)] + FigureWords.area(auc)
      if let rate {
        spans += [
          StyledText("  TPR@1% ", .textDim),
          StyledText(NumberFormat.percent(rate.point.tpr), .textStrong),
          StyledText(" " + FigureWords.percents(rate.interval), .textDim),
        ]
      }
      lines.append(spans)
    } else if evaluation.nonMembers == 0 {
      lines.append([StyledText("No known non-members: no curve, no p-values.", .textDim)])
    }
    lines += suspects
    if let rate {
      let note = rate.point.resolution.note.map { [StyledText("  " + $0, .statusWarning)] } ?? []
      lines.append(
        [
          StyledText("threshold ", .textDim),
          StyledText(rate.point.threshold.map(\.text) ?? "above all scores", .threshold),
        ] + note)
    }
    lines.append([StyledText(Self.counts(evaluation.counts, glyphs), .textDim)])
    return lines
  }

  /// What can be said of the suspects one by one, and as a set; or why nothing can.
  private var suspects: [[StyledText]] {
    let count = order.analysis.suspectCount
    guard count > 0 else { return [] }
    if let problem = order.analysis.problemOfSuspects(attack: order.attack) {
      return [
        [
          StyledText("\(NumberFormat.counted(count, "suspect")) not named: ", .textDim),
          StyledText(problem.short, .statusWarning),
        ]
      ]
    }
    var lines: [[StyledText]] = []
    if let area = order.shape.suspectsAsSet {
      lines.append([StyledText("suspects as a set: AUC ", .textDim)] + FigureWords.area(area))
    }
    if let discoveries = order.discoveries {
      lines.append([
        StyledText("named ", .textDim),
        StyledText(NumberFormat.count(discoveries.namedCount), .textStrong),
        StyledText(
          " of \(NumberFormat.counted(count, "suspect")) at a false-discovery rate of "
            + discoveries.rate.text, .textDim),
      ])
    }
    return lines
  }

  /// What the scores are made of, with no class left out.
  static func counts(_ counts: ScoreCounts, _ glyphs: GlyphSet) -> String {
    let classes = [
      ("no errors", counts.forcedNoErrors), ("N=0", counts.forcedN0),
      ("too few", counts.insufficient), ("set to 0", counts.zeroed),
      ("no movement", counts.noMovement), ("undefined", counts.undefined),
      ("not finite", counts.nonFinite),
    ]
    let parts =
      ["scored \(NumberFormat.count(counts.scored))"]
      + classes.filter { $0.1 > 0 }.map { "\($0.0) \(NumberFormat.count($0.1))" }
    return parts.joined(separator: " \(glyphs.separator.text) ")
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
