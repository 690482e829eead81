/// Why an attack cannot score a run: which evidence is missing, and what would supply it.
public struct MissingEvidence: Error, Hashable, Sendable, CustomStringConvertible {
  /// The attack's spelling.
  public let attack: String
  /// Which evidence is missing.
  public let missing: EvidenceKinds
  /// Whether moments are there, but not weighted by probability, as the definition wants them.
  public let momentsAreUnweighted: Bool

  init(attack: String, missing: EvidenceKinds, in table: EvidenceTable) {
    self.attack = attack
    self.missing = missing
    momentsAreUnweighted = table.chunks.contains {
      let target = $0.columns.target
      return target.logprobMeans != nil && !target.momentsAreWeighted
    }
  }

  /// The missing columns by their names in evidence files, and what to export to have them.
  public var description: String { "\(attack) needs \(remedies.joined(separator: "; and "))" }

  /// What would supply each kind of evidence that is missing, column names first.
  public var remedies: [String] {
    EvidenceKinds.remedies.filter { missing.contains($0.kind) }.map(remedy)
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
