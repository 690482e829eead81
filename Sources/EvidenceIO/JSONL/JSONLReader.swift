import Basics
import Glibc
import ScoringCore
import Synchronization

/// Reads evidence written as one JSON object a line.
///
/// Workers take blocks of whole lines from the stream and parse each into a chunk of its own, so
/// besides the columns no more than a block a worker is in memory.
package enum JSONLReader {
  /// Reads a file, a gzip file, or standard input (`-`).
  ///
  /// - Parameter partial: Whether records without any log-probabilities are fine, as in a file that
  ///   holds the texts of an experiment.
  package static func read(
    _ path: String, partial: Bool = false, options: IngestOptions = IngestOptions(),
    standardInput: Int32 = STDIN_FILENO
  ) throws(IngestError) -> EvidenceFile {
    try read(
      try ByteStream.open(path, standardInput: standardInput), partial: partial, options: options)
  }

  /// Reads the rest of a stream.
  static func read(
    _ stream: consuming ByteStream, partial: Bool, options: IngestOptions
  ) throws(IngestError) -> EvidenceFile {
    try read(stream, .evidence(partial: partial), options: options)
  }

  /// Reads the rest of a stream whose lines, or JSON values on several lines, are what `dialect`
  /// says.
  static func read(
    _ stream: consuming ByteStream, _ dialect: LineDialect, reliner: Reliner? = nil,
    options: IngestOptions
  ) throws(IngestError) -> EvidenceFile {
    let path = stream.file
    let run = ParallelRun(stream, dialect, reliner, options: options)
    let side: ModelSide? = if case .dump(let side) = dialect { side } else { nil }
    let assembly = Assembly(
      path: path, side: side, hasLines: reliner == nil, options: options)
    return try assembly.finish(try run.results())
  }
}

/// Blocks of one stream being parsed by several workers.
private final class ParallelRun: Sendable {
  private let path: String
  private let dialect: LineDialect
  private let options: IngestOptions
  private let source: Mutex<LineBlocks>
  private let done = Mutex<[BlockResult]>([])
  private let failure = Mutex<IngestError?>(nil)

  init(
    _ stream: consuming ByteStream, _ dialect: LineDialect, _ reliner: Reliner?,
    options: IngestOptions
  ) {
    path = stream.file
    self.dialect = dialect
    self.options = options
    source = Mutex(LineBlocks(stream, reliner: reliner))
  }

  /// Parses everything; the results are in the stream's order.
  func results() throws(IngestError) -> [BlockResult] {
    parallelEach(count: options.workers) { _ in work() }
    if let error = failure.withLock({ $0 }) { throw error }
    return done.withLock { $0.sorted { $0.index < $1.index } }
  }

  private func work() {
    var block = LineBlocks.Block()
    var parser = BlockParser(dialect, listedDefects: options.listedDefects)
    do throws(IngestError) {
      while try next(&block) {
        let result = parser.parse(block)
        done.withLock { $0.append(result) }
      }
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }

  private func next(_ block: inout LineBlocks.Block) throws(IngestError) -> Bool {
    try options.checkCancelled(path)
    guard failure.withLock({ $0 == nil }) else { return false }
    var progress: IngestProgress?
    let more = try source.withLock { source throws(IngestError) in
      defer { progress = source.progress }
      return try source.read(into: &block)
    }
    if let progress { options.progress?(progress) }
    return more
  }
}

/// Joins the results of all blocks: ids unique, one vocabulary, defects with their lines.
private struct Assembly {
  let path: String
  /// The model a dump is of; nil for evidence of our own.
  let side: ModelSide?
  /// Whether records lie on lines of the file; otherwise they are counted.
  let hasLines: Bool
  let options: IngestOptions

  func finish(_ results: [BlockResult]) throws(IngestError) -> EvidenceFile {
    var notes = IngestNotes(limit: options.listedDefects)
    var union = VocabularyUnion()
    var unknownKeys: Set<String> = []
    var imported = ImportCounts()
    var firstLine = 1
    for result in results {
      addDefects(of: result, firstLine: firstLine, to: &notes)
      firstLine += result.lines
      notes.clamped += result.clamped
      unknownKeys.formUnion(result.unknownKeys)
      imported.add(result.imported)
      union.add(result.vocabulary)
    }
    warn(unknownKeys, union, &notes)
    if let side {
      notes.warnings += imported.sentences(of: side).map { Warning(file: path, $0) }
    }
    let chunks = try chunks(of: results, union, imported, &notes)
    let file = EvidenceFile(
      path: path, chunks: chunks, run: nil, notes: notes, hasOwnIDs: imported.unnamed == 0)
    try file.checkUsable(options)
    return file
  }

