/// What a file holds, told by its content; its name is only a hint.
package enum FileFormat: String, Sendable {
  /// Evidence, one JSON object a line.
  case evidenceJSONL = "JSONL evidence"
  /// Evidence in columns.
  case safetensors = "safetensors evidence"
  /// Scores in a table.
  case scoresCSV = "CSV scores"
  /// Scores, one JSON object a line.
  case scoresJSONL = "JSONL scores"
  /// An experiment's manifest.
  case manifest = "experiment manifest"
  /// vLLM's RequestOutput, or its HTTP answers.
  case vllm = "vLLM prompt_logprobs"
  /// Completions with the prompt echoed: OpenAI, vLLM, llama-cpp-python.
  case completions = "OpenAI-style completions with echo"
  /// SGLang's `/generate`.
  case sglang = "SGLang input_token_logprobs"
  /// text-generation-inference.
  case tgi = "TGI details.prefill"
  /// Some other answer of a model server, most likely without evidence.
  case answers = "a model server's answers"
  /// lm-evaluation-harness.
  case harness = "lm-evaluation-harness samples"
  /// Padded arrays in an npz file.
  case npz = "npz arrays"
  /// A result of LeakPro.
  case leakPro = "LeakPro result"

  /// Whether records are read by `DumpParser`.
  var isDump: Bool {
    switch self {
    case .vllm, .completions, .sglang, .tgi, .answers: true
    default: false
    }
  }
}

/// Tells formats apart by their first bytes.
enum FormatDetection {
  /// How many bytes `detect` wants to see.
  static let prefix = 1 << 16

  /// What supported inputs there are, for messages.
  private static let supply =
    "supply evidence as JSONL (id, target.logprobs, ...) or safetensors, a model server's answers "
    + "with prompt log-probs, or scores as CSV or JSONL"

  /// The format of a file, from its first (decompressed) bytes.
  static func detect(_ bytes: [UInt8], path: String) throws(IngestError) -> FileFormat {
    guard let first = bytes.first(where: { $0 > 0x20 })
    else {
      throw IngestError(file: path, "is empty", remedy: supply)
    }
    if isSafetensors(bytes) { return .safetensors }
    if isNpz(bytes) { return .npz }
    if let other = binary(bytes) { throw unsupported(path, other) }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if path.hasSuffix(".toml") { return .manifest }
    if text.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") { return try object(text, path) }
    if first == UInt8(ascii: "["), !path.hasSuffix(".csv") { return try list(text, path) }
    if looksLikeCSV(text, path) { return .scoresCSV }
    if path.hasSuffix(".jsonl") || path.hasSuffix(".jsonl.gz") { return .evidenceJSONL }
    throw IngestError(file: path, "is of no format known here", remedy: supply)
  }

  private static func isSafetensors(_ bytes: [UInt8]) -> Bool {
    bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
      && bytes[0] != UInt8(ascii: "{") && bytes[5..<8].allSatisfy { $0 == 0 }
  }

  /// Whether this is a zip archive whose first member is an array.
  private static func isNpz(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: Array("PK\u{3}\u{4}".utf8)), bytes.count > 30 else { return false }
    let length = Int(bytes[26]) | Int(bytes[27]) << 8
    guard bytes.count >= 30 + length else { return false }
    return bytes[30..<30 + length].suffix(4).elementsEqual(Array(".npy".utf8))
  }

  /// What turns JSON values on several lines into one a line, if the first bytes need it.
  static func reliner(_ bytes: [UInt8]) -> Reliner? {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let start = text.firstIndex(where: { $0 > 0x20 }) else { return nil }
    if text[start] == UInt8(ascii: "[") { return Reliner() }
    guard text[start] == UInt8(ascii: "{"), let end = text[start...].firstIndex(of: 0x0A) else {
      return nil
    }
    let isWhole: Void? = try? JSONCursor.parse(text[start..<end]) { cursor throws(JSONFailure) in
      try cursor.skipValue()
    }
    let isOpen = text[start..<end].last { $0 > 0x20 } != UInt8(ascii: "}")
    return isWhole == nil && isOpen ? Reliner() : nil
  }

  private static func binary(_ bytes: [UInt8]) -> String? {
    let marks: [([UInt8], String)] = [
      (Array("PAR1".utf8), "a Parquet table"),
      (Array("PK\u{3}\u{4}".utf8), "a zip archive without arrays"),
      (Array("ARROW1".utf8), "an Arrow file"),
      (Array("SQLite format 3".utf8), "an SQLite database"),
      (Array("_logits_".utf8), "llama-perplexity's logits"),
      ([0x93] + Array("NUMPY".utf8), "an npy array"),
      ([0x80, 0x02], "a Python pickle"), ([0x80, 0x04], "a Python pickle"),
      ([0x80, 0x05], "a Python pickle"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd compressed"),
      (Array("GGUF".utf8), "a model's weights (GGUF)"),
    ]
    return marks.first { bytes.starts(with: $0.0) }?.1
  }

  private static func unsupported(_ path: String, _ what: String, _ hint: String = "")
    -> IngestError
  {
    IngestError(
      file: path, "is \(what), which is not read directly", remedy: hint.isEmpty ? supply : hint)
  }

  /// Tells evidence, scores and the answers of model servers apart by the first object's keys.
  private static func object(_ text: [UInt8], _ path: String) throws(IngestError) -> FileFormat {
    let keys = Keys.first(in: text)
    if let format = keys.foreign { return format }
    if keys.has("target") || keys.has("reference") || keys.has("tokens") || keys.has("token_ids") {
      return .evidenceJSONL
    }
    let descriptive: Set = ["id", "label", "text", "meta", "extra", "continuations", "scored"]
    let others = keys.top.filter { !descriptive.contains($0) }
    return keys.has("run") || (keys.has("id") && !others.isEmpty && keys.hasNumbers)
      ? .scoresJSONL : .evidenceJSONL
  }

  private static func list(_ text: [UInt8], _ path: String) throws(IngestError) -> FileFormat {
    let start = text.drop { $0 != UInt8(ascii: "{") }
    if let format = Keys.first(in: Array(start)).foreign { return format }
    throw IngestError(
      file: path, "is one JSON list", remedy: "write its objects one a line (jq -c '.[]')")
  }

  private static func looksLikeCSV(_ text: [UInt8], _ path: String) -> Bool {
    let line = text.prefix { $0 != 0x0A }
    guard line.contains(UInt8(ascii: ",")), !line.contains(0) else { return false }
    let header = String(decoding: line, as: UTF8.self).lowercased()
    return path.hasSuffix(".csv") || path.hasSuffix(".csv.gz")
      || header.split(separator: ",").contains { $0.trimmed(of: "\" \r") == "id" }
  }
}

