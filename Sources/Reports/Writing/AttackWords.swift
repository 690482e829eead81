import ScoringCore

/// What is said of attacks.
package enum AttackWords {
  /// Attacks that evidence does not feed, in one sentence.
  package static func lacking(_ attacks: [MissingEvidence]) -> String {
    let names = attacks.map { "\($0.attack) (\($0.missing.columnNames.joined(separator: ", ")))" }
    return "Not computed, for want of evidence: \(names.joined(separator: ", ")); "
      + "ezscope check says how to get it."
  }
}
