import ScoringCore

/// Which attacks a run allows, and why not the others.
package struct AttackAvailability {
  package let run: String
  /// The problem is nil where the attack can be computed.
  package let attacks: [(spelling: String, problem: MissingEvidence?)]

  package init(_ source: Experiment.RunSource) {
    switch source {
    case .evidence(let table):
      run = table.run.name
      attacks =
        Scorer.availability(of: AttackCatalog.defaults, for: table)
        .map { ($0.attack.spelling, $0.problem) } + Self.foreign(table)
    case .scores(let table):
      run = table.run.name
      attacks = table.columns.map { ($0.attack, nil) }
    }
  }

  /// Columns of the scores kept of all sequences that are no default attacks.
  private static func foreign(_ table: EvidenceTable) -> [(String, MissingEvidence?)] {
    let known = Set(AttackCatalog.defaults.map(\.spelling))
    return (table.scores?.attacks ?? []).filter { !known.contains($0) }.map { ($0, nil) }
  }
}
