import ScoringCore

/// What guards find in a comparison of two runs, and in either of them.
package struct ComparisonGuards {
  /// About the two runs together.
  package let both: [GuardFinding]
  /// About each run alone.
  package let each: [(run: String, findings: [GuardFinding])]

  package init(
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
  package init(attacksOf analysis: RunAnalysis, fprs: [Double], texts: TextGuards) {
    let rates = fprs.map {
      TooFewNonMembers.Rate(
        fpr: $0, nonMembers: analysis.attacks.first?.evaluation.nonMembers ?? 0)
    }
    both = TooFewNonMembers(rates).findings
    each = [
      (analysis.run.name, analysis.guards(texts).filter { $0.kind != .tooFewNonMembers })
    ]
  }
}
