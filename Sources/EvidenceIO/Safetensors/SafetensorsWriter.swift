import Basics
import ScoringCore

/// Writes evidence as safetensors, which any safetensors reader opens and this one maps.
///
/// Tensors are ordered by the size of their elements and the header is padded, so that every
/// column is aligned; padding between tensors would make the file invalid. Columns are written chunk
/// after chunk, so that none is ever held as a whole.
package enum SafetensorsWriter {
  /// Writes all sequences of chunks into one file, with what is known of the run.
  package static func write(
    _ chunks: [EvidenceChunk], run: Run?, to path: String,
    options: IngestOptions = IngestOptions()
  ) throws(IngestError) {
    let vocabulary = chunks.lazy.compactMap(\.columns.vocabulary).first
    var tensors = TensorList(chunks)
    tensors.addAll(vocabulary)
    var metadata: [JSONValue.Member] = [.init(key: "ezscope", value: .string("1"))]
    if let run { metadata.append(.init(key: "run", value: .string(RunFields.json(run)))) }
    if let vocabulary, !vocabulary.idsAreOriginal {
      metadata.append(.init(key: "token_ids", value: .string("invented")))
    }
    try options.checkCancelled(path)
    try tensors.write(to: path, metadata: metadata)
  }
}

/// Tensors to be written.
private struct TensorList {
  private struct Tensor {
    var name: String
    var type: String
    var width: Int
    var count: Int
    var write: (inout OutputFile) throws(IngestError) -> Void
  }

  private let chunks: [EvidenceChunk]
  /// Whether any chunk has tokens; a sequence of one that has none then counts as one of one token.
  private let hasTokens: Bool
  private var tensors: [Tensor] = []

  init(_ chunks: [EvidenceChunk]) {
    self.chunks = chunks
    hasTokens = chunks.contains { $0.columns.tokenOffsets != nil }
  }

  mutating func addAll(_ vocabulary: Vocabulary?) {
    addTexts("sequence.ids") { $0.ids }
    add("sequence.labels", "I8", missing: -1, { $0.count }, { $0.labels })
    addTexts("sequence.texts") { $0.texts }
    addTexts("sequence.metas") { $0.metas }
    addTexts("extra") { $0.extras }
    addTexts("continuations") { $0.continuations }
    addTokenOffsets()
    add("token_ids", "I32", missing: -1, Self.tokens, { $0.tokenIDs })
    if let vocabulary {
      add("vocabulary.ids", "I32", vocabulary.ids)
      add("vocabulary.texts.bytes", "U8", vocabulary.texts.bytes)
      add("vocabulary.texts.offsets", "I64", vocabulary.texts.offsets)
    }
    add("scored", "U8", missing: 1, Self.positions, { $0.scored })
    add("target", \.target)
    add("reference", \.reference)
  }

  private static func tokens(_ chunk: EvidenceChunk) -> Int {
    guard let offsets = chunk.columns.tokenOffsets else { return chunk.count }
    return Int(offsets[offsets.count - 1])
  }

  private static func positions(_ chunk: EvidenceChunk) -> Int { tokens(chunk) - chunk.count }

  private mutating func add(_ name: String, _ model: KeyPath<EvidenceChunk.Columns, ModelColumns>) {
    add(name + ".logprobs", "F32", missing: .nan, Self.positions) { $0[keyPath: model].logprobs }
    add(name + ".ranks", "I32", missing: 0, Self.positions) { $0[keyPath: model].ranks }
    add(name + ".top1_ids", "I32", missing: -1, Self.positions) { $0[keyPath: model].top1IDs }
    add(name + ".top1_logprobs", "F32", missing: .nan, Self.positions) {
      $0[keyPath: model].top1Logprobs
    }
    let weighted = chunks.allSatisfy { $0.columns[keyPath: model].momentsAreWeighted }
    let suffix = weighted ? "" : "_unweighted"
    add(name + ".logprob_means" + suffix, "F32", missing: .nan, Self.positions) {
      $0[keyPath: model].logprobMeans
    }
    add(name + ".logprob_stds" + suffix, "F32", missing: .nan, Self.positions) {
      $0[keyPath: model].logprobStds
    }
  }

