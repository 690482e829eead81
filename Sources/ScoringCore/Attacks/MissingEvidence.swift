/// Why an attack cannot score a run: which evidence is missing, and what would supply it; or that
/// its scores are not among those kept of all sequences.
public struct MissingEvidence: Error, Hashable, Sendable, CustomStringConvertible {
  /// The attack's spelling.
  public let attack: String
  /// Which evidence is missing.
  public let missing: EvidenceKinds
  /// Whether moments are there, but not weighted by probability, as the definition wants them.
  public let momentsAreUnweighted: Bool
  /// How many sequences have scores and no tokens, where these scores do not include the attack's.
  public let sequencesWithoutTokens: Int

  init(attack: String, sequencesWithoutTokens: Int) {
    self.attack = attack
    self.sequencesWithoutTokens = sequencesWithoutTokens
    missing = []
    momentsAreUnweighted = false
  }

  init(attack: String, missing: EvidenceKinds, in table: EvidenceTable) {
    self.attack = attack
    self.missing = missing
    sequencesWithoutTokens = 0
    momentsAreUnweighted = table.chunks.contains {
      let target = $0.columns.target
      return target.logprobMeans != nil && !target.momentsAreWeighted
    }
  }

  /// The missing columns by their names in evidence files, and what to export to have them.
  public var description: String { "\(attack) needs \(remedies.joined(separator: "; and "))" }

  /// What would supply each kind of evidence that is missing, column names first.
  public var remedies: [String] {
    guard sequencesWithoutTokens == 0 else {
      return [
        "a column of that name in the run's score file: \(sequencesWithoutTokens) sequences have "
          + "scores only; add it there, or leave scores out of the manifest to look at the "
          + "sequences with tokens alone"
      ]
    }
    return EvidenceKinds.remedies.filter { missing.contains($0.kind) }.map(remedy)
  }

  private func remedy(_ remedy: EvidenceKinds.Remedy) -> String {
    let areMoments: EvidenceKinds = [.targetMoments, .targetEntropies]
    return areMoments.contains(remedy.kind) && momentsAreUnweighted
      ? "target.logprob_means and target.logprob_stds weighted by probability, but these are "
        + "logprob_means_unweighted and logprob_stds_unweighted: another attack under the same "
        + "name; export Σ p·ln p and the standard deviation that belongs to it"
      : "\(remedy.columns): \(remedy.action)"
  }
}
