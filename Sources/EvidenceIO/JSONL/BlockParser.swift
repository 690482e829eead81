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

  /// A defect and its line in the block, from 0.
  struct LineDefect: Sendable {
    var line: Int
    var field: String
    var failure: JSONFailure
  }
}

/// Parses the lines of blocks, each into columns of its own.
struct BlockParser {
  /// Whether records without any log-probabilities are fine, as in a file of texts.
  let partial: Bool
  /// How many defects of a block are kept in full.
  let listedDefects: Int
  private var builder = BlockBuilder()

  init(partial: Bool, listedDefects: Int) {
    self.partial = partial
    self.listedDefects = listedDefects
  }

  mutating func parse(_ block: borrowing LineBlocks.Block) -> BlockResult {
    var result = BlockResult(index: block.index)
    var parser = RecordParser()
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
      parseLine(UnsafePointer(rest), length, &parser, &result)
      result.lines += 1
      start += length + 1
    }
    result.unknownKeys = parser.unknownKeys
    result.clamped = builder.clamped
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
    do throws(RecordFailure) {
      let record = try parser.parse(&cursor)
      if !partial && record.target.logprobs == nil && record.reference.logprobs == nil {
        throw RecordFailure(
          field: "target.logprobs",
          failure: JSONFailure(
            problem: "there are none, and no reference.logprobs either", kind: .missing,
            remedy: "every record needs the log-probabilities of at least one model"))
      }
      try builder.append(record)
      result.recordLines.append(Int32(truncatingIfNeeded: result.lines))
    } catch {
      if result.defects.count < listedDefects {
        result.defects.append(
          BlockResult.LineDefect(line: result.lines, field: error.field, failure: error.failure))
      } else {
        result.unlisted[error.failure.kind, default: 0] += 1
      }
    }
  }
}
