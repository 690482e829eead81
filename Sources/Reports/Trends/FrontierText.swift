import Analysis
import Basics
import ScoringCore
import TerminalUI

extension FrontierReport: TabularReport {
  /// The report for people, at most 100 columns wide where names are short.
  package var text: String {
    var text = FigureText.wrapped(title) + "\n" + checkpoints.text(indent: 2)
    if let tests { text += "\n" + tests.text(indent: 2) }
    text += "\n"
    for line in verdicts { text += FigureText.wrapped(line, indent: 2) }
    if !shared.leftOut.isEmpty { text += "\n" }
    for line in shared.leftOutSentences { text += FigureText.wrapped(line, indent: 2) }
    return text + "\n" + footer.map { FigureText.wrapped($0) }.joined()
  }

  /// The report for documents.
  package var markdown: String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    return "## \(cell(title))\n\n" + checkpoints.markdown + (tests.map { "\n" + $0.markdown } ?? "")
      + "\n" + (verdicts + shared.leftOutSentences).map { "- \(cell($0))\n" }.joined() + "\n"
      + footer.map(cell).joined(separator: "\n\n") + "\n"
  }

  /// Points and comparisons, a line each.
  package var csv: String {
    var lines = ["what,curve,runs,against,validation_loss,value,lower,upper,p,p_holm,on_curve"]
    func add(_ words: [String], _ numbers: [Double?], _ isOnCurve: String) {
      lines.append(
        (words.map(AlignedTable.csvField) + numbers.map { $0.map { JSON.number($0).line } ?? "" }
          + [isOnCurve]).joined(separator: ","))
    }
    for point in points {
      add(
        ["checkpoint", point.curve, names(point), ""],
        [point.loss, point.figure, point.interval?.lower, point.interval?.upper, nil, nil],
        point.isOnCurve ? "1" : "0")
    }
    for one in comparisons {
      let (point, difference) = (points[one.point], one.difference)
      add(
        ["difference", point.curve, names(point), one.against],
        [
          point.loss, difference.value, difference.interval.lower, difference.interval.upper,
          difference.pValue, one.holm,
        ], "")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The document scripts read.
  package var json: JSON {
    .object([
      ("version", .int(1)), ("against", .string("validation_loss")),
      ("figure", .string(settings.figure.rawValue)),
      ("attack", settings.figure.needsScores ? .string(settings.attack) : .null),
      ("fpr", settings.figure == .tpr ? .number(settings.fpr) : .null),
      ("extraction", settings.extractionJSON), ("members_too_short", .int(shared.tooShort)),
      ("shared_sequences", .int(shared.count)), ("dropped_sequences", .int(shared.dropped)),
      ("checkpoints", .list(points.map(Self.json))),
      ("comparisons", .list(comparisons.map(json))),
      (
        "left_out",
        .list(
          shared.leftOut.map {
            .object([("run", .string($0.run)), ("reason", .string($0.reason))])
          })
      ),
      ("population", .string(settings.population.rawValue)), ("level", .number(settings.level)),
      ("replicates", .int(settings.replicates)), ("seed", .string(String(settings.seed))),
      ("correction", .string("holm_over_comparisons")),
      ("intervals_over", .string(units)),
    ])
  }

  private static func json(_ point: Point) -> JSON {
    .object([
      ("curve", .string(point.curve)), ("runs", .list(point.runs.map { .string($0.name) })),
      ("epoch", .number(point.runs.first?.epoch)), ("validation_loss", .number(point.loss)),
      (
        "validation_loss_interval",
        point.lossInterval.map { JSON.list([.number($0.lowerBound), .number($0.upperBound)]) }
          ?? JSON.null
      ),
      ("figure", .number(point.figure)), ("interval", .interval(point.interval)),
      ("on_curve", .bool(point.isOnCurve)),
    ])
  }

  private func json(_ one: Comparison) -> JSON {
    .object([
      ("curve", .string(points[one.point].curve)),
      ("runs", .list(points[one.point].runs.map { .string($0.name) })),
      ("validation_loss", .number(points[one.point].loss)), ("against", .string(one.against)),
      ("figure", .number(points[one.point].figure)), ("figure_there", .number(one.there)),
      ("difference", .number(one.difference.value)),
      ("interval", .interval(one.difference.interval)), ("p", .pValue(one.difference.pValue)),
      ("p_holm", .pValue(one.holm)),
    ])
  }
}

extension FrontierReport {
  private var units: String { shared.clusters == nil ? "sequences" : "documents" }

  var title: String {
    var text = "\(settings.name) against validation loss, "
    text += "\(NumberFormat.counted(shared.columns.count, "run")) over sequences that all of them "
    text += "hold: \(NumberFormat.counted(counts.members, "member"))"
    if counts.nonMembers > 0 {
      text += " against \(NumberFormat.counted(counts.nonMembers, "non-member"))"
    }
    return text + shared.droppedWords + "."
  }

  private func names(_ point: Point) -> String {
    point.runs.map(\.name).joined(separator: " ")
  }

  private func short(_ point: Point) -> String {
    guard let first = point.runs.first else { return "" }
    return point.runs.count == 1 ? first.name : "\(first.name) +\(point.runs.count - 1)"
  }

  private func shown(_ value: Double) -> String { settings.shown(value) }
  private func shown(_ interval: Interval?) -> String { settings.shown(interval) }

  var checkpoints: AlignedTable {
    var table = AlignedTable([
      "curve", "run", ">epoch", ">loss", ">± loss", ">\(settings.figure.heading)",
      ">\(NumberFormat.rate(settings.level)) interval", "on curve",
    ])
    for point in points {
      table.add([
        point.curve, short(point),
        point.runs.first?.epoch.map { NumberFormat.plain($0) } ?? "-",
        NumberFormat.fixed(point.loss, 3),
        point.lossInterval.map { NumberFormat.fixed(($0.upperBound - $0.lowerBound) / 2, 3) }
          ?? "-",
        shown(point.figure), shown(point.interval), point.isOnCurve ? "yes" : "",
      ])
    }
    return table
  }

  var tests: AlignedTable? {
    guard !comparisons.isEmpty else { return nil }
    let heading = settings.figure.heading
    var table = AlignedTable([
      "at the loss of", ">loss", ">\(heading)", "curve of", ">\(heading) there", ">difference",
      ">\(NumberFormat.rate(settings.level)) interval", ">p (Holm)",
    ])
    for one in comparisons {
      let point = points[one.point]
      table.add([
        short(point), NumberFormat.fixed(point.loss, 3), shown(point.figure), one.against,
        shown(one.there), settings.change(one.difference.value),
        shown(one.difference.interval),
        NumberFormat.pValue(one.holm),
      ])
    }
    return table
  }

  /// Which curve lies lower where, a sentence for each two.
  var verdicts: [String] {
    var sentences: [String] = []
    for (index, first) in curves.enumerated() {
      for second in curves.dropFirst(index + 1) {
        let found = verdict(first, second)
        let all = found.firstLess + found.secondLess + found.undecided
        guard all > 0, let one = lowestLoss(first), let two = lowestLoss(second) else { continue }
        let (better, least) = one < two ? (first, two) : (second, one)
        sentences.append(
          "\(first) and \(second): of \(NumberFormat.counted(all, "loss", "losses")) that both reach, "
            + "\(first) leaks less at \(found.firstLess), \(second) at \(found.secondLess), and "
            + "\(found.undecided) \(found.undecided == 1 ? "does" : "do") not tell them apart. "
            + "A loss below \(NumberFormat.fixed(least, 3)) only \(better) reaches.")
      }
    }
    return sentences.isEmpty ? ["No two curves reach a common loss."] : sentences
  }

  var footer: [String] {
    [
      "loss: validation loss in nats per token. A curve joins the checkpoints of which no other of its "
        + "method has both a loss as low and less leakage; it is not drawn on beyond its lowest loss. "
        + "Runs that differ in the training seed alone are one point.",
      "Tests are paired over \(units), by a bootstrap with "
        + "\(NumberFormat.count(settings.replicates)) replicates (seed \(settings.seed)); Holm corrects "
        + "over all comparisons. They say nothing about training the models again.",
    ] + [settings.convention].compactMap { $0 }
      + ResamplingWords.tooFewReplicates(
        settings.replicates, tests: comparisons.count, level: settings.level)
  }
}
