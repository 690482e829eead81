/// Why an attack cannot score a run: which evidence is missing, and what would supply it.
public struct Unavailable: Error, Hashable, Sendable, CustomStringConvertible {
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
  public var description: String {
    let remedies = EvidenceKinds.remedies.filter { missing.contains($0.kind) }.map(remedy)
    return "\(attack) needs \(remedies.joined(separator: "; and "))"
  }

  private func remedy(_ remedy: EvidenceKinds.Remedy) -> String {
    remedy.kind == .targetMoments && momentsAreUnweighted
      ? "target.logprob_means and target.logprob_stds weighted by probability, but these are "
        + "logprob_means_unweighted and logprob_stds_unweighted: another attack under the same "
        + "name; export Σ p·ln p and the standard deviation that belongs to it"
      : "\(remedy.columns): \(remedy.action)"
  }
}

extension EvidenceKinds {
  /// The columns that supply a kind of evidence, and what to do to have them.
  struct Remedy: Sendable {
    let kind: EvidenceKinds
    let columns: String
    let action: String
  }

  /// What to do about each missing kind, in the order of evidence files.
  static let remedies = [
    Remedy(
      kind: .target, columns: "target.logprobs",
      action: "export the fine-tuned model's log-probability of every true token"),
    Remedy(
      kind: .reference, columns: "reference.logprobs",
      action: "name a dump of the base model over the same texts with --reference, or a file under "
        + "[[reference]] in experiment.toml and set the run's reference"),
    Remedy(
      kind: .targetErrors,
      columns: "target.ranks, or target.top1_ids with token_ids, or target.top1_logprobs",
      action: "export the true token's rank or the model's first choice at every position"),
    Remedy(
      kind: .targetRanks, columns: "target.ranks",
      action: "export 1 + the number of tokens more probable than the true one at every position"),
    Remedy(
      kind: .targetMoments, columns: "target.logprob_means and target.logprob_stds",
      action: "export Σ p·ln p and the standard deviation of ln p, weighted by probability, "
        + "which takes the whole distribution at every position"),
    Remedy(
      kind: .targetTop1Logprobs, columns: "target.top1_logprobs",
      action: "export the log-probability of the model's first choice at every position"),
    Remedy(kind: .text, columns: "text", action: "keep the whole text of every sequence"),
    Remedy(
      kind: .tokenIDs, columns: "token_ids",
      action: "export the tokenizer's id of every token, the first included"),
    Remedy(
      kind: .extra, columns: "extra",
      action: "export the mean log-probabilities of the further passes the attack names"),
    Remedy(
      kind: .continuations, columns: "continuations",
      action: "generate continuations of each text's prefix and export them"),
  ]
}
