import Analysis
import ScoringCore

extension ComparisonGuards {
  /// Everything for a person; what is the same of both runs is said once.
  package var sentences: [String] {
    var lines = both.sentences
    guard each.count == 2 else { return lines + each.flatMap(\.findings.sentences) }
    let (one, two) = (each[0].findings, each[1].findings)
    let shared = one.filter { finding in two.contains { Self.isSame($0, finding) } }
    lines += shared.sentences.map { "Both runs: \($0)" }
    for (run, findings) in each {
      let own = findings.filter { finding in !shared.contains { Self.isSame($0, finding) } }
      lines += own.sentences.map { "\(run): \($0)" }
    }
    return lines
  }

  /// Whether two findings are told as one: of what passed no figures are shown.
  private static func isSame(_ one: GuardFinding, _ two: GuardFinding) -> Bool {
    guard one.kind == two.kind, one.outcome == two.outcome, one.groups == two.groups else {
      return false
    }
    return one.outcome == .passed || one.sentence == two.sentence
  }

  /// Everything for scripts; `run` is null where a finding is about both.
  package var json: JSON {
    let all =
      both.map { (run: String?.none, finding: $0) }
      + each.flatMap { run, findings in findings.map { (run: Optional(run), finding: $0) } }
    return .list(
      all.map { run, finding in
        guard case .object(let members) = finding.json else { return finding.json }
        return .object([("run", .string(run))] + members)
      })
  }
}
