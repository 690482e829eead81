/// What a file holds, told by its content; its name is only a hint.
package enum FileFormat: String, CaseIterable, Sendable {
  /// Evidence, one JSON object per line.
  case evidenceJSONL = "JSONL evidence"
  /// Evidence in columns.
  case safetensors = "safetensors evidence"
  /// Scores in a table.
  case scoresCSV = "CSV scores"
  /// Scores, one JSON object per line.
  case scoresJSONL = "JSONL scores"
  /// An experiment's manifest.
  case manifest = "experiment manifest"
  /// vLLM's RequestOutput, or its HTTP answers.
  case vllm = "vLLM prompt_logprobs"
  /// TensorRT-LLM, whose list has no entry for the first token.
  case tensorRT = "TensorRT-LLM prompt_logprobs"
  /// A flat list of numbers a prompt, as Tinker gives it.
  case tinker = "prompt_logprobs as a flat list (Tinker)"
  /// Completions with the prompt echoed: OpenAI, vLLM, llama-cpp-python, Fireworks.
  case completions = "OpenAI-style completions with echo"
  /// Together's completions, which hold the prompt apart.
  case together = "Together completions with echo"
  /// SGLang's `/generate`.
  case sglang = "SGLang input_token_logprobs"
  /// text-generation-inference.
  case tgi = "TGI details.prefill"
  /// Lists of log-probabilities somebody wrote under names of their own.
  case flat = "lists of log-probabilities by token"
  /// Some other answer of a model server, most likely without evidence.
  case answers = "a model server's answers"
  /// HELM's scenario state.
  case helm = "HELM scenario state"
  /// lm-evaluation-harness.
  case harness = "lm-evaluation-harness samples"
  /// Padded arrays in an npz file, or scores and memberships.
  case npz = "npz arrays"
  /// A result of LeakPro.
  case leakPro = "LeakPro result"
  /// Scores in one JSON document: mimir's results, columns, objects by id.
  case results = "JSON scores"
  /// A data set: texts, perhaps with labels, and nothing a model said.
  case texts = "texts without log-probabilities"

  /// Whether records are read by `DumpParser`.
  var isDump: Bool {
    switch self {
    case .vllm, .tensorRT, .tinker, .completions, .together, .sglang, .tgi, .flat, .answers: true
    default: false
    }
  }
}