  private func place(_ number: Int) -> Defect.Place {
    hasLines ? .line(number) : .record(number - 1, id: "")
  }

  private func addDefects(
    of result: BlockResult, firstLine: Int, to notes: inout IngestNotes
  ) {
    for defect in result.defects {
      notes.defects.add(
        Defect(
          defect.failure.kind, file: path, place(firstLine + defect.line), field: defect.field,
          defect.failure.problem, remedy: defect.failure.remedy))
    }
    for (kind, count) in result.unlisted { notes.defects.count(kind, count) }
  }

  private func warn(
    _ unknownKeys: Set<String>, _ union: VocabularyUnion, _ notes: inout IngestNotes
  ) {
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

  private func chunks(
    of results: [BlockResult], _ union: VocabularyUnion, _ imported: ImportCounts,
    _ notes: inout IngestNotes
  ) throws(IngestError) -> [EvidenceChunk] {
    let (vocabulary, translations) = union.resolved()
    var seen = TextTable()
    var firstLine = 1
    var lines: [Int] = []
    var chunks: [EvidenceChunk] = []
    var number = 0
    for (index, result) in results.enumerated() {
      defer { firstLine += result.lines }
      guard var columns = result.columns else { continue }
      if columns.tokenIDs != nil || !columns.target.isEmpty || !columns.reference.isEmpty {
        columns.vocabulary = vocabulary
      }
      columns.replaceStandIns(translations[index])
      if imported.unnamed > 0 { columns.numberUnnamed(from: &number) }
      if imported.choicesAreHollow { columns.dropFirstChoices() }
      do {
        let chunk = try EvidenceChunk(columns)
        let start = firstLine
        let kept = uniqueRows(chunk, &seen, &lines, &notes) { start + Int(result.recordLines[$0]) }
        if kept.count == chunk.count {
          chunks.append(chunk)
        } else if !kept.isEmpty {
          chunks.append(try ChunkGather.gather(kept, from: [chunk]))
        }
      } catch {
        throw IngestError(file: path, "\(error)")
      }
    }
    return chunks
  }

  /// The rows whose id no earlier row has; the others are listed with their lines.
  private func uniqueRows(
    _ chunk: EvidenceChunk, _ seen: inout TextTable, _ lines: inout [Int],
    _ notes: inout IngestNotes, line: (Int) -> Int
  ) -> [RowReference] {
    var kept: [RowReference] = []
    kept.reserveCapacity(chunk.count)
    let ids = chunk.columns.ids
    for row in 0..<chunk.count {
      let id = ids.utf8(row)
      let (index, isNew) = id.withUnsafeBufferPointer { seen.insert($0) }
      if isNew {
        lines.append(line(row))
        kept.append(RowReference(chunk: 0, row: Int32(row)))
      } else {
        notes.defects.add(
          Defect(
            .duplicateID, file: path, place(line(row)), field: "id",
            "\"\(chunk.columns.ids[row])\" is the id of \(hasLines ? "line \(lines[index])" : "record \(lines[index] - 1)") already",
            remedy: "give every record a unique id"))
      }
    }
    return kept
  }
}

extension EvidenceFile {
  /// Refuses a file without a single good record and, if asked to be strict, one with any bad one.
  func checkUsable(_ options: IngestOptions) throws(IngestError) {
    let defects = notes.defects
    guard let first = defects.listed.first, count == 0 || options.strict else {
      guard count > 0 else {
        throw IngestError(
          file: path, "holds no sequences", remedy: "give one JSON object a line, or safetensors")
      }
      return
    }
    let total = defects.total
    throw IngestError(
      file: path, at: first.place, field: first.field,
      first.problem + (total > 1 ? " (and \(total - 1) more defects)" : ""), remedy: first.remedy)
  }
}
