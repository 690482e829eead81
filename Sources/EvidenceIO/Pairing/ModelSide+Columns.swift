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

  /// The file with every sequence labelled.
  func labelled(_ label: Label) throws(IngestError) -> EvidenceFile {
    var result = self
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
