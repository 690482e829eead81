import Dashboard
import ScoringCore

/// What guards find in a comparison of two runs, and in either of them.
struct ComparisonGuards {
  /// About the two runs together.
  let both: [GuardFinding]
  /// About each run alone.
  let each: [(run: String, findings: [GuardFinding])]

  init(
    _ first: RunAnalysis, _ second: RunAnalysis, fprs: [Double], nonMembers: Int,
    texts: TextGuards
  ) {
    let rates = fprs.map { TooFewNonMembers.Rate(fpr: $0, nonMembers: nonMembers) }
    both =
      RunGuards.comparison(first.guardSubject, second.guardSubject)
      + TooFewNonMembers(rates).findings
    each = [first, second].map { analysis in
      // Rates are judged by the sequences both runs hold.
      (analysis.run.name, analysis.guards(texts).filter { $0.kind != .tooFewNonMembers })
    }
  }

  /// What makes a comparison of one run's attacks doubtful.
  init(attacksOf analysis: RunAnalysis, fprs: [Double], texts: TextGuards) {
    let rates = fprs.map {
      TooFewNonMembers.Rate(
        fpr: $0, nonMembers: analysis.attacks.first?.evaluation.nonMembers ?? 0)
    }
    both = TooFewNonMembers(rates).findings
    each = [
      (analysis.run.name, analysis.guards(texts).filter { $0.kind != .tooFewNonMembers })
    ]
  }

  /// Everything for a person; what is the same of both runs is said once.
  var sentences: [String] {
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
  var json: JSON {
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
