/// The keys of the first object of a text that may be cut off, and what stands under them.
struct ObjectKeys {
  /// What stands under a key.
  enum Kind {
    case number, text, flag, null, object
    /// A list by its first element that is not null.
    case numbers, texts, objects, lists, emptyList
  }

  private(set) var top: [String] = []
  private var kinds: [String: Kind] = [:]
  /// Keys with those of the objects they lie in, joined by dots; not those with null.
  private var paths: Set<String> = []
  /// The same with null.
  private var nulls: Set<String> = []
  /// Keys at the top whose text is a number, or one of the ways to write none.
  private var numberTexts: Set<String> = []
  /// Numbers in objects right below the top.
  private var innerNumbers = 0
  /// The value of the first key, if it is an object, from its brace to the end of what is there.
  private(set) var firstInner: [UInt8]?

  /// Objects whose keys matter.
  private static let opened: Set = [
    "choices", "logprobs", "meta_info", "details", "response", "body", "output", "outputs",
    "result", "request_output", "prompt", "predictions", "pred", "scores", "prompt_logprobs",
  ]

  private func has(_ key: String) -> Bool { kinds[key] != nil }
  private func kind(_ key: String) -> Kind? { kinds[key] }

  /// Whether there is a path, however deep the answer lies in the record.
  private func contains(_ path: String) -> Bool {
    paths.contains(path) || paths.contains { $0.hasSuffix("." + path) }
  }

  private func containsNull(_ path: String) -> Bool {
    nulls.contains(path) || nulls.contains { $0.hasSuffix("." + path) }
  }

  static func first(in text: [UInt8]) -> ObjectKeys {
    var keys = ObjectKeys()
    // A cut or damaged object still shows the keys before the damage.
    try? JSONCursor.parse(text) { cursor throws(JSONError) in
      let end = cursor.end
      cursor.skipSpace()
      try keys.collect(&cursor, in: "", until: end)
    }
    return keys
  }

  private mutating func collect(
    _ cursor: inout JSONCursor, in parent: String, depth: Int = 0, until end: UnsafePointer<UInt8>
  ) throws(JSONError) {
    try cursor.object { cursor, raw throws(JSONError) in
      let key = try raw.decoded()
      let kind = Self.kind(cursor)
      if depth == 0 {
        if top.isEmpty, kind == .object {
          firstInner = Array(UnsafeBufferPointer(start: cursor.at, count: end - cursor.at))
        }
        top.append(key)
        kinds[key] = kind
        if kind == .text, Self.isNumberText(cursor) { numberTexts.insert(key) }
      } else if depth == 1, kind == .number {
        innerNumbers += 1
      }
      if kind == .null { nulls.insert(parent + key) } else { paths.insert(parent + key) }
      let isOpened = Self.opened.contains(key) || (depth == 0 && kind == .object)
      guard isOpened, depth < 6 else { return try cursor.skipValue(depth: depth) }
      let name = parent + key + "."
      if cursor.byte == UInt8(ascii: "{") {
        return try collect(&cursor, in: name, depth: depth + 1, until: end)
      }
      guard cursor.byte == UInt8(ascii: "[") else { return try cursor.skipValue(depth: depth) }
      try cursor.list { (cursor) throws(JSONError) in
        guard cursor.byte == UInt8(ascii: "{") else { return try cursor.skipValue(depth: depth) }
        try collect(&cursor, in: name, depth: depth + 1, until: end)
      }
    }
  }

  /// Whether the text that is next is a number, or one of the ways to write none.
  private static func isNumberText(_ cursor: JSONCursor) -> Bool {
    var ahead = cursor
    guard let raw = try? ahead.rawString(), !raw.bytes.isEmpty, raw.bytes.count <= 40,
      let text = try? raw.decoded()
    else { return false }
    return TableNumber.reading(text) != .text
  }

  /// What is next, without taking it.
  private static func kind(_ cursor: JSONCursor) -> Kind {
    switch cursor.byte {
    case UInt8(ascii: "\""): return .text
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .flag
    case UInt8(ascii: "["):
      var ahead = cursor
      ahead.at += 1
      ahead.skipSpace()
      while ahead.consume("null") {
        ahead.skipSpace()
        _ = ahead.consume(UInt8(ascii: ","))
        ahead.skipSpace()
      }
      switch ahead.byte {
      case UInt8(ascii: "\""): return .texts
      case UInt8(ascii: "{"): return .objects
      case UInt8(ascii: "["): return .lists
      case UInt8(ascii: "]"), 0: return .emptyList
      default: return .numbers
      }
    default: return .number
    }
  }

  /// Whether scores may lie here: numbers at the top or in an object right below it.
  var hasNumbers: Bool { kinds.values.contains(.number) || innerNumbers > 0 }

  /// Whether there is a number, perhaps in quotes, besides those that say what a record is.
  private var hasScores: Bool {
    innerNumbers > 0
      || top.contains { key in
        guard kinds[key] == .number || numberTexts.contains(key) else { return false }
        let name = ColumnNames.canonical(key)
        return !ColumnNames.noScores.contains(name)
          && !ColumnNames.names.values.contains { $0.contains(name) }
      }
  }

