import ScoringCore

/// Joins chunks of the same sequences in the same order, column by column.
struct ChunkMerge {
  /// The files the chunks are from, for messages.
  let files: [String]

  /// One chunk with the columns of all.
  ///
  /// - Throws: `IngestError` naming both files if a column is in two of them, or what must agree
  ///   does not.
  func merge(_ parts: [EvidenceChunk], _ vocabulary: Vocabulary?) throws(IngestError)
    -> EvidenceChunk
  {
    guard let first = parts.first else { throw IngestError(file: "", "there is nothing to join") }
    var columns = EvidenceChunk.Columns(ids: first.columns.ids)
    let all = parts.map(\.columns)
    // First, as the other columns differ wherever tokens do, and say less.
    columns.tokenIDs = try TokenMerge(files: files, vocabulary: vocabulary).merge(parts)
    columns.labels = try same("label", parts, all.map(\.labels), perSequence)
    columns.texts = try same("text", parts, all.map(\.texts))
    columns.metas = try same("meta", parts, all.map(\.metas))
    columns.extras = try same("extra", parts, all.map(\.extras))
    columns.continuations = try same("continuations", parts, all.map(\.continuations))
    columns.tokenOffsets = try same(
      "token counts", parts, all.map(\.tokenOffsets)
    ) { _, row in row..<row + 2 }
    columns.scored = try same("scored", parts, all.map(\.scored)) { $0.positionRange($1) }
    columns.target = try model("target", all.map(\.target))
    columns.reference = try model("reference", all.map(\.reference))
    columns.vocabulary = vocabulary
    do {
      return try EvidenceChunk(columns)
    } catch {
      throw IngestError(file: files.joined(separator: " and "), "\(error)")
    }
  }

  private func perSequence(_ chunk: EvidenceChunk, _ row: Int) -> Range<Int> { row..<row + 1 }

  private func model(_ name: String, _ parts: [ModelColumns]) throws(IngestError) -> ModelColumns {
    var result = ModelColumns()
    result.logprobs = try once(name + ".logprobs", parts.map(\.logprobs))
    result.ranks = try once(name + ".ranks", parts.map(\.ranks))
    result.top1IDs = try once(name + ".top1_ids", parts.map(\.top1IDs))
    result.top1Logprobs = try once(name + ".top1_logprobs", parts.map(\.top1Logprobs))
    result.logprobMeans = try once(name + ".logprob_means", parts.map(\.logprobMeans))
    result.logprobStds = try once(name + ".logprob_stds", parts.map(\.logprobStds))
    let withMoments = parts.first { $0.logprobMeans != nil || $0.logprobStds != nil }
    result.momentsAreWeighted = withMoments?.momentsAreWeighted ?? true
    return result
  }

  private func once<T>(_ name: String, _ columns: [Column<T>?]) throws(IngestError) -> Column<T>? {
    let present = columns.indices.filter { columns[$0] != nil }
    guard present.count <= 1 else {
      throw IngestError(
        file: files[present[1]], field: name, "is also in \(files[present[0]])",
        remedy: "a run has each column once; name only one of the files, or leave the column out")
    }
    return present.first.flatMap { columns[$0] }
  }

  private func same<T>(
    _ name: String, _ chunks: [EvidenceChunk], _ columns: [Column<T>?],
    _ range: (EvidenceChunk, Int) -> Range<Int>
  ) throws(IngestError) -> Column<T>? where T: Equatable {
    guard let first = columns.firstIndex(where: { $0 != nil }), let kept = columns[first] else {
      return nil
    }
    for index in columns.indices.dropFirst(first + 1) {
      guard let other = columns[index], !kept.isIdentical(to: other) else { continue }
      let row = (0..<chunks[first].count).first { row in
        let (mine, theirs) = (range(chunks[first], row), range(chunks[index], row))
        guard mine.upperBound <= kept.count, theirs.upperBound <= other.count else { return true }
        return mine.count != theirs.count
          || zip(mine, theirs).contains { kept[$0] != other[$1] }
      }
      throw differs(name, first, index, chunks[first].columns.ids, row)
    }
    return kept
  }

  private func same(
    _ name: String, _ chunks: [EvidenceChunk], _ columns: [TextColumn?]
  ) throws(IngestError) -> TextColumn? {
    guard let first = columns.firstIndex(where: { $0 != nil }), let kept = columns[first] else {
      return nil
    }
    for index in columns.indices.dropFirst(first + 1) {
      guard let other = columns[index], !kept.isIdentical(to: other) else { continue }
      let row = (0..<kept.count).first { kept[$0] != other[$0] }
      throw differs(name, first, index, chunks[first].columns.ids, row)
    }
    return kept
  }

  private func differs(
    _ name: String, _ first: Int, _ second: Int, _ ids: TextColumn, _ row: Int?
  ) -> IngestError {
    let example = row.map { ", first at \"\(ids[$0])\"" } ?? ""
    return IngestError(
      file: files[second], field: name, "differs from \(files[first])\(example)",
      remedy: "files of one run must come from the same sequences and tokenizer")
  }
}
