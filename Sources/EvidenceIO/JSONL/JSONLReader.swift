import Basics
import Glibc
import ScoringCore
import Synchronization

/// Reads evidence written as one JSON object per line.
///
/// Workers take blocks of whole lines from the stream and parse each into columns of its own, which
/// are joined in the stream's order as they come. Of a long input no more is in memory than a block
/// per worker, the vocabulary, and about 20 bytes per sequence: the columns go to a temporary file.
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
      try ByteStream.open(path, mayWait: true, standardInput: standardInput), partial: partial,
      options: options)
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
    _ stream: consuming ByteStream, _ dialect: LineDialect, converter: JSONLineConverter? = nil,
    options: IngestOptions
  ) throws(IngestError) -> EvidenceFile {
    try ParallelReading(stream, dialect, converter, options: options).file()
  }
}

/// Blocks of one stream being parsed by several workers.
private final class ParallelReading: Sendable {
  private let path: String
  private let dialect: LineDialect
  private let options: IngestOptions
  private let workers: Int
  private let source: Mutex<LineBlocks>
  private let spool: ColumnSpool
  private let assembly: Mutex<BlockAssembly>
  private let failure = Mutex<IngestError?>(nil)

  init(
    _ stream: consuming ByteStream, _ dialect: LineDialect, _ converter: JSONLineConverter?,
    options: IngestOptions
  ) {
    path = stream.file
    self.dialect = dialect
    self.options = options
    // What is held at once is bounded: more workers take smaller blocks.
    workers = min(options.workers, 8)
    let size = workers > 2 ? 1 << 20 : 4 << 20
    spool = ColumnSpool(limit: options.columnsInMemory, file: path)
    let side: ModelSide? = if case .dump(let side) = dialect { side } else { nil }
    assembly = Mutex(
      BlockAssembly(
        path: path, side: side, hasLines: converter == nil, options: options, spool: spool))
    source = Mutex(LineBlocks(stream, converter: converter, size: size))
  }

  /// Parses and joins everything.
  func file() throws(IngestError) -> EvidenceFile {
    // The first block alone, so that whoever watches the blocks knows what they are like.
    let more = work(atMost: 1)
    if more { parallelEach(count: workers) { _ in _ = work() } }
    if let error = failure.withLock({ $0 }) { throw error }
    return try assembly.withLock { assembly throws(IngestError) in try assembly.finish() }
  }

  /// Takes blocks until there are no more, or so many; whether there may be more.
  private func work(atMost limit: Int = .max) -> Bool {
    var block = LineBlocks.Block()
    var parser = BlockParser(dialect, listedDefects: options.listedDefects)
    do throws(IngestError) {
      for _ in 0..<limit {
        guard try next(&block) else { return false }
        try add(parser.parse(block))
      }
      return true
    } catch {
      failure.withLock { $0 = $0 ?? error }
      return false
    }
  }

  /// Joins a block's records; what can be done without regard to the others is done before.
  private func add(_ result: BlockResult) throws(IngestError) {
    var result = result
    let hasStandIns = result.vocabulary.standIns.count > 0
    if let watch = options.watchBlock, let columns = result.columns {
      result.watched = try watch(try table(columns, result.vocabulary))
    }
    if let columns = result.columns, !hasStandIns { result.columns = try spool.stored(columns) }
    try assembly.withLock { assembly throws(IngestError) in try assembly.add(result) }
  }

  /// A block's records by themselves, with the tokens that occur in them.
  private func table(
    _ columns: EvidenceChunk.Columns, _ words: BlockVocabulary
  ) throws(IngestError) -> EvidenceTable {
    var (columns, union) = (columns, VocabularyUnion())
    columns.replaceStandIns(union.add(words))
    let (vocabulary, final) = union.resolved()
    columns.replaceStandIns(final)
    columns.vocabulary = vocabulary
    let chunk: EvidenceChunk
    do {
      chunk = try EvidenceChunk(columns)
    } catch {
      throw IngestError(file: path, "\(error)")
    }
    // What is odd is said once, of the whole file.
    var notes = IngestNotes(limit: 0)
    let chunks = try SequenceMetadataReader.read([chunk], file: path, notes: &notes)
    return EvidenceTable(run: Run(name: ScoresCSVReader.runName(path)), chunks: chunks)
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
