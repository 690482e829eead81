import Basics

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

  private static let known = KnownKeys(allCases.map { ($0, $0.key) })

  /// The field of a key.
  @inline(__always) static func of(_ key: JSONCursor.RawString) -> RecordField? {
    known.find(key)
  }
}

/// Keys that are looked up for every record: by their length and first bytes at once.
struct KnownKeys<Field: Sendable>: Sendable {
  private let marks: [UInt64]
  private let fields: [Field]
  private let keys: [StaticString]

  init(_ entries: [(field: Field, key: StaticString)]) {
    fields = entries.map(\.field)
    keys = entries.map(\.key)
    marks = keys.map { key in
      var mark = UInt64(key.utf8CodeUnitCount) << 56
      for place in 0..<min(7, key.utf8CodeUnitCount) {
        mark |= UInt64(key.utf8Start[place]) << UInt64(8 * place)
      }
      return mark
    }
  }

  /// The field of a key; 8 bytes after its end must be readable, as they are where JSON is parsed.
  @inline(__always) func find(_ key: JSONCursor.RawString) -> Field? {
    guard let start = key.bytes.baseAddress, key.bytes.count > 0, key.bytes.count < 256 else {
      return nil
    }
    let count = key.bytes.count
    let word = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian
    let mark = UInt64(count) << 56 | word & (1 << UInt64(8 * min(7, count)) &- 1)
    for index in marks.indices where marks[index] == mark {
      return count <= 7 || key.equals(keys[index]) ? fields[index] : nil
    }
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

  private static let known = KnownKeys(allCases.map { ($0, $0.key) })

  /// The field of a key.
  @inline(__always) static func of(_ key: JSONCursor.RawString) -> ModelField? {
    known.find(key)
  }
}

/// A defect of one record, before its file and line are known.
struct RecordError: Error {
  var field: String
  var failure: JSONError
}
