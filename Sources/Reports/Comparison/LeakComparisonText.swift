import Analysis
import Basics
import ScoringCore
import TerminalUI

/// The leaks of two runs side by side, with hidden what is to be hidden of them.
package struct RedactedLeakComparison {
  package let comparison: LeakComparison
  package let redaction: Redaction

  package init(_ comparison: LeakComparison, _ redaction: Redaction) {
    self.comparison = comparison
    self.redaction = redaction
  }

  /// Counts, and as many sequences as asked for.
  package func text(listing most: Int) -> String {
    guard comparison.problems.isEmpty else {
      return NamesByText(comparison.problems.map { ("", $0) }).groups.map {
        FigureText.wrapped("Leaked spans are not compared: \($0.text)", indent: 2)
      }.joined()
    }
    let settings = comparison.settings
    let title =
      "Leaked spans (\(settings.decoder.rawValue); the base would need "
      + "\(NumberFormat.plain(settings.referenceBits)) bits or more for tokens that no other record "
      + "has), by sequence:"
    var text = FigureText.wrapped(title, indent: 2) + counts.text(indent: 2)
    let listed = Array(comparison.entries.prefix(most))
    guard !listed.isEmpty else { return text }
    text += "\n" + table(listed).text(indent: 2)
    let rest = comparison.entries.count - listed.count
    if rest > 0 {
      text += FigureText.wrapped(
        "\(NumberFormat.count(rest)) more not listed; json lists all.", indent: 2)
    }
    return text
  }

  private var counts: AlignedTable {
    var table = AlignedTable(["sequences", ">n", ">only A", ">only B", ">both", ">neither"])
    for (label, counts) in comparison.counts {
      table.add(
        [LeakComparisonWords.group(label)]
          + [counts.total, counts.onlyLeft, counts.onlyRight, counts.both, counts.neither]
          .map(NumberFormat.count))
    }
    return table
  }

  private func table(_ entries: [LeakComparison.Entry]) -> AlignedTable {
    var table = AlignedTable([
      "sequence", "under", ">draws A", ">draws B", ">base", ">tokens", "holds", "span",
    ])
    for entry in entries {
      guard let (span, run) = cheapest(entry), let evidence = run.table else { continue }
      table.add([
        evidence.id(span.sequence), LeakComparisonWords.fate(entry.fate, "A", "B"),
        entry.left.map(LeakWords.draws) ?? "-", entry.right.map(LeakWords.draws) ?? "-",
        LeakWords.power(span.referenceBits), NumberFormat.count(span.tokens.count),
        LeakWords.classes(span),
        Clip.text(LeakWords.text(span, evidence, redaction), to: 20, escaping: .preview),
      ])
    }
    return table
  }

  private func cheapest(_ entry: LeakComparison.Entry) -> (LeakSpan, RunAnalysis)? {
    entry.cheapest.map { ($0.span, $0.isLeft ? comparison.left : comparison.right) }
  }

  /// The document scripts read.
  package var json: JSON {
    .object([
      ("problems", .strings(comparison.problems)),
      (
        "counts",
        .list(
          comparison.counts.map { label, counts in
            .object([
              ("label", .string(label.name)), ("sequences", .int(counts.total)),
              ("only_first", .int(counts.onlyLeft)), ("only_second", .int(counts.onlyRight)),
              ("both", .int(counts.both)), ("neither", .int(counts.neither)),
            ])
          })
      ),
      ("sequences", .list(comparison.entries.map(json))),
      ("redaction", .string(redaction.rawValue)),
    ])
  }

  private func json(_ entry: LeakComparison.Entry) -> JSON {
    let id = comparison.left.scores.ids[entry.rows.left]
    return .object([
      ("sequence", .string(id)), ("label", .string(entry.label.name)),
      ("leaks_under", .string(LeakComparisonWords.fate(entry.fate, "first", "second"))),
      ("first", json(entry.left, comparison.left)),
      ("second", json(entry.right, comparison.right)),
    ])
  }

  private func json(_ span: LeakSpan?, _ run: RunAnalysis) -> JSON {
    guard let span, let table = run.table else { return .null }
    return LeakWords.json(span, table, redaction)
  }
}

/// Words for who leaks what.
enum LeakComparisonWords {
  /// `only A`, `both`.
  static func fate(_ fate: QuadrantCounts.Fate, _ left: String, _ right: String) -> String {
    switch fate {
    case .both: "both"
    case .onlyLeft: "only \(left)"
    case .onlyRight: "only \(right)"
    case .neither: "neither"
    }
  }

  /// `members`, `non-members`, `unknown`.
  static func group(_ label: Label) -> String {
    switch label {
    case .member: "members"
    case .nonMember: "non-members"
    case .unknown: "unknown"
    }
  }
}
