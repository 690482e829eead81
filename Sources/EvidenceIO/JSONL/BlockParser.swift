import Glibc
import ScoringCore

/// What came out of one block of lines.
struct BlockResult: Sendable {
  var index = 0
  var columns: EvidenceChunk.Columns?
  var vocabulary = BlockVocabulary()
  /// The line in the block, from 0, of each record.
  var recordLines: [Int32] = []
  var lines = 0
  var defects: [LineDefect] = []
  var unlisted: [Defect.Kind: Int] = [:]
  var unknownKeys: Set<String> = []
  var clamped = 0
  var imported = ImportCounts()
  /// What whoever watches the blocks wants done when it is this one's turn.
  var watched: BlockTurn?

  /// A defect and its line in the block, from 0.
  struct LineDefect: Sendable {
    var line: Int
    var field: String
    var failure: JSONError
  }
}

/// What the lines of a file are.
enum LineDialect: Sendable {
  /// Evidence records; partial ones may lack log-probabilities, as in a file of texts.
  case evidence(partial: Bool)
  /// Answers of model servers.
  case dump(ModelSide)
}

/// Parses the lines of blocks, each into columns of its own.
struct BlockParser {
  /// What the lines are.
  let dialect: LineDialect
  /// How many defects of a block are kept in full.
  let listedDefects: Int
  private var builder = BlockBuilder()

  init(_ dialect: LineDialect, listedDefects: Int) {
    self.dialect = dialect
    self.listedDefects = listedDefects
  }

  mutating func parse(_ block: borrowing LineBlocks.Block) -> BlockResult {
    var result = BlockResult(index: block.index)
    var parser = RecordParser()
    var dump: DumpParser? =
      if case .dump(let side) = dialect { DumpParser(side: side) } else { nil }
    let bytes = block.buffer.bytes
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return result }
    var start = block.index == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < block.count {
      let rest = base + start
      let length =
        memchr(rest, 0x0A, block.count - start).map {
          $0 - UnsafeMutableRawPointer(rest)
        } ?? block.count - start - 1
      rest[length] = 0
      if dump != nil {
        parseAnswer(UnsafePointer(rest), length, &dump, &result)
      } else {
        parseLine(UnsafePointer(rest), length, &parser, &result)
      }
      result.lines += 1
      start += length + 1
    }
    result.unknownKeys = parser.unknownKeys
    result.clamped = builder.clamped
    result.imported = dump?.counts ?? ImportCounts()
    if let (columns, vocabulary) = builder.take() {
      result.columns = columns
      result.vocabulary = vocabulary
    }
    return result
  }

  private mutating func parseLine(
    _ line: UnsafePointer<UInt8>, _ length: Int, _ parser: inout RecordParser,
    _ result: inout BlockResult
  ) {
    var cursor = JSONCursor(at: line, end: line + length)
    cursor.skipSpace()
    if cursor.at == cursor.end { return }
    do throws(RecordError) {
      var record = try parser.parse(&cursor)
      defer { parser.recycle(&record) }
      if case .evidence(partial: false) = dialect, record.target.logprobs == nil,
        record.reference.logprobs == nil
      {
        throw RecordError(
          field: "target.logprobs",
          failure: JSONError(
            problem: "there are none, and no reference.logprobs either", kind: .missing,
            remedy: "every record needs the log-probabilities of at least one model"))
      }
      try builder.append(record)
      result.recordLines.append(Int32(truncatingIfNeeded: result.lines))
    } catch {
      add(error, to: &result)
    }
  }

  /// Adds what a line of a server's answers holds, which may be several records.
  private mutating func parseAnswer(
    _ line: UnsafePointer<UInt8>, _ length: Int, _ parser: inout DumpParser?,
    _ result: inout BlockResult
  ) {
    var cursor = JSONCursor(at: line, end: line + length)
    cursor.skipSpace()
    if cursor.at == cursor.end { return }
    for outcome in parser?.parse(&cursor) ?? [] {
      do throws(RecordError) {
        switch outcome {
        case .defect(let failure): throw failure
        case .record(let record): try builder.append(record)
        }
        result.recordLines.append(Int32(truncatingIfNeeded: result.lines))
      } catch {
        add(error, to: &result)
      }
    }
  }

  private func add(_ failure: RecordError, to result: inout BlockResult) {
    if result.defects.count < listedDefects {
      result.defects.append(
        BlockResult.LineDefect(line: result.lines, field: failure.field, failure: failure.failure))
    } else {
      result.unlisted[failure.failure.kind, default: 0] += 1
    }
  }
}
