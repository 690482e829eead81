/// An attack that the evidence cannot feed, and why.
public struct UnsupportedAttack: Hashable, Sendable {
  /// The attack's name.
  public let title: String
  /// The paper or the code that defines it.
  public let source: String
  /// Why it cannot be computed offline: completes "cannot be computed offline, because …".
  public let reason: String

  /// Every such attack that an auditor may look for.
  public static let all = [
    UnsupportedAttack(
      title: "InfoRMIA, token level", source: "Tao and Shokri 2025, arXiv 2510.05582",
      reason: "it needs both models' whole distributions at a temperature of 2, and its sign and "
        + "normalisation are not settled between implementations"),
    UnsupportedAttack(
      title: "PAC", source: "mia_llms_benchmark",
      reason: "it needs every token's log-probability under ten word-swapped versions of the text"),
    UnsupportedAttack(
      title: "SaMIA", source: "mia_llms_benchmark",
      reason: "it compares sampled continuations with the text, not log-probabilities; "
        + "continuations are a matter of ezscope extraction"),
    UnsupportedAttack(
      title: "ALoRa", source: "pandora-llm (safr-ai-lab, 2024)",
      reason: "it needs the loss after one training step on the text, and so the model's weights"),
    UnsupportedAttack(
      title: "MoPe", source: "pandora-llm (safr-ai-lab, 2024)",
      reason: "it needs the loss under models with perturbed weights"),
    UnsupportedAttack(
      title: "GradNorm", source: "pandora-llm (safr-ai-lab, 2024)",
      reason: "it needs norms of gradients, and so the model's weights"),
    UnsupportedAttack(
      title: "LT-MIA", source: "arXiv 2604.03199",
      reason:
        "it needs the logits of 40 further tokens a position under both models, and a trained "
        + "classifier"),
    UnsupportedAttack(
      title: "HT-MIA, the paper's own rule", source: "Jawad et al. 2026, arXiv 2601.20885",
      reason: "its exact rule for hard tokens was not readable; ht-style and the zones of ez are "
        + "its relatives"),
    UnsupportedAttack(
      title: "MaxRenyi-K% with α ≠ 1", source: "Li et al. 2024 (VL-MIA)",
      reason: "moments give only the Shannon entropy; other orders need whole distributions"),
  ]
}
