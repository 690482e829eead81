import Basics
import ScoringCore

/// Puts files of different sequences one after another, as if they were one.
enum FileUnion {
  /// Tells apart sequences of different files that have one id, as where every file counts from 0.
  ///
  /// Files of the two sides are taken in the order they were named: the first reference is of the
  /// first target's sequences.
  static func distinguish(
    _ targets: [EvidenceFile], _ references: [EvidenceFile]
  ) throws(IngestError) -> (targets: [EvidenceFile], references: [EvidenceFile]) {
    guard let clash = clash(targets) ?? clash(references) else { return (targets, references) }
    guard references.isEmpty || targets.count == references.count else {
      throw IngestError(
        file: clash.files, field: "id",
        "\"\(clash.id)\" names different sequences in the two files",
        remedy:
          "give every sequence an id of its own, or name as many --reference files as --target "
          + "files, in the same order")
    }
    let names = unique(targets.map { ScoresCSVReader.runName($0.path) })
    do {
      func named(_ files: [EvidenceFile]) throws -> [EvidenceFile] {
        try zip(files, names).map { file, name in
          var file = file
          file.chunks = try file.chunks.map { chunk in
            var columns = chunk.columns
            columns.prefixIDs(name + "/")
            return try EvidenceChunk(columns)
          }
          return file
        }
      }
      var (left, right) = (try named(targets), try named(references))
      let note = Warning(
        file: clash.files,
        "have the same ids for different sequences: they are named after their files"
          + (references.isEmpty ? "" : ", and files paired in the order given"))
      if !left.isEmpty { left[0].notes.warnings.append(note) }
      // A file that has numbers for ids is still paired by its tokens.
      for index in right.indices where !targets[index].hasOwnIDs { right[index].hasOwnIDs = false }
      return (left, right)
    } catch {
      throw IngestError(file: clash.files, "\(error)")
    }
  }

  /// An id that two files give to different sequences.
  private static func clash(_ files: [EvidenceFile]) -> (id: String, files: String)? {
    var places: [String: (file: Int, chunk: Int, row: Int)] = [:]
    for (index, file) in files.enumerated() where file.hasOwnIDs {
      for (number, chunk) in file.chunks.enumerated() {
        for row in 0..<chunk.count {
          let id = chunk.columns.ids[row]
          guard let known = places[id] else {
            places[id] = (index, number, row)
            continue
          }
          let other = files[known.file]
          if known.file != index, !isSame(chunk, row, other.chunks[known.chunk], known.row) {
            return (id, "\(other.path), \(file.path)")
          }
        }
      }
    }
    return nil
  }

  /// Whether two rows are of one text, or of the same tokens where there are no texts.
  private static func isSame(
    _ left: EvidenceChunk, _ row: Int, _ right: EvidenceChunk, _ other: Int
  ) -> Bool {
    if let a = left.columns.texts, let b = right.columns.texts, !a.range(row).isEmpty,
      !b.range(other).isEmpty
    {
      return a[row] == b[other]
    }
    guard left.columns.tokenOffsets != nil, right.columns.tokenOffsets != nil else { return true }
    let (a, b) = (left.tokenRange(row), right.tokenRange(other))
    guard a.count == b.count, let ids = left.columns.tokenIDs, let others = right.columns.tokenIDs
    else { return a.count == b.count }
    return zip(a.dropFirst(), b.dropFirst()).allSatisfy { ids[$0] == others[$1] }
  }

  /// Names made different by a number where they are the same.
  private static func unique(_ names: [String]) -> [String] {
    var seen: [String: Int] = [:]
    return names.map { name in
      seen[name, default: 0] += 1
      let number = seen[name, default: 1]
      return number == 1 ? name : "\(name)-\(number)"
    }
  }

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
    var seen = TextInterner()
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
    of chunk: EvidenceChunk, _ seen: inout TextInterner, _ path: String, _ notes: inout IngestNotes
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
