import ScoringCore

/// Turns what evidence says of sequences in JSON into columns, once, before anything is scored.
enum SequenceMetadataReader {
  /// The chunks with `extra` as numbers and the population marked.
  ///
  /// - Parameter file: what to call the input in messages.
  /// - Throws: `IngestError` naming the sequence and the key of a value that is not what it must be.
  static func read(
    _ chunks: [EvidenceChunk], file: String, notes: inout IngestNotes
  ) throws(IngestError) -> [EvidenceChunk] {
    var result: [EvidenceChunk] = []
    var unknown: Set<String> = []
    for chunk in chunks {
      var columns = chunk.columns
      if let extras = columns.extras {
        columns.extra = try extra(extras, columns.ids, file, &unknown, &notes.clamped)
      }
      if let metas = columns.metas {
        var row = 0
        do throws(JSONError) {
          columns.population = try PopulationReader.read(metas, row: &row)
        } catch {
          throw failure(error, file, row, columns.ids, field: "meta")
        }
      }
      do throws(EvidenceShapeError) {
        result.append(try EvidenceChunk(columns))
      } catch {
        throw IngestError(file: file, error.description)
      }
    }
    if !unknown.isEmpty {
      let known = ExtraNumber.allCases.map(\.rawValue) + ExtraList.allCases.map(\.rawValue)
      let warning = Warning(
        file: file,
        "extra has keys that mean nothing here: \(unknown.sorted().joined(separator: ", ")); known: "
          + known.joined(separator: ", "))
      if !notes.warnings.contains(warning) { notes.warnings.append(warning) }
    }
    return result
  }

  private static func extra(
    _ texts: TextColumn, _ ids: TextColumn, _ file: String, _ unknown: inout Set<String>,
    _ clamped: inout Int
  ) throws(IngestError) -> ExtraColumns? {
    var reader = ExtraReader()
    for row in 0..<texts.count {
      let span = texts.utf8(row)
      do throws(JSONError) {
        try span.withUnsafeBufferPointer { object throws(JSONError) in try reader.add(object) }
      } catch {
        throw failure(error, file, row, ids, field: "extra")
      }
    }
    unknown.formUnion(reader.unknownKeys)
    clamped += reader.clamped
    return reader.builder.columns
  }

  private static func failure(
    _ failure: JSONError, _ file: String, _ row: Int, _ ids: TextColumn, field: String
  ) -> IngestError {
    IngestError(
      file: file, at: .record(row, id: ids[row]), field: field, failure.problem,
      remedy: failure.remedy)
  }
}
