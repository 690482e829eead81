import ScoringCore

/// Puts files of different sequences one after another, as if they were one.
enum FileUnion {
  /// One file with the sequences of all; numbered ones are named after their files.
  static func join(
    _ files: [EvidenceFile], options: IngestOptions
  ) throws(IngestError) -> EvidenceFile {
    guard let first = files.first, files.count > 1 else {
      return files.first ?? EvidenceFile(path: "", chunks: [], run: nil, notes: IngestNotes())
    }
    let vocabularies = VocabularyMerge(files)
    var result = EvidenceFile(
      path: files.map(\.path).joined(separator: ", "), chunks: [], run: first.run,
      notes: IngestNotes(limit: options.listedDefects),
      hasOwnIDs: files.allSatisfy(\.hasOwnIDs))
    var seen = TextTable()
    do {
      for (index, file) in files.enumerated() {
        result.notes.add(file.notes)
        for chunk in try vocabularies.chunks(of: file, index) {
          var columns = chunk.columns
          if columns.vocabulary != nil { columns.vocabulary = vocabularies.vocabulary }
          if !file.hasOwnIDs { columns.prefixIDs(ScoresCSVReader.runName(file.path) + "/") }
          let named = try EvidenceChunk(columns)
          let kept = newRows(of: named, &seen, file.path, &result.notes)
          if kept.count == named.count {
            result.chunks.append(named)
          } else if !kept.isEmpty {
            result.chunks.append(try ChunkGather.gather(kept, from: [named]))
          }
        }
      }
    } catch {
      throw IngestError(file: result.path, "\(error)")
    }
    try result.checkUsable(options)
    return result
  }

  private static func newRows(
    of chunk: EvidenceChunk, _ seen: inout TextTable, _ path: String, _ notes: inout IngestNotes
  ) -> [RowReference] {
    let ids = chunk.columns.ids
    return (0..<chunk.count).compactMap { row in
      guard ids.withUTF8(row, { seen.insert($0).isNew }) else {
        notes.defects.add(
          Defect(
            .duplicateID, file: path, .whole, field: "id",
            "\"\(ids[row])\" is an id of an earlier file already",
            remedy: "files of one side hold different sequences; give each an id of its own"))
        return nil
      }
      return RowReference(chunk: 0, row: Int32(row))
    }
  }
}

extension EvidenceChunk.Columns {
  /// Puts a text before every id.
  fileprivate mutating func prefixIDs(_ prefix: String) {
    var list = TextList()
    for row in 0..<ids.count {
      ids.withUTF8(row) { list.append(Array(prefix.utf8) + $0) }
    }
    if let named = list.take() { ids = named }
  }
}