  private mutating func add<T>(_ name: String, _ type: String, _ column: Column<T>) {
    tensors.append(
      Tensor(
        name: name, type: type, width: MemoryLayout<T>.stride, count: column.count,
        write: { (file) throws(IngestError) in try file.write(column.span.bytes) }))
  }

  /// A column that some chunks may lack.
  private mutating func add<T>(
    _ name: String, _ type: String, missing: T, _ count: @escaping (EvidenceChunk) -> Int,
    _ pick: @escaping (EvidenceChunk.Columns) -> Column<T>?
  ) {
    let chunks = chunks
    guard chunks.contains(where: { pick($0.columns) != nil }) else { return }
    tensors.append(
      Tensor(
        name: name, type: type, width: MemoryLayout<T>.stride,
        count: chunks.reduce(0) { $0 + count($1) },
        write: { (file) throws(IngestError) in
          for chunk in chunks {
            let column =
              pick(chunk.columns) ?? Column([T](repeating: missing, count: count(chunk)))
            try file.write(column.span.bytes)
          }
        }))
  }

  private mutating func addTexts(
    _ name: String, _ pick: @escaping (EvidenceChunk.Columns) -> TextColumn?
  ) {
    let chunks = chunks
    guard chunks.contains(where: { pick($0.columns) != nil }) else { return }
    tensors.append(
      Tensor(
        name: name + ".bytes", type: "U8", width: 1,
        count: chunks.reduce(0) { $0 + (pick($1.columns)?.bytes.count ?? 0) },
        write: { (file) throws(IngestError) in
          for chunk in chunks {
            if let texts = pick(chunk.columns) { try file.write(texts.bytes.span.bytes) }
          }
        }))
    addOffsets(name + ".offsets") { chunk, row in
      pick(chunk.columns).map { Int($0.offsets[row + 1]) } ?? 0
    }
  }

  private mutating func addTokenOffsets() {
    guard hasTokens else { return }
    addOffsets("sequence.token_offsets") { chunk, row in
      chunk.columns.tokenOffsets.map { Int($0[row + 1]) } ?? row + 1
    }
  }

  /// Where each sequence ends, from where it ends in its chunk.
  private mutating func addOffsets(_ name: String, _ end: @escaping (EvidenceChunk, Int) -> Int) {
    let chunks = chunks
    tensors.append(
      Tensor(
        name: name, type: "I64", width: 8, count: chunks.reduce(1) { $0 + $1.count },
        write: { (file) throws(IngestError) in
          var start = 0
          let zero = Column([Int64(0)])
          try file.write(zero.span.bytes)
          for chunk in chunks where chunk.count > 0 {
            let ends = Column((0..<chunk.count).map { Int64(start + end(chunk, $0)) })
            try file.write(ends.span.bytes)
            start += end(chunk, chunk.count - 1)
          }
        }))
  }

  func write(to path: String, metadata: [JSONValue.Member]) throws(IngestError) {
    let ordered = tensors.sorted { ($1.width, $0.name) < ($0.width, $1.name) }
    var members: [JSONValue.Member] = [.init(key: "__metadata__", value: .object(metadata))]
    var offset = 0
    for tensor in ordered {
      let end = offset + tensor.count * tensor.width
      members.append(
        .init(
          key: tensor.name,
          value: .object([
            .init(key: "dtype", value: .string(tensor.type)),
            .init(key: "shape", value: .list([.integer(tensor.count)])),
            .init(key: "data_offsets", value: .list([.integer(offset), .integer(end)])),
          ])))
      offset = end
    }
    var header = JSONText()
    header.value(.object(members))
    while (header.bytes.count + 8) % 64 != 0 { header.bytes.append(UInt8(ascii: " ")) }
    var file = try OutputFile.create(path, .texts)
    let length = UInt64(header.bytes.count)
    try file.write((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
    try file.write(header.bytes)
    for tensor in ordered { try tensor.write(&file) }
    try file.commit()
  }
}
