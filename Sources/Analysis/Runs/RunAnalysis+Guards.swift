import ScoringCore

extension RunAnalysis {
  /// What every guard finds in this run; texts shared with other runs are looked at once.
  package func guards(_ texts: TextGuards = TextGuards()) -> [GuardFinding] {
    RunGuards.findings(guardSubject, texts: texts)
  }

  /// The run as guards look at it.
  package var guardSubject: GuardSubject {
    var subject = GuardSubject(
      run: run, table: table, ids: scores.ids, labels: scores.labels, isPrimary: isPrimary,
      metadata: metadata)
    subject.attacks = attacks.map { (spelling: $0.spelling, evaluation: $0.evaluation) }
    return subject
  }
}