/// The keys of the first object of a text that may be cut off.
private struct Keys {
  var top: [String] = []
  /// Keys with those of the objects they lie in, joined by dots; not those with null.
  var paths: Set<String> = []
  var hasNumbers = false

  /// Objects whose keys matter.
  private static let opened: Set = [
    "choices", "logprobs", "meta_info", "details", "response", "body", "output", "result",
    "request_output",
  ]

  func has(_ key: String) -> Bool { top.contains(key) }

  /// Whether there is a path, however deep the answer lies in the record.
  private func contains(_ path: String) -> Bool {
    paths.contains(path) || paths.contains { $0.hasSuffix("." + path) }
  }

  static func first(in text: [UInt8]) -> Keys {
    var keys = Keys()
    // A cut or damaged object still shows the keys before the damage.
    try? JSONCursor.parse(text) { cursor throws(JSONFailure) in
      cursor.skipSpace()
      try keys.collect(&cursor, in: "")
    }
    return keys
  }

  private mutating func collect(
    _ cursor: inout JSONCursor, in parent: String, depth: Int = 0
  ) throws(JSONFailure) {
    try cursor.object { cursor, raw throws(JSONFailure) in
      let key = try raw.decoded()
      if depth == 0 {
        top.append(key)
        if cursor.byte == UInt8(ascii: "-") || cursor.byte &- 48 <= 9 { hasNumbers = true }
      }
      if cursor.byte != UInt8(ascii: "n") { paths.insert(parent + key) }
      guard Self.opened.contains(key), depth < 6 else { return try cursor.skipValue(depth: depth) }
      let name = parent + key + "."
      if cursor.byte == UInt8(ascii: "{") {
        return try collect(&cursor, in: name, depth: depth + 1)
      }
      guard cursor.byte == UInt8(ascii: "[") else { return try cursor.skipValue(depth: depth) }
      try cursor.list { (cursor) throws(JSONFailure) in
        guard cursor.byte == UInt8(ascii: "{") else { return try cursor.skipValue(depth: depth) }
        try collect(&cursor, in: name, depth: depth + 1)
      }
    }
  }

  /// The foreign format an object of these keys is of.
  var foreign: FileFormat? {
    if has("doc_id"), has("resps") || has("filtered_resps") || has("arguments") { return .harness }
    if has("target") || has("reference") { return nil }
    if contains("prompt_logprobs") { return .vllm }
    if contains("choices.logprobs.token_logprobs") || contains("choices.logprobs.tokens") {
      return .completions
    }
    if contains("meta_info") { return .sglang }
    if contains("details.prefill") { return .tgi }
    if contains("choices") || has("completion_probabilities") || contains("generated_text")
      || contains("details") || contains("output.content") || has("custom_id")
    {
      return .answers
    }
    if has("signal_values") || has("result_name") && (has("roc_auc") || has("result_type")) {
      return .leakPro
    }
    return nil
  }
}

extension Substring {
  /// The text without these characters at its ends.
  func trimmed(of characters: String) -> Substring {
    var result = drop { characters.contains($0) }
    while let last = result.last, characters.contains(last) { result.removeLast() }
    return result
  }
}
