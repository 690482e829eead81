import Basics
import ScoringCore

/// Joins the files of one run by id.
///
/// Files with the same ids in the same order share their columns; otherwise sequences are gathered
/// in the order of the first file, and those that some file lacks are left out and counted.
enum RunMerge {
  /// The run's chunks, and what joining brought up.
  static func merge(
    _ files: [EvidenceFile], options: IngestOptions
  ) throws(IngestError) -> (chunks: [EvidenceChunk], notes: IngestNotes) {
    var notes = IngestNotes(limit: options.listedDefects)
    guard let base = files.first, files.count > 1 else { return (files.first?.chunks ?? [], notes) }
    let files = try ComparableTokens.of(files, &notes)
    let vocabularies = VocabularyMerge(files)
    if vocabularies.conflicts > 0 {
      notes.warnings.append(
        Warning(
          file: files.map(\.path).joined(separator: " and "),
          "\(vocabularies.conflicts) token ids have different texts; were they made with one tokenizer?"
        ))
    }
    var inputs: [[EvidenceChunk]] = []
    do {
      for (index, file) in files.enumerated() {
        inputs.append(try vocabularies.chunks(of: file, index))
      }
    } catch {
      throw IngestError(file: base.path, "\(error)")
    }
    if files.contains(where: { !$0.hasOwnIDs }) {
      inputs = try TokenPairing(files, inputs, vocabularies.vocabulary).renamed()
    }
    let merge = ChunkMerge(files: files.map(\.path))
    let aligned = try align(files, inputs, &notes)
    var chunks: [EvidenceChunk] = []
    for index in aligned[0].indices {
      try options.checkCancelled(base.path)
      chunks.append(try merge.merge(aligned.map { $0[index] }, vocabularies.vocabulary))
    }
    return (chunks, notes)
  }

  /// For each file the same number of chunks with the same ids in the same order.
  private static func align(
    _ files: [EvidenceFile], _ inputs: [[EvidenceChunk]], _ notes: inout IngestNotes
  ) throws(IngestError) -> [[EvidenceChunk]] {
    let base = inputs[0]
    let isAligned = inputs.dropFirst().allSatisfy { other in
      other.count == base.count
        && zip(base, other).allSatisfy { $0.columns.ids.isIdentical(to: $1.columns.ids) }
    }
    if isAligned { return inputs }
    let indices = inputs.map(ChunkIDIndex.init)
    let kept = rowsInAll(files, inputs, indices, &notes)
    guard kept.contains(where: { !$0.isEmpty }) else {
      throw IngestError(
        file: files[0].path,
        "shares no id with " + files.dropFirst().map(\.path).joined(separator: ", "),
        remedy: "files of one run are joined by id: write the same ids into all of them")
    }
    return try zip(inputs, indices).enumerated().map { place, input throws(IngestError) in
      do {
        return try gathered(kept, base, input.0, input.1)
      } catch {
        throw IngestError(file: files[place].path, "\(error)")
      }
    }
  }

  /// For each chunk of the first file, the rows whose ids all files have.
  private static func rowsInAll(
    _ files: [EvidenceFile], _ inputs: [[EvidenceChunk]], _ indices: [ChunkIDIndex],
    _ notes: inout IngestNotes
  ) -> [[Int]] {
    var matched = 0
    var kept: [[Int]] = []
    for chunk in inputs[0] {
      let ids = chunk.columns.ids
      kept.append(
        (0..<chunk.count).filter { row in
          for (place, index) in indices.enumerated().dropFirst()
          where index.find(ids, row) == nil {
            notes.defects.add(unmatched(ids[row], files[0].path, files[place].path))
            return false
          }
          matched += 1
          return true
        })
    }
    for (place, input) in inputs.enumerated().dropFirst() {
      for chunk in input {
        let ids = chunk.columns.ids
        for row in 0..<chunk.count where indices[0].find(ids, row) == nil {
          notes.defects.add(unmatched(ids[row], files[place].path, files[0].path))
        }
      }
    }
    return kept
  }

  private static func unmatched(_ id: String, _ file: String, _ other: String) -> Defect {
    // An id that begins with a 0 stands for a sequence of its file that no tokens matched.
    Defect(
      .unmatchedID, file: file, .whole, field: id.hasPrefix("\0") ? "tokens" : "id",
      id.hasPrefix("\0")
        ? "those of sequence \(id.dropFirst()) are not in \(other)"
        : "\"\(id)\" is not in \(other)",
      remedy: "a run holds the sequences that all its files have")
  }

  private static func gathered(
    _ kept: [[Int]], _ base: [EvidenceChunk], _ chunks: [EvidenceChunk], _ index: ChunkIDIndex
  ) throws(EvidenceShapeError) -> [EvidenceChunk] {
    var result: [EvidenceChunk] = []
    for (chunk, rows) in zip(base, kept) where !rows.isEmpty {
      let ids = chunk.columns.ids
      let references = rows.compactMap { index.find(ids, $0) }
      if let first = references.first, references.count == chunks[Int(first.chunk)].count,
        references.enumerated().allSatisfy({ $1.chunk == first.chunk && Int($1.row) == $0 })
      {
        result.append(chunks[Int(first.chunk)])
      } else {
        result.append(try ChunkGather.gather(references, from: chunks))
      }
    }
    return result
  }
}

/// Finds sequences of a file by id.
struct ChunkIDIndex {
  private var table = TextInterner()
  private var rows: [RowReference] = []

  init(_ chunks: [EvidenceChunk]) {
    for (place, chunk) in chunks.enumerated() {
      let ids = chunk.columns.ids
      for row in 0..<chunk.count {
        let id = ids.utf8(row)
        if id.withUnsafeBufferPointer({ table.insert($0).isNew }) {
          rows.append(RowReference(chunk: Int32(place), row: Int32(row)))
        }
      }
    }
  }

  /// Where the sequence with the id of a row of `ids` is.
  func find(_ ids: TextColumn, _ row: Int) -> RowReference? {
    let id = ids.utf8(row)
    return id.withUnsafeBufferPointer { table.find($0) }.map { rows[$0] }
  }
}
