/// Answers that hold log-probabilities of generated tokens only, which say nothing of a given text.
enum RefusedAnswer {
  /// OpenAI's chat completions, and whoever copies them.
  case chat
  /// OpenAI's Responses API.
  case responses
  /// llama.cpp's own `/completion`.
  case llamaServer
  /// Ollama's `/api/generate` and `/api/chat`.
  case ollama
  /// Google's Gemini.
  case gemini
  /// Anthropic's Messages, and whoever copies them.
  case messages

  /// Why it is refused, and what to request instead.
  var failure: RecordError {
    let instead =
      "membership inference needs those of the given text: use vLLM with prompt_logprobs=0, "
      + "completions with echo and logprobs=1, or SGLang with logprob_start_len=0 and "
      + "top_logprobs_num=1"
    let weights =
      "no setting gives those of the prompt; serve a model whose weights you have with vLLM "
      + "(prompt_logprobs=0), or run ezscope-export on it"
    return switch self {
    case .ollama:
      RecordError(
        "logprobs", .missing,
        "Ollama gives log-probs of generated tokens only, never of the prompt",
        "no setting gives the prompt's; load the same GGUF in llama-cpp-python with logits_all=True "
          + "and ask for echo=True, logprobs=1, or serve the weights with vLLM (prompt_logprobs=0)")
    case .gemini:
      RecordError(
        "candidates.logprobsResult", .missing,
        "Gemini gives log-probs of generated tokens only, never of the prompt", weights)
    case .messages:
      RecordError(
        "content", .missing, "this service gives no log-probs of the prompt", weights)
    case .chat:
      RecordError(
        "choices.logprobs.content", .missing,
        "a chat completion holds log-probs of generated tokens only, never of the prompt", instead)
    case .responses:
      RecordError(
        "output", .missing,
        "the Responses API gives log-probs of generated tokens only, never of the input", instead)
    case .llamaServer:
      RecordError(
        "completion_probabilities", .missing,
        "llama.cpp's server gives log-probs of generated tokens only, never of the prompt",
        "use llama-cpp-python with logits_all=True, echo=True, logprobs=1 and max_tokens=1, or "
          + "vLLM with prompt_logprobs=0")
    }
  }
}
