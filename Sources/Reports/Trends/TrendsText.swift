import Analysis
import Basics
import ScoringCore
import TerminalUI

extension TrendsReport: TabularReport {
  /// The report for people, at most 100 columns wide where names are short.
  package var text: String {
    var text = FigureText.wrapped(title) + "\n" + levels.text(indent: 2)
    if let slopes { text += "\n" + slopes.text(indent: 2) }
    let findings = self.findings
    if !findings.isEmpty { text += "\n" }
    for line in findings { text += FigureText.wrapped(line, indent: 2) }
    if !shared.leftOut.isEmpty { text += "\n" }
    for line in shared.leftOutSentences { text += FigureText.wrapped(line, indent: 2) }
    return text + "\n" + footer.map { FigureText.wrapped($0) }.joined()
  }

  /// The report for documents.
  package var markdown: String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    let left = shared.leftOutSentences.map { "- \(cell($0))\n" }
    return "## \(cell(title))\n\n" + levels.markdown + (slopes.map { "\n" + $0.markdown } ?? "")
      + "\n" + findings.map { "- \(cell($0))\n" }.joined() + left.joined() + "\n"
      + footer.map(cell).joined(separator: "\n\n") + "\n"
  }

  /// `AUC of ez by epoch, 9 runs over sequences that all of them hold: up to 500 members ...`.
  var title: String {
    let members = points.map(\.figure.count).max() ?? 0
    let others = points.map(\.figure.nonMembers).max() ?? 0
    let count = shared.columns.count
    let runs = count == 1 ? "1 run: " : "\(count) runs over sequences that all of them hold: "
    var text =
      "\(settings.name) by \(settings.axis.title), \(runs)up to \(NumberFormat.counted(members, "member"))"
    if others > 0 { text += " against up to \(NumberFormat.counted(others, "non-member"))" }
    return text + shared.droppedWords + "."
  }

  var levels: AlignedTable {
    var headings = [
      settings.axis.isSlice ? "run" : "group",
      (settings.axis.isNumeric ? ">" : "") + settings.axis.heading,
      settings.axis.isSlice ? "method" : "run", hasOwn ? ">n" : ">members",
      ">\(settings.figure.heading)",
      ">\(NumberFormat.rate(settings.level)) interval", ">loss", ">base",
    ]
    if hasOwn { headings.append(">shared") }
    var table = AlignedTable(headings)
    for (point, estimate) in zip(points, figures.estimates) {
      var cells = [
        point.group, point.name,
        settings.axis.isSlice ? point.run.method?.rawValue ?? "-" : point.run.name,
        NumberFormat.count(point.own?.members ?? point.figure.count),
        figure(point.own?.value ?? estimate.value),
        interval(point.own == nil ? estimate.interval : point.own?.interval),
        point.run.validationLoss.map { NumberFormat.fixed($0, 3) } ?? "-",
        point.run.referenceValidationLoss.map { NumberFormat.fixed($0, 3) } ?? "-",
      ]
      if hasOwn { cells.append(figure(estimate.value)) }
      table.add(cells)
    }
    return table
  }

  /// Whether some run has sequences that others lack.
  private var hasOwn: Bool { points.contains { $0.own != nil } }

  var slopes: AlignedTable? {
    guard let study else { return nil }
    var table = AlignedTable([
      "slope of", ">levels", ">\(settings.axis.unit)",
      ">\(NumberFormat.rate(settings.level)) interval", ">p", ">scatter",
    ])
    for group in study.groups {
      guard group.slope != nil || group.isOffLine else { continue }
      table.add([
        group.name, NumberFormat.count(group.points.count),
        group.slope.map { change($0.value) } ?? "no line",
        group.slope.map { interval($0.interval) } ?? "-",
        FigureText.pValue(group.slope?.pValue),
        group.scatter.map { NumberFormat.fixed($0, 1) } ?? "-",
      ])
    }
    return table.isEmpty ? nil : table
  }

  /// What the comparisons come to, a sentence each.
  var findings: [String] {
    (study?.comparisons ?? []).map(sentence)
      + contrasts.map { contrast in
        let losses = settings.axis == .family ? (nil, nil) : contrast.losses
        return "\(contrast.subject) against \(contrast.against): "
          + evidence(contrast.difference, contrast.holm, losses)
      }
  }

  private func sentence(_ comparison: TrendStudy.Comparison) -> String {
    let isShown = comparison.holm < 1 - settings.level
    let (group, base) = (comparison.group, comparison.base)
    let off = isShown ? " does not follow" : " is not shown to leave"
    switch comparison.kind {
    case .slopes:
      let levels = comparison.levels.map(levelName).joined(separator: ", ")
      return group + off + " the trend of \(base): over the levels both have (\(levels)) "
        + "the slopes differ by "
        + evidence(comparison.difference, comparison.holm, unit: " \(settings.axis.unit)")
    case .sameLevel(let level), .nearestLevel(let level, _):
      var (nearest, words) = (level, "")
      if case .nearestLevel(_, let against) = comparison.kind {
        (nearest, words) = (against, " against the nearest, \(levelName(against)),")
      }
      return group + (isShown ? " differs from" : " is not shown to differ from") + " \(base): "
        + "at \(levelName(level))\(words) the difference is "
        + evidence(
          comparison.difference, comparison.holm, losses(comparison, level, against: nearest))
    case .line(let level):
      return group + off + " the trend of \(base): at \(levelName(level)) it is off the line by "
        + evidence(comparison.difference, comparison.holm)
    }
  }

  private func losses(
    _ comparison: TrendStudy.Comparison, _ level: Double, against: Double
  ) -> (subject: Double?, against: Double?) {
    func mean(_ group: String, _ level: Double) -> Double? {
      Self.meanLoss(
        points.indices.filter { points[$0].group == group && place(points[$0]).level == level },
        points)
    }
    return (mean(comparison.group, level), mean(comparison.base, against))
  }

  private func levelName(_ level: Double) -> String {
    settings.axis.isDoubling
      ? "\(settings.axis.title) \(NumberFormat.compact(Int(saturating: exponential(level).rounded())))"
      : "\(settings.axis.title) \(NumberFormat.plain(level))"
  }

  /// The figures of a comparison: `-0.147 [-0.171, -0.124], p = 0.001 (Holm 0.005); validation ...`.
  private func evidence(
    _ contrast: PairedFigures.Contrast, _ holm: Double,
    _ losses: (subject: Double?, against: Double?) = (nil, nil), unit: String = ""
  ) -> String {
    var text =
      "\(change(contrast.value)) \(interval(contrast.interval))\(unit), "
      + "p = \(NumberFormat.pValue(contrast.pValue)) (Holm \(NumberFormat.pValue(holm)))"
    if let subject = losses.subject, let against = losses.against {
      text +=
        "; validation loss \(NumberFormat.fixed(subject, 3)) against "
        + NumberFormat.fixed(against, 3)
    }
    return text + "."
  }

  private func figure(_ value: Double) -> String { settings.shown(value) }
  private func change(_ value: Double) -> String { settings.change(value) }
  private func interval(_ interval: Interval?) -> String { settings.shown(interval) }

  var footer: [String] {
    let smallest = 2 / Double(settings.replicates + 1)
    var lines = [
      "Intervals and tests are \(NumberFormat.rate(settings.level)) over "
        + "\(shared.clusters == nil ? "sequences" : "documents"), for one trained "
        + "model each: they say nothing about training any of them again. Figures of runs over "
        + "the same sequences are resampled together (\(NumberFormat.count(settings.replicates)) "
        + "replicates, seed \(settings.seed)); p is two-sided, at least "
        + "\(NumberFormat.pValue(smallest)), and corrected over all comparisons by Holm.",
      "loss, base: validation loss in nats per token, of the run and of its base. Leakage means little "
        + "without utility: compare at matched loss.",
    ]
    if let convention = settings.convention { lines.insert(convention, at: 1) }
    if settings.axis.isNumeric {
      lines.insert(
        "A slope is the straight line through a group's figures, all alike. scatter: how far "
          + "they lie off it in units of their own uncertainty; far above 1 the line bends, or "
          + "trained models differ by more than sequences do. Above "
          + "\(NumberFormat.plain(TrendStudy.mostScatter)) there is no line: figures are compared level "
          + "by level. Slopes are compared over the levels both groups have.", at: 1)
    }
    if hasOwn {
      lines.insert(
        "Each figure is over all sequences of its run; n: its members; shared: the figure over the "
          + "sequences that all runs hold, which slopes, differences and tests are over.", at: 1
      )
    }
    let tests = (study?.comparisons.count ?? 0) + contrasts.count
    lines.insert(
      contentsOf: ResamplingWords.tooFewReplicates(
        settings.replicates, tests: tests, level: settings.level), at: 1)
    if settings.axis == .duplicates, settings.figure.needsScores {
      lines.insert(
        "Members of each number of repeats are compared with all non-members but control "
          + "canaries.", at: 1)
    }
    return lines
  }
}
