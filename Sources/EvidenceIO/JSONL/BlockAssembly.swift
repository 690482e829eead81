import Basics
import ScoringCore

/// Joins the results of blocks in the stream's order: ids unique, one vocabulary, defects with their
/// lines.
struct BlockAssembly: Sendable {
  private let path: String
  /// The model a dump is of; nil for evidence of our own.
  private let side: ModelSide?
  /// Whether records lie on lines of the file; otherwise they are counted.
  private let hasLines: Bool
  private let options: IngestOptions
  private let spool: ColumnSpool

  /// Results that came before their turn.
  private var waiting: [Int: BlockResult] = [:]
  private var next = 0
  private var notes: IngestNotes
  private var union = VocabularyUnion()
  private var unknownKeys: Set<String> = []
  private var imported = ImportCounts()
  private var firstLine = 1
  private var parts: [Part] = []
  /// The place of each part's first record among all.
  private var starts: [Int] = [0]
  private var ids = IDSet()

  /// The records of one block.
  private struct Part: Sendable {
    var columns: EvidenceChunk.Columns
    var hasStandIns: Bool
    var firstLine: Int
    /// The line in the block of each record; nil where each record has a line and each line a record.
    var recordLines: [Int32]?

    func line(_ row: Int) -> Int { firstLine + (recordLines.map { Int($0[row]) } ?? row) }
  }

  init(
    path: String, side: ModelSide?, hasLines: Bool, options: IngestOptions, spool: ColumnSpool
  ) {
    self.path = path
    self.side = side
    self.hasLines = hasLines
    self.options = options
    self.spool = spool
    notes = IngestNotes(limit: options.listedDefects)
  }

  /// Adds a block's result; it waits until those before it have come.
  mutating func add(_ result: BlockResult) throws(IngestError) {
    waiting[result.index] = result
    while let result = waiting.removeValue(forKey: next) {
      next += 1
      try append(result)
    }
  }

  private mutating func append(_ result: BlockResult) throws(IngestError) {
    addDefects(of: result)
    defer { firstLine += result.lines }
    notes.clamped += result.clamped
    unknownKeys.formUnion(result.unknownKeys)
    imported.add(result.imported)
    let standIns = union.add(result.vocabulary)
    guard var columns = result.columns else { return }
    if !standIns.isEmpty {
      columns.replaceStandIns(standIns)
      // Of dumps nothing is final before the last record has come.
      if side == nil { columns = try spool.stored(columns) }
    }
    let lines = result.recordLines
    var part = Part(
      columns: columns, hasStandIns: !standIns.isEmpty, firstLine: firstLine,
      recordLines: lines.indices.allSatisfy { Int(lines[$0]) == $0 } ? nil : lines)
    var kept: [Int]?
    // The records of dumps have no ids before all of them are known.
    if side == nil { kept = try leaveOutRepeated(&part) }
    if part.columns.ids.count > 0 {
      parts.append(part)
      starts.append(starts[starts.count - 1] + part.columns.ids.count)
    }
    try result.watched?(kept)
  }

  private func place(_ number: Int) -> Defect.Place {
    hasLines ? .line(number) : .record(number - 1, id: "")
  }

  private mutating func addDefects(of result: BlockResult) {
    for defect in result.defects {
      notes.defects.add(
        Defect(
          defect.failure.kind, file: path, place(firstLine + defect.line), field: defect.field,
          defect.failure.problem, remedy: defect.failure.remedy))
    }
    for (kind, count) in result.unlisted { notes.defects.count(kind, count) }
  }

