extension EvidenceKinds {
  /// The columns that supply a kind of evidence, and what to do to have them.
  struct Remedy: Sendable {
    let kind: EvidenceKinds
    let columns: String
    let action: String
    /// The columns in fewer words, for tables.
    var shortColumns: String?
  }

  /// What to do about each missing kind, in the order of evidence files.
  static let remedies = models + sequences + extras

  private static let models = [
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
      action: "export the true token's rank or the model's first choice at every position",
      shortColumns: "target.ranks (or top1_ids, or top1_logprobs)"),
    Remedy(
      kind: .targetRanks, columns: "target.ranks",
      action: "export 1 + the number of tokens more probable than the true one at every position"),
    Remedy(
      kind: .targetMoments, columns: "target.logprob_means and target.logprob_stds",
      action: "export Σ p·ln p and the standard deviation of ln p, weighted by probability, "
        + "which takes the whole distribution at every position"),
    Remedy(
      kind: .targetEntropies, columns: "target.logprob_means",
      action: "export Σ p·ln p, minus the entropy, which takes the whole distribution at every "
        + "position"),
    Remedy(
      kind: .targetTop1Logprobs, columns: "target.top1_logprobs",
      action: "export the log-probability of the model's first choice at every position"),
  ]

  private static let sequences = [
    Remedy(kind: .text, columns: "text", action: "keep the whole text of every sequence"),
    Remedy(
      kind: .tokenIDs, columns: "token_ids",
      action: "export the tokenizer's own id of every token, the first included"),
    Remedy(
      kind: .tokenFrequencies, columns: "token frequencies",
      action: "count the tokens of a reference corpus with the model's tokenizer into a file of "
        + "token_id,count and name it with --token-frequencies, or as token_frequencies in "
        + "experiment.toml"),
    Remedy(
      kind: .population, columns: "meta.population",
      action: "mark sequences that stand for the population, which are not tested, with "
        + "\"population\": true in meta, and export both models' log-probabilities for them"),
  ]

  private static let extras = [
    Remedy(
      kind: .lowercase, columns: "extra.lowercase",
      action: "export the lower-cased text's mean log-probability under the target"),
    Remedy(
      kind: .neighbors, columns: "extra.neighbors",
      action: "export the mean log-probabilities of changed versions of each text under the target"
    ),
    Remedy(
      kind: .referenceNeighbors, columns: "extra.reference_neighbors",
      action: "export the same changed versions' mean log-probabilities under the reference"),
    Remedy(
      kind: .nonmemberPrefix, columns: "extra.nonmember_prefix",
      action: "export each text's mean log-probability after a prefix of known non-members"),
    Remedy(
      kind: .memberPrefix, columns: "extra.member_prefix",
      action: "export each text's mean log-probability after a prefix of known members"),
    Remedy(
      kind: .shadowIn, columns: "extra.shadow_in",
      action: "export each text's mean log-probabilities under shadow models trained on it; "
        + "lira:mode=offline does without"),
    Remedy(
      kind: .shadowOut, columns: "extra.shadow_out",
      action: "export each text's mean log-probabilities under shadow models not trained on it"),
    Remedy(
      kind: .continuations, columns: "continuations",
      action: "generate continuations of each text's prefix and export them"),
  ]
}
