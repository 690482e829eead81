import ScoringCore

/// Files that name tokens by bare ids cannot be compared with files that name them by text.
enum ComparableTokens {
  /// The files with tokens of one kind only: those of the target's file are kept.
  static func of(
    _ files: [EvidenceFile], _ notes: inout IngestNotes
  ) throws(IngestError) -> [EvidenceFile] {
    let kinds = files.map(kind)
    guard kinds.contains(.ids), kinds.contains(.texts) else { return files }
    let target = files.indices.first { index in
      kinds[index] != .other && files[index].chunks.contains { !$0.columns.target.isEmpty }
    }
    let kept = target.map { kinds[$0] } ?? .ids
    let left = files.indices.filter { kinds[$0] != kept && kinds[$0] != .other }
    guard left.allSatisfy({ files[$0].hasOwnIDs }) else {
      throw IngestError(
        file: files[left[0]].path,
        "cannot be paired by tokens: some of \(files.map(\.path).joined(separator: ", ")) have "
          + "their texts, others their ids alone",
        remedy: "give the same id to the same sequence in every file")
    }
    notes.warnings.append(
      Warning(
        file: files.map(\.path).joined(separator: " and "),
        "some name tokens by text, others by id alone: paired by id, only their numbers compared"))
    var result = files
    do {
      for index in left {
        result[index].chunks = try files[index].chunks.map { chunk in
          var columns = chunk.columns
          columns.tokenIDs = nil
          columns.vocabulary = nil
          columns.target.top1IDs = nil
          columns.reference.top1IDs = nil
          return try EvidenceChunk(columns)
        }
      }
    } catch {
      throw IngestError(file: files[0].path, "\(error)")
    }
    return result
  }

  private enum Kind { case ids, texts, other }

  private static func kind(_ file: EvidenceFile) -> Kind {
    guard file.chunks.contains(where: { $0.columns.tokenIDs != nil }) else { return .other }
    guard let vocabulary = file.chunks.lazy.compactMap(\.columns.vocabulary).first else {
      return .ids
    }
    return vocabulary.idsAreOriginal ? .other : .texts
  }
}
