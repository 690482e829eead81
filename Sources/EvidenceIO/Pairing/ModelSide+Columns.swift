import ScoringCore

extension EvidenceFile {
  /// The file as evidence of one model.
  ///
  /// Evidence of a single model may have been written as a target's whatever model it is of.
  func of(_ side: ModelSide) throws(IngestError) -> EvidenceFile {
    var result = self
    let hasTarget = chunks.contains { !$0.columns.target.isEmpty }
    let hasReference = chunks.contains { !$0.columns.reference.isEmpty }
    guard hasTarget || hasReference else {
      throw IngestError(
        file: path, "holds no log-probabilities", remedy: "name a dump of the \(side.rawValue)")
    }
    guard side == .target ? !hasTarget : hasTarget else { return result }
    do {
      result.chunks = try chunks.map { chunk in
        var columns = chunk.columns
        if side == .target {
          columns.target = columns.reference
          columns.reference = ModelColumns()
        } else {
          if !hasReference { columns.reference = columns.target }
          columns.target = ModelColumns()
        }
        return try EvidenceChunk(columns)
      }
    } catch {
      throw IngestError(file: path, "\(error)")
    }
    return result
  }

  /// The file with every sequence labelled, unless its own labels say something else.
  func labelled(_ label: Label) throws(IngestError) -> EvidenceFile {
    var result = self
    let other: Label = label == .member ? .nonMember : .member
    for chunk in chunks where chunk.columns.labels != nil {
      if let row = (0..<chunk.count).first(where: { chunk.label($0) == other }) {
        throw IngestError(
          file: path, field: "label",
          "\"\(chunk.columns.ids[row])\" is labelled \(other.name), but the file is named as "
            + "\(label.name)s'",
          remedy: "leave out --members and --non-members where records carry labels, or mend them")
      }
    }
    do {
      result.chunks = try chunks.map { chunk in
        var columns = chunk.columns
        columns.labels = Column([Int8](repeating: label.rawValue, count: chunk.count))
        return try EvidenceChunk(columns)
      }
    } catch {
      throw IngestError(file: path, "\(error)")
    }
    return result
  }
}