  /// Takes the records out whose id an earlier one has; which are left, nil if all are.
  private mutating func leaveOutRepeated(_ part: inout Part) throws(IngestError) -> [Int]? {
    let (parts, starts, start) = (parts, starts, starts[starts.count - 1])
    let column = part.columns.ids
    var kept: [Int]?
    var count = 0
    for row in 0..<column.count {
      let span = column.utf8(row)
      let earlier = span.withUnsafeBufferPointer { id in
        ids.insert(id, at: start + count) { place in
          let (ids, index) =
            place < start
            ? Self.locate(place, parts, starts) : (column, kept?[place - start] ?? place - start)
          let other = ids.utf8(index)
          return other.withUnsafeBufferPointer { ByteHash.equal($0, id) }
        }
      }
      guard let earlier else {
        kept?.append(row)
        count += 1
        continue
      }
      kept = kept ?? Array(0..<row)
      let line =
        earlier < start ? self.line(at: earlier) : part.line(kept?[earlier - start] ?? 0)
      notes.defects.add(
        Defect(
          .duplicateID, file: path, place(part.line(row)), field: "id",
          "\"\(column[row])\" is the id of \(hasLines ? "line \(line)" : "record \(line - 1)") already",
          remedy: "give every record a unique id"))
    }
    guard let kept else { return nil }
    do {
      let chunk = try EvidenceChunk(part.columns)
      let rows = kept.map { RowReference(chunk: 0, row: Int32(truncatingIfNeeded: $0)) }
      let lines = kept.map { Int32(truncatingIfNeeded: part.line($0) - part.firstLine) }
      part.columns = try ChunkGather.gather(rows, from: [chunk]).columns
      part.recordLines = lines
    } catch {
      throw IngestError(file: path, "\(error)")
    }
    return kept
  }

  /// The ids of the part that holds the record at a place, and its row.
  private static func locate(
    _ place: Int, _ parts: [Part], _ starts: [Int]
  ) -> (ids: TextColumn, row: Int) {
    let part = index(of: place, parts, starts)
    return (parts[part].columns.ids, place - starts[part])
  }

  private static func index(of place: Int, _ parts: [Part], _ starts: [Int]) -> Int {
    var (low, high) = (0, parts.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= place { low = middle } else { high = middle - 1 }
    }
    return low
  }

  private func line(at place: Int) -> Int {
    let part = Self.index(of: place, parts, starts)
    return parts[part].line(place - starts[part])
  }

  /// The file, once all blocks have been added.
  mutating func finish() throws(IngestError) -> EvidenceFile {
    warn()
    if let side {
      notes.warnings += imported.sentences(of: side).map { Warning(file: path, $0) }
    }
    let file = EvidenceFile(
      path: path, chunks: try chunks(), run: nil, notes: notes, hasOwnIDs: imported.unnamed == 0)
    try file.checkUsable(options)
    return file
  }

  private mutating func chunks() throws(IngestError) -> [EvidenceChunk] {
    let (vocabulary, final) = union.resolved()
    var all = parts
    if side != nil {
      parts = []
      starts = [0]
      var number = 0
      for index in all.indices {
        if imported.unnamed > 0 { all[index].columns.numberUnnamed(from: &number) }
        if imported.choicesAreHollow { all[index].columns.dropFirstChoices() }
        _ = try leaveOutRepeated(&all[index])
        if all[index].columns.ids.count > 0 {
          parts.append(all[index])
          starts.append(starts[starts.count - 1] + all[index].columns.ids.count)
        }
      }
      all = parts
    }
    var chunks: [EvidenceChunk] = []
    for var part in all {
      if part.hasStandIns {
        part.columns.replaceStandIns(final)
        part.columns = try spool.stored(part.columns)
      }
      let columns = part.columns
      if columns.tokenIDs != nil || !columns.target.isEmpty || !columns.reference.isEmpty {
        part.columns.vocabulary = vocabulary
      }
      do {
        chunks.append(try EvidenceChunk(part.columns))
      } catch {
        throw IngestError(file: path, "\(error)")
      }
    }
    return chunks
  }

  private mutating func warn() {
    if !unknownKeys.isEmpty {
      let names = unknownKeys.sorted().prefix(8).joined(separator: ", ")
      notes.warnings.append(
        Warning(
          file: path,
          "ignored \(unknownKeys.count) unknown keys: \(names) (put them in meta to keep them)"))
    }
    if union.respelled > 0 {
      notes.warnings.append(
        Warning(
          file: path,
          "token ids came \(union.respelled) times with another text than at first; the first is shown"
        ))
    }
    if notes.clamped > 0 {
      notes.warnings.append(
        Warning(file: path, "set \(notes.clamped) log-probabilities that were barely positive to 0")
      )
    }
  }
}
