import Basics
import ScoringCore

/// Writes evidence as safetensors, which any safetensors reader opens and this one maps.
///
/// Tensors are ordered by the size of their elements and the header is padded, so that every
/// column is aligned; padding between tensors would make the file invalid.
package enum SafetensorsWriter {
  /// Writes all sequences of chunks into one file, with what is known of the run.
  package static func write(
    _ chunks: [EvidenceChunk], run: Run?, to path: String,
    options: IngestOptions = IngestOptions()
  ) throws(IngestError) {
    let chunk = try joined(chunks, path)
    var tensors = TensorList()
    tensors.add(chunk.columns)
    var metadata: [JSONValue.Member] = [.init(key: "ezscope", value: .string("1"))]
    if let run { metadata.append(.init(key: "run", value: .string(RunFields.json(run)))) }
    if let vocabulary = chunk.columns.vocabulary, !vocabulary.idsAreOriginal {
      metadata.append(.init(key: "token_ids", value: .string("invented")))
    }
    try options.checkCancelled(path)
    try tensors.write(to: path, metadata: metadata)
  }

  private static func joined(
    _ chunks: [EvidenceChunk], _ path: String
  ) throws(IngestError) -> EvidenceChunk {
    if let only = chunks.first, chunks.count == 1 { return only }
    let rows = chunks.enumerated().flatMap { place, chunk in
      (0..<chunk.count).map { RowReference(chunk: Int32(place), row: Int32($0)) }
    }
    do {
      return try ChunkGather.gather(rows, from: chunks)
    } catch {
      throw IngestError(file: path, "\(error)")
    }
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

  private var tensors: [Tensor] = []

  mutating func add(_ columns: EvidenceChunk.Columns) {
    add("sequence.ids", columns.ids)
    add("sequence.labels", "I8", columns.labels)
    add("sequence.texts", columns.texts)
    add("sequence.metas", columns.metas)
    add("extra", columns.extras)
    add("continuations", columns.continuations)
    add("sequence.token_offsets", "I64", columns.tokenOffsets)
    add("token_ids", "I32", columns.tokenIDs)
    add("vocabulary.ids", "I32", columns.vocabulary?.ids)
    add("vocabulary.texts", columns.vocabulary?.texts)
    add("scored", "U8", columns.scored)
    add("target", columns.target)
    add("reference", columns.reference)
  }

  private mutating func add(_ name: String, _ model: ModelColumns) {
    add(name + ".logprobs", "F32", model.logprobs)
    add(name + ".ranks", "I32", model.ranks)
    add(name + ".top1_ids", "I32", model.top1IDs)
    add(name + ".top1_logprobs", "F32", model.top1Logprobs)
    let suffix = model.momentsAreWeighted ? "" : "_unweighted"
    add(name + ".logprob_means" + suffix, "F32", model.logprobMeans)
    add(name + ".logprob_stds" + suffix, "F32", model.logprobStds)
  }

  private mutating func add(_ name: String, _ texts: TextColumn?) {
    add(name + ".bytes", "U8", texts?.bytes)
    add(name + ".offsets", "I64", texts?.offsets)
  }

  private mutating func add<T>(_ name: String, _ type: String, _ column: Column<T>?) {
    guard let column else { return }
    tensors.append(
      Tensor(
        name: name, type: type, width: MemoryLayout<T>.stride, count: column.count,
        write: { (file) throws(IngestError) in try file.write(column.span.bytes) }))
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
