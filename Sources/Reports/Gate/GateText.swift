import Analysis
import ScoringCore

extension GateReport {
  /// The report for people, at most 100 columns wide: a table, what came of it, and why.
  package var text: String {
    var table = AlignedTable(["run", "check", ">figure", ">95% interval", ">budget", "verdict"])
    for verdict in verdicts {
      table.add([
        verdict.run, verdict.title, verdict.cell(verdict.figure),
        verdict.interval.map(verdict.cell) ?? "-",
        verdict.budgetCell, verdict.outcome.rawValue.uppercased(),
      ])
    }
    let reasons = byRun.map { verdicts in
      verdicts.map(Self.paragraph).joined()
        + (Self.doubts(verdicts).map { "doubtful: \($0)" } + Self.notChecked(verdicts))
        .map { FigureText.wrapped($0, indent: 2) }.joined()
    }.joined()
    return table.text(widestFirst: 24) + "\n" + conclusion + "\n\n" + reasons + "\n"
      + ((attackChoice.map { [$0] } ?? []) + meanings + origin).map { FigureText.wrapped($0) }
      .joined()
  }

  private var origin: [String] { [provenance?.sentence].compactMap { $0 } }

  private static func paragraph(_ verdict: GateVerdict) -> String {
    let outcome = verdict.outcome.rawValue.uppercased() + "  "
    let reason = FigureText.wrapped(
      verdict.reason, indent: outcome.count, hang: 2 - outcome.count)
    return outcome + reason.dropFirst(outcome.count)
  }

  package static func doubts(_ verdicts: [GateVerdict]) -> [String] {
    distinct(verdicts.flatMap(\.doubts).map(\.sentence))
  }

  package static func notChecked(_ verdicts: [GateVerdict]) -> [String] {
    distinct(verdicts.flatMap(\.notChecked.notCheckedSentences))
  }

  package static func distinct(_ lines: [String]) -> [String] {
    var seen: Set<String> = []
    return lines.filter { seen.insert($0).inserted }
  }
}