  /// Whether a key is one that a user said names or labels the records.
  private func isMapped(by columns: ColumnMapping) -> Bool {
    [ColumnRole.id, .label].contains { role in
      guard let kind = columns.name(of: role).flatMap({ kinds[$0] }) else { return false }
      return [.text, .number, .flag, .null].contains(kind)
    }
  }

  private var hasRole: Bool {
    ColumnNames.place(of: .label, in: top) != nil || ColumnNames.place(of: .id, in: top) != nil
  }

  /// The format of records with these keys; nil if they are no record of their own.
  ///
  /// - Throws: `IngestError` for JSON that is recognised but holds nothing to read.
  func record(
    _ path: String, _ columns: ColumnMapping = ColumnMapping()
  ) throws(IngestError) -> FileFormat? {
    if has("nbformat"), has("cells") {
      throw ForeignFile(
        what: "a Jupyter notebook", remedy: "write what it computed: df.to_csv('scores.csv')"
      ).error(path)
    }
    if has("request_states") || has("adapter_spec") { return .helm }
    if has("doc_id"), has("resps") || has("filtered_resps") || has("arguments") { return .harness }
    let models = [kind("target"), kind("reference")]
    if models.contains(.object) { return .evidenceJSONL }
    if let server { return server }
    if FlatEvidence.isNamed(by: top, lists: { kinds[$0] == .numbers || kinds[$0] == .emptyList }) {
      return .flat
    }
    if has("signal_values") || has("result_name") && (has("roc_auc") || has("result_type")) {
      return .leakPro
    }
    if has("tokens") || has("token_ids") { return .evidenceJSONL }
    if isMapped(by: columns), hasNumbers || !numberTexts.isEmpty { return .scoresJSONL }
    // Numbers that only say what a record is are no scores of texts.
    let areScores = hasScores || hasNumbers && !isText
    if !isDocument, kind("run") == .text || hasRole && areScores && !isKeyed {
      return .scoresJSONL
    }
    return nil
  }

  /// The server that answers with these keys.
  private var server: FileFormat? {
    if contains("prompt.logprobs") { return .together }
    if contains("outputs.prompt_logprobs") { return .tensorRT }
    if kind("prompt_logprobs") == .numbers { return .tinker }
    if contains("prompt_logprobs") { return .vllm }
    if contains("choices.logprobs.token_logprobs") || contains("choices.logprobs.tokens") {
      return .completions
    }
    if contains("meta_info") { return .sglang }
    if contains("details.prefill") { return .tgi }
    if contains("logprobs.token_logprobs") { return .completions }
    let isVLLM = has("prompt_token_ids") || has("outputs") && has("prompt")
    if containsNull("prompt_logprobs"), isVLLM { return .vllm }
    let answers = [
      "choices", "generated_text", "details", "output.content", "completion_probabilities",
      "candidates.content", "candidates", "generations", "completions", "custom_id",
    ]
    if answers.contains(where: contains) { return .answers }
    let isOllama = has("created_at") && has("done")
    let isMessage = has("stop_reason") && has("role") && has("content")
    return isOllama || isMessage ? .answers : nil
  }

  /// Whether the object is a whole document of scores: mimir's, columns, classes, or scores by id.
  var isDocument: Bool {
    if contains("predictions.member") || contains("predictions.members") { return true }
    if has("columns"), has("data"), [.lists, .emptyList].contains(kind("data")) { return true }
    let lists = top.filter { [.numbers, .texts].contains(kinds[$0]) }
    let classes = top.filter { ResultDocument.classLabel($0) != nil }
    if classes.count >= 2, classes.allSatisfy({ [.numbers, .texts, .objects].contains(kinds[$0]) })
    {
      return true
    }
    let hasRoleList = lists.contains { name in
      ColumnNames.place(of: .label, in: [name]) != nil
        || ColumnNames.place(of: .id, in: [name]) != nil
    }
    if lists.count >= 2, hasRoleList, kind("id") != .text { return true }
    if top.count >= 2, kinds.values.allSatisfy({ $0 == .object }), hasRole,
      ColumnNames.place(of: .label, in: top) != nil
    {
      return true
    }
    return kinds.values.allSatisfy { $0 == .number || $0 == .null } && top.count >= 2
      && ColumnNames.place(of: .label, in: top) == nil && !has("id")
  }

  /// Whether the object may be one of records by id.
  var isKeyed: Bool {
    !top.isEmpty
      && top.allSatisfy { kinds[$0] == .object || kinds[$0] == .lists || kinds[$0] == .objects }
      && kinds[top[0]] == .object
  }

  /// Whether the object is one of records by id for sure, as none of its keys is a record's own.
  var isKeyedByID: Bool {
    let own: Set = [
      "target", "reference", "meta", "extra", "request_states", "adapter_spec", "usage", "error",
    ]
    return isKeyed && top.allSatisfy { !own.contains($0) && !Self.opened.contains($0) }
  }

  /// Whether the object holds a text, and no id as evidence has it.
  private var isText: Bool {
    let hasText =
      ColumnNames.place(of: .text, in: top) != nil
      || contains("data.text") || top.contains { ResultDocument.textsLabel($0) != nil }
    return hasText && !has("id")
  }

  /// What an object is that is neither a record of evidence nor of scores.
  var other: FileFormat { isText ? .texts : .evidenceJSONL }
}
