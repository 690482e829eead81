import Analysis
import ScoringCore

extension GateReport {
  /// The report for people, at most 100 columns wide.
  package var text: String {
    byRun.map { verdicts in
      let reasons = verdicts.map { verdict in
        let outcome = verdict.outcome.rawValue.uppercased() + "  "
        let reason = FigureText.wrapped(
          verdict.reason, indent: outcome.count, hang: 2 - outcome.count)
        return outcome + reason.dropFirst(outcome.count)
      }
      let lines =
        Self.doubts(verdicts).map { "doubtful: \($0)" } + Self.notChecked(verdicts)
      return reasons.joined() + lines.map { FigureText.wrapped($0, indent: 2) }.joined()
    }.joined()
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
