/// The keys of an evidence record.
enum RecordField: UInt8, CaseIterable {
  case id, label, text, tokens, tokenBytes, tokenIDs, scored, target, reference, extra
  case continuations, meta

  /// The key as it is written.
  var key: StaticString {
    switch self {
    case .id: "id"
    case .label: "label"
    case .text: "text"
    case .tokens: "tokens"
    case .tokenBytes: "token_bytes"
    case .tokenIDs: "token_ids"
    case .scored: "scored"
    case .target: "target"
    case .reference: "reference"
    case .extra: "extra"
    case .continuations: "continuations"
    case .meta: "meta"
    }
  }

  /// The field of a key.
  @inline(__always) static func of(_ key: JSONCursor.RawString) -> RecordField? {
    for field in allCases where key.equals(field.key) { return field }
    return nil
  }
}

/// The keys of a record's `target` and `reference`.
enum ModelField: UInt8, CaseIterable {
  case logprobs, ranks, top1IDs, top1Tokens, top1Logprobs, means, stds
  case meansUnweighted, stdsUnweighted

  /// The key as it is written.
  var key: StaticString {
    switch self {
    case .logprobs: "logprobs"
    case .ranks: "ranks"
    case .top1IDs: "top1_ids"
    case .top1Tokens: "top1_tokens"
    case .top1Logprobs: "top1_logprobs"
    case .means: "logprob_means"
    case .stds: "logprob_stds"
    case .meansUnweighted: "logprob_means_unweighted"
    case .stdsUnweighted: "logprob_stds_unweighted"
    }
  }

  /// The field of a key.
  @inline(__always) static func of(_ key: JSONCursor.RawString) -> ModelField? {
    for field in allCases where key.equals(field.key) { return field }
    return nil
  }
}

/// A defect of one record, before its file and line are known.
struct RecordFailure: Error {
  var field: String
  var failure: JSONFailure
}
