import Basics
import ScoringCore

/// Parses the `continuations` of sequences.
package enum ContinuationsReader {
  /// What a table's continuations say, and what could not be read of them.
  package struct Reading: Sendable {
    /// The continuations.
    package let table: ContinuationTable
    /// Sequences whose continuations are not as they should be; all of theirs are left out.
    package let defects: DefectList
  }

  /// Reads the continuations of every sequence.
  ///
  /// A missing suffix is taken from the sequence itself, where `prefix_tokens` and tokens are there.
  package static func read(_ table: EvidenceTable) -> Reading {
    var entries: [(sequence: Int, continuation: Continuation)] = []
    var defects = DefectList()
    var misaligned = 0
    for (number, chunk) in table.chunks.enumerated() {
      guard let column = chunk.columns.continuations else { continue }
      for row in 0..<chunk.count where !column.range(row).isEmpty {
        let sequence = table.start(ofChunk: number) + row
        do throws(JSONError) {
          let source = SuffixSource(table, sequence)
          let bytes = column.utf8(row).withUnsafeBufferPointer(Array.init)
          for var continuation in try parse(bytes) {
            if !source.agrees(with: continuation) { misaligned += 1 }
            source.complete(&continuation)
            entries.append((sequence, continuation))
          }
        } catch {
          defects.add(
            Defect(
              error.kind, file: table.run.name, .record(sequence, id: table.id(sequence)),
              field: "continuations", error.problem, remedy: error.remedy))
        }
      }
    }
    return Reading(table: ContinuationTable(entries, misaligned: misaligned), defects: defects)
  }

  private static func parse(_ bytes: [UInt8]) throws(JSONError) -> [Continuation] {
    try JSONCursor.parse(bytes) { cursor throws(JSONError) in
      var continuations: [Continuation] = []
      cursor.skipSpace()
      try cursor.list("a list of continuations") { cursor throws(JSONError) in
        continuations.append(try continuation(&cursor))
      }
      try cursor.finish()
      return continuations
    }
  }

  private static func continuation(
    _ cursor: inout JSONCursor
  ) throws(JSONError) -> Continuation {
    var result = Continuation()
    var hasContent = false
    try cursor.object("a continuation") { cursor, key throws(JSONError) in
      if cursor.consume("null") { return }
      switch try key.decoded() {
      case "prefix_tokens": result.prefixTokens = try count(&cursor)
      case "decoding": result.decoding = try cursor.text()
      case "text":
        result.text = try cursor.text()
        hasContent = true
      case "token_ids":
        result.tokenIDs = try ids(&cursor)
        hasContent = true
      case "suffix_text": result.suffixText = try cursor.text()
      case "suffix_token_ids": result.suffixTokenIDs = try ids(&cursor)
      case "similarity": result.similarity = try cosine(&cursor)
      case "encoder": result.encoder = try cursor.text()
      default: try cursor.skipValue()
      }
    }
    guard hasContent else {
      throw JSONError(
        problem: "a continuation without text and token_ids", kind: .missing,
        remedy: "write what the model generated")
    }
    return result
  }

  private static func count(_ cursor: inout JSONCursor) throws(JSONError) -> Int {
    let value = Int(try cursor.integer())
    guard value >= 0 else {
      throw JSONError(problem: "prefix_tokens below 0", kind: .value)
    }
    return value
  }

  private static func ids(_ cursor: inout JSONCursor) throws(JSONError) -> [Int32] {
    var ids: [Int32] = []
    try cursor.list("a list of token ids") { cursor throws(JSONError) in
      ids.append(try cursor.integer())
    }
    return ids
  }

  private static func cosine(_ cursor: inout JSONCursor) throws(JSONError) -> Double {
    let value = try cursor.double()
    guard abs(value) <= 1 + 1e-4 else {
      throw JSONError(
        problem: "a similarity of \(value)", kind: .value,
        remedy: "write a cosine between -1 and 1")
    }
    return max(-1, min(1, value))
  }
}

/// What a sequence itself says after a prefix.
private struct SuffixSource {
  private let ids: [Int32]?
  private let tokens: [[UInt8]]

  init(_ table: EvidenceTable, _ sequence: Int) {
    let (chunk, index) = table.locate(sequence)
    // Ids given out while reading are not the tokenizer's: nothing can be compared with them.
    let areOriginal = chunk.columns.vocabulary?.idsAreOriginal ?? true
    let column = areOriginal ? chunk.columns.tokenIDs : nil
    ids = column.map { column in chunk.tokenRange(index).map { column[$0] } }
    tokens = table.tokens(sequence)
  }

  /// Whether the suffix a continuation names is the sequence's; true where nobody can tell.
  func agrees(with continuation: Continuation) -> Bool {
    guard let ids, let prefix = continuation.prefixTokens,
      let suffix = continuation.suffixTokenIDs
    else { return true }
    return prefix <= ids.count && ids[prefix...].starts(with: suffix)
  }

  /// Fills in a missing suffix.
  func complete(_ continuation: inout Continuation) {
    guard let prefix = continuation.prefixTokens else { return }
    if continuation.suffixTokenIDs == nil, continuation.suffixText.isEmpty,
      continuation.tokenIDs != nil, let ids
    {
      continuation.suffixTokenIDs = Array(ids.dropFirst(prefix))
    }
    if continuation.suffixText.isEmpty, !tokens.isEmpty {
      let most = continuation.suffixTokenIDs?.count ?? .max
      let bytes = Array(tokens.dropFirst(prefix).prefix(most).joined())
      continuation.suffixText = String(decoding: bytes, as: UTF8.self)
    }
  }
}
