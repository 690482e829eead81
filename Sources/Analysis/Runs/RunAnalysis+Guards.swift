import ScoringCore

extension RunAnalysis {
  /// What every guard finds in this run; texts shared with other runs are looked at once.
  package func guards(_ texts: TextGuards = TextGuards()) -> [GuardFinding] {
    let found = RunGuards.findings(guardSubject, texts: texts)
    guard let groups else { return found }
    // Groups have no texts of their own: what was found among their sequences stands.
    let ofFigures: [GuardKind] = [.tooFewNonMembers, .edgeCases, .reversedSign]
    return groups.guards.filter { !ofFigures.contains($0.kind) }
      + found.filter { ofFigures.contains($0.kind) }
  }

  /// The run as guards look at it.
  package var guardSubject: GuardSubject {
    var subject = GuardSubject(
      run: run, table: table, ids: scores.ids, labels: scores.labels, isPrimary: isPrimary,
      metadata: metadata)
    subject.attacks = attacks.map { (spelling: $0.spelling, evaluation: $0.evaluation) }
    subject.mismatches = mismatches
    return subject
  }
}
