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
}

/// Tells formats apart by their first bytes.
enum FormatDetection {
  /// How many bytes `detect` wants to see.
  static let prefix = 1 << 16

  /// What supported inputs there are, for messages.
  private static let supply =
    "supply evidence as JSONL (id, target.logprobs, ...) or safetensors, or scores as CSV or JSONL"

  /// The format of a file, from its first (decompressed) bytes.
  static func detect(_ bytes: [UInt8], path: String) throws(IngestError) -> FileFormat {
    guard let first = bytes.first(where: { $0 > 0x20 })
    else {
      throw IngestError(file: path, "is empty", remedy: supply)
    }
    if isSafetensors(bytes) { return .safetensors }
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

  private static func binary(_ bytes: [UInt8]) -> String? {
    let marks: [([UInt8], String)] = [
      (Array("PAR1".utf8), "a Parquet table"), (Array("PK\u{3}\u{4}".utf8), "a zip or npz archive"),
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
    if let server = keys.server {
      throw unsupported(
        path, server,
        "write one object a line with id, token_ids and target.logprobs (token 0 left out), "
          + "and ranks where the server gives them")
    }
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
    if let server = Keys.first(in: Array(start)).server {
      throw unsupported(path, "a list of \(server)")
    }
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
  var nested: Set<String> = []
  var hasNumbers = false

  func has(_ key: String) -> Bool { top.contains(key) }

  static func first(in text: [UInt8]) -> Keys {
    var keys = Keys()
    let line = Array(text.prefix { $0 != 0x0A })
    // A cut or damaged line still shows the keys before the damage.
    try? JSONCursor.parse(line) { cursor throws(JSONFailure) in
      cursor.skipSpace()
      try cursor.object { cursor, raw throws(JSONFailure) in
        let key = try raw.decoded()
        keys.top.append(key)
        if cursor.byte == UInt8(ascii: "-") || cursor.byte &- 48 <= 9 { keys.hasNumbers = true }
        guard cursor.byte == UInt8(ascii: "{") else { return try cursor.skipValue() }
        try cursor.object { cursor, raw throws(JSONFailure) in
          keys.nested.insert(key + "." + (try raw.decoded()))
          try cursor.skipValue(depth: 2)
        }
      }
    }
    return keys
  }

  /// The server or tool whose answer this is.
  var server: String? {
    if has("target") || has("reference") { return nil }
    if has("prompt_logprobs") { return "vLLM output with prompt_logprobs" }
    if has("choices") { return "an OpenAI-style completion (OpenAI, vLLM or llama.cpp)" }
    if nested.contains("meta_info.input_token_logprobs") || has("meta_info") {
      return "SGLang output"
    }
    if nested.contains("details.prefill") || has("generated_text") {
      return "text-generation-inference (TGI) output"
    }
    if has("completion_probabilities") { return "llama.cpp server output (generated tokens only)" }
    if has("doc_id") && has("resps") { return "an lm-evaluation-harness sample log" }
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
