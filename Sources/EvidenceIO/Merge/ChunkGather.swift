import Basics
import ScoringCore

/// A sequence somewhere in a list of chunks.
struct RowReference: Hashable {
  /// The index of the chunk.
  var chunk: Int32
  /// The index in the chunk.
  var row: Int32
}

/// Copies sequences out of chunks into a new one, in any order.
enum ChunkGather {
  /// A chunk of these sequences; columns that no chunk has stay absent.
  static func gather(
    _ rows: [RowReference], from chunks: [EvidenceChunk]
  ) throws(EvidenceShapeError) -> EvidenceChunk {
    var columns = EvidenceChunk.Columns(
      ids: texts(rows, chunks, { $0.ids }) ?? TextColumn([String]()))
    columns.labels = values(rows, chunks, missing: -1, { $0.labels }, { _, row in row..<row + 1 })
    columns.texts = texts(rows, chunks, { $0.texts })
    columns.metas = texts(rows, chunks, { $0.metas })
    columns.extras = texts(rows, chunks, { $0.extras })
    columns.continuations = texts(rows, chunks, { $0.continuations })
    if chunks.contains(where: { $0.columns.tokenOffsets != nil }) {
      columns.tokenOffsets = offsets(rows, chunks)
    }
    columns.tokenIDs = values(
      rows, chunks, missing: -1, { $0.tokenIDs }, { $0.tokenRange($1) }, minimum: 1)
    columns.vocabulary = chunks.lazy.compactMap(\.columns.vocabulary).first
    columns.scored = values(rows, chunks, missing: 1, { $0.scored }, { $0.positionRange($1) })
    columns.target = model(rows, chunks, { $0.target })
    columns.reference = model(rows, chunks, { $0.reference })
    return try EvidenceChunk(columns)
  }

  private static func model(
    _ rows: [RowReference], _ chunks: [EvidenceChunk],
    _ pick: (EvidenceChunk.Columns) -> ModelColumns
  ) -> ModelColumns {
    func column<T>(_ missing: T, _ part: (ModelColumns) -> Column<T>?) -> Column<T>? {
      values(rows, chunks, missing: missing, { part(pick($0)) }, { $0.positionRange($1) })
    }
    var result = ModelColumns()
    result.logprobs = column(.nan, \.logprobs)
    result.ranks = column(0, \.ranks)
    result.top1IDs = column(-1, \.top1IDs)
    result.top1Logprobs = column(.nan, \.top1Logprobs)
    result.logprobMeans = column(.nan, \.logprobMeans)
    result.logprobStds = column(.nan, \.logprobStds)
    result.momentsAreWeighted = chunks.allSatisfy { pick($0.columns).momentsAreWeighted }
    return result
  }

  private static func offsets(_ rows: [RowReference], _ chunks: [EvidenceChunk]) -> Column<Int64> {
    var offsets: [Int64] = [0]
    offsets.reserveCapacity(rows.count + 1)
    for row in rows {
      let length = max(1, chunks[Int(row.chunk)].tokenRange(Int(row.row)).count)
      offsets.append(offsets[offsets.count - 1] + Int64(length))
    }
    return Column(offsets)
  }

  private static func values<T>(
    _ rows: [RowReference], _ chunks: [EvidenceChunk], missing: T,
    _ pick: (EvidenceChunk.Columns) -> Column<T>?,
    _ range: (EvidenceChunk, Int) -> Range<Int>, minimum: Int = 0
  ) -> Column<T>? {
    let columns = chunks.map { pick($0.columns) }
    guard columns.contains(where: { $0 != nil }) else { return nil }
    var result: [T] = []
    for row in rows {
      let range = range(chunks[Int(row.chunk)], Int(row.row))
      if let column = columns[Int(row.chunk)] {
        column.span.extracting(range).withUnsafeBufferPointer { result.append(contentsOf: $0) }
      } else {
        result.append(contentsOf: repeatElement(missing, count: max(minimum, range.count)))
      }
    }
    return Column(result)
  }

  private static func texts(
    _ rows: [RowReference], _ chunks: [EvidenceChunk],
    _ pick: (EvidenceChunk.Columns) -> TextColumn?
  ) -> TextColumn? {
    let columns = chunks.map { pick($0.columns) }
    guard columns.contains(where: { $0 != nil }) else { return nil }
    var list = TextList()
    for row in rows {
      if let column = columns[Int(row.chunk)] {
        column.utf8(Int(row.row)).withUnsafeBufferPointer { list.append($0) }
      } else {
        list.append([])
      }
    }
    return list.take()
  }
}
