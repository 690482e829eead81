import Basics
import ScoringCore

extension FileFormat {
  /// The error of a file that holds texts, where something a model said of them is wanted.
  static func noLogprobs(_ path: String, _ labels: [Label]) -> IngestError {
    let counts = [Label.member, .nonMember].map { label in
      "\(labels.count { $0 == label }) \(label.name)"
    }
    let known = labels.contains { $0 != .unknown } ? " (\(counts.joined(separator: ", ")))" : ""
    return IngestError(
      file: path,
      "holds \(labels.isEmpty ? "texts" : NumberFormat.counted(labels.count, "text"))\(known), and no log-probabilities of them",
      remedy:
        "let both models say them: ezscope-export --target FINE_TUNED --reference BASE --data "
        + "\(ForeignFile.quoted(path)) --out evidence.safetensors; where a dump has them, name this file "
        + "with --members, which honours its labels")
  }

  /// What a foreign format tells, what it cannot, and how to get that; nil for our own.
  package var advice: String? {
    switch self {
    case .vllm, .tensorRT:
      "gives log-probs and ranks of prompt tokens: LOSS, zlib, reference attacks, EZ, Min-K%. No "
        + "moments, so no Min-K%++: export the model itself for those. prompt_logprobs: 0 with "
        + "prompt_token_ids saved is enough"
    case .completions, .together:
      "gives log-probs by token text and, with logprobs: 1 or more, first choices: LOSS, zlib, "
        + "reference attacks, EZ, Min-K%. No ranks and no moments: rank zones need vLLM's "
        + "prompt_logprobs, Min-K%++ an export of the model itself"
    case .sglang:
      "gives log-probs and ids of input tokens and, with top_logprobs_num: 1, first choices, "
        + "without which EZ is unavailable. No ranks and no moments. Keep the text in each record "
        + "for zlib"
    case .tgi:
      "gives log-probs of prompt tokens, but neither ranks nor first choices: enough for LOSS, "
        + "zlib, Min-K% and as a reference, not for EZ on the target; dump the target with vLLM "
        + "(prompt_logprobs: 0) or SGLang (top_logprobs_num: 1)"
    case .tinker:
      "gives log-probs alone: LOSS, zlib, reference attacks, Min-K%. Neither ranks nor first choices, "
        + "so no EZ on the target; keep the token ids (or texts) in each record"
    case .flat:
      "gives what its lists hold: with ranks beside the log-probs EZ too. The keys of our own are "
        + "target.logprobs, target.ranks, reference.logprobs and tokens"
    case .helm:
      "gives log-probs of echoed prompts by token text, and first choices where top_k_per_token asked "
        + "for them: LOSS, zlib, reference attacks, Min-K% and, with those, EZ"
    case .results: "gives scores, one a sequence; figures are computed anew here"
    case .texts: "gives texts, and perhaps labels: nothing a model said of them"
    case .answers: nil
    case .harness:
      "gives the log-likelihood of whole texts and whether every token was the first choice "
        + "(no-errors): sums, not means, so loss-sum, ref-diff-sum and, as lengths cancel, "
        + "ref-ratio. EZ, Min-K% and WBC need log-probs of tokens: dump with vLLM"
    case .npz:
      "gives log-probs and first choices of padded predictions. Its moments are not weighted by "
        + "probability, which is another attack than Min-K%++. It has no texts, so no zlib"
    case .leakPro: "gives one attack's scores and the true labels; figures are computed anew here"
    case .evidenceJSONL, .safetensors, .scoresCSV, .scoresJSONL, .manifest: nil
    }
  }
}
