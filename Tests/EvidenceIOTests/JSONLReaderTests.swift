import Basics
import CZlib
import Glibc
import ScoringCore
import Synchronization
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("JSONL evidence")
struct JSONLReaderTests {
  static let good = #"{"id":"good","token_ids":[1,2,3],"target":{"logprobs":[-1,-2]}}"#

  @Test("every field arrives")
  func fields() throws {
    let file = try readJSONL(richRecords.joined(separator: "\n"))
    let table = EvidenceTable(run: Run(name: "x"), chunks: file.chunks)
    let chunk = try #require(file.chunks.first)
    #expect(table.labels == [.member, .nonMember, .unknown])
    #expect(table.text(0) == "hé\n\"x\"")
    #expect(table.tokens(0) == [[0x68], [0xC3], [0xA9]])
    #expect(
      chunk.columns.target.logprobs?.array.map(\.description) == [
        "-0.5", "-inf", "-0.125", "-1.0", "-2.0",
      ])
    #expect(chunk.columns.target.ranks?.array == [1, 3, 0, 2, 1])
    #expect(chunk.columns.scored?.array == [1, 0, 1, 1, 1])
    #expect(chunk.columns.reference.logprobs?[2].isNaN == true)
    #expect(file.notes.defects.isEmpty && file.notes.warnings.isEmpty)
  }

  @Test(
    "a bad record is left out and named, its neighbours are kept",
    arguments: [
      (
        #"{"id":"x","token_ids":[1,2],"target":{"logprobs":[-1,-2]}}"#, Defect.Kind.length,
        "target.logprobs"
      ),
      (
        #"{"id":"x","token_ids":[1,2],"target":{"logprobs":[-1],"ranks":[]}}"#, .length,
        "target.ranks"
      ),
      (
        #"{"id":"x","tokens":["a"],"token_ids":[1,2],"target":{"logprobs":[-1]}}"#, .length,
        "tokens"
      ),
      (
        #"{"id":"x","tokens":["a","b"],"token_bytes":[null],"target":{"logprobs":[-1]}}"#, .length,
        "token_bytes"
      ),
      (#"{"id":"x","token_ids":[],"target":{"logprobs":[]}}"#, .length, "token_ids"),
      (#"{"id":"x","scored":[true],"target":{"logprobs":[-1,-2]}}"#, .length, "scored"),
      (#"{"id":"x","target":{"logprobs":[NaN]}}"#, .value, "target.logprobs"),
      (#"{"id":"x","target":{"logprobs":[Infinity]}}"#, .value, "target.logprobs"),
      (#"{"id":"x","target":{"logprobs":[0.001]}}"#, .value, "target.logprobs"),
      (#"{"id":"x","target":{"logprobs":[null,-1]}}"#, .type, "target.logprobs"),
      (#"{"id":"x","target":{"logprobs":["-1"]}}"#, .type, "target.logprobs"),
      (#"{"id":"x","target":{"logprobs":-1}}"#, .type, "target.logprobs"),
      (#"{"id":"x","target":[-1]}"#, .type, "target"),
      (#"{"id":[7],"target":{"logprobs":[-1]}}"#, .type, "id"),
      (#"{"id":"","target":{"logprobs":[-1]}}"#, .missing, "id"),
      (#"{"target":{"logprobs":[-1]}}"#, .missing, "id"),
      (#"{"id":"x"}"#, .missing, "target.logprobs"),
      (#"{"id":"x","label":2,"target":{"logprobs":[-1]}}"#, .value, "label"),
      (#"{"id":"x","label":"member","target":{"logprobs":[-1]}}"#, .type, "label"),
      (#"{"id":"x","target":{"logprobs":[-1],"ranks":[0]}}"#, .value, "target.ranks"),
      (#"{"id":"x","target":{"logprobs":[-1],"ranks":[1.5]}}"#, .type, "target.ranks"),
      (#"{"id":"x","token_ids":[1,-2],"target":{"logprobs":[-1]}}"#, .value, "token_ids"),
      (#"{"id":"x","token_ids":[1,99999999999],"target":{"logprobs":[-1]}}"#, .value, "token_ids"),
      (
        #"{"id":"x","target":{"logprobs":[-1],"logprob_stds":[-1]}}"#, .value, "target.logprob_stds"
      ),
      (
        #"{"id":"x","target":{"logprobs":[-1],"logprob_means":[-1],"logprob_stds_unweighted":[1]}}"#,
        .value, "target.logprob_stds_unweighted"
      ),
      (#"{"id":"x","tokens":["a\ud83d"],"target":{"logprobs":[]}}"#, .encoding, "tokens"),
      (
        #"{"id":"x","tokens":["a","b"],"token_bytes":["?",null],"target":{"logprobs":[-1]}}"#,
        .encoding, "token_bytes"
      ),
      (#"{"id":"x","meta":[1],"target":{"logprobs":[-1]}}"#, .type, "meta"),
      (#"{"id":"x","id":"y","target":{"logprobs":[-1]}}"#, .syntax, "id"),
      (#"{"id":"x","target":{"logprobs":[-1]}"#, .syntax, ""),
      (#"{"id":"x","target":{"logprobs":[-1,]}}"#, .syntax, "target.logprobs"),
      (#"{"id":"x","target":{"logprobs":[-01]}}"#, .syntax, "target.logprobs"),
      (#"{"id":"x","text":"a"# + "\u{1}" + #"b","target":{"logprobs":[-1]}}"#, .syntax, "text"),
      (#"{"id":"x","text":"never ends"#, .syntax, "text"),
      (#"{"id":"x","target":{"logprobs":[-1]}} {}"#, .syntax, ""),
      ("[1,2]", .type, ""), ("nonsense", .syntax, ""), ("\u{0}", .syntax, ""),
      (#"{"id":"good","target":{"logprobs":[-1]}}"#, .duplicateID, "id"),
      (#"{"id":"x","deep":"# + String(repeating: "[", count: 5000) + "}", .tooLarge, ""),
      (#"{"id":"x","meta":"# + String(repeating: #"{"a":"#, count: 100), .tooLarge, "meta"),
    ])
  func defects(_ line: String, _ kind: Defect.Kind, _ field: String) throws {
    let last = #"{"id":"last","reference":{"logprobs":[-1]}}"#
    let file = try readJSONL([Self.good, line, last].joined(separator: "\n"))
    let defect = try #require(file.notes.defects.listed.first)
    #expect(defect.kind == kind && defect.field == field && defect.place == .line(2), "\(defect)")
    #expect(file.notes.defects.total == 1 && file.count == 2)
    #expect(!defect.problem.isEmpty)
  }

  @Test("bytes that are not UTF-8 are a defect of their record")
  func invalidUTF8() throws {
    let folder = try TemporaryFolder()
    let bad =
      Array(#"{"id":"x","text":""#.utf8) + [0xC3, 0x28]
      + Array(#"","target":{"logprobs":[-1]}}"#.utf8)
    let path = try folder.write("x.jsonl", bad + [0x0A] + Array(Self.good.utf8))
    let file = try JSONLReader.read(path)
    #expect(file.notes.defects.counts == [.encoding: 1] && file.count == 1)
    #expect(file.notes.defects.listed.first?.description.hasPrefix("\(path):1: text: ") == true)
  }

  @Test("byte order mark, blank lines, CRLF, no last newline, python's -Infinity and clamping")
  func tolerated() throws {
    let text =
      "\u{FEFF}\r\n" + Self.good + "\r\n\n   \n"
      + #"{"id":"b","target":{"logprobs":[-Infinity,-9999.0,-3.1e38,0.00005,-0.0]},"what":1,"target2":{}}"#
    let file = try readJSONL(text)
    let values = try #require(file.chunks.first?.columns.target.logprobs)
    #expect(
      values.array.map(\.description) == ["-1.0", "-2.0", "-inf", "-inf", "-inf", "0.0", "-0.0"])
    #expect(file.notes.clamped == 1 && file.notes.defects.isEmpty)
    #expect(file.notes.warnings.first?.message.contains("target2, what") == true)
  }

  @Test("tokens without ids are numbered, the same in all blocks; first choices join in")
  func interned() throws {
    let lines = [
      #"{"id":"a","tokens":["x","y","x"],"target":{"logprobs":[-1,-1],"top1_tokens":["y","q"]}}"#,
      #"{"id":"b","tokens":["y","x"],"target":{"logprobs":[-1]}}"#,
    ]
    let chunk = try #require(try readJSONL(lines.joined(separator: "\n")).chunks.first)
    #expect(chunk.columns.tokenIDs?.array == [0, 1, 0, 1, 0])
    #expect(chunk.columns.target.top1IDs?.array == [1, 2, -1])
    #expect(chunk.columns.vocabulary?.idsAreOriginal == false)
  }

  @Test("an id spelled in two ways keeps the first and warns")
  func respelled() throws {
    let file = try readJSONL(
      #"{"id":"a","tokens":["x","y","z"],"token_ids":[1,2,1],"target":{"logprobs":[-1,-1]}}"#)
    #expect(file.chunks.first?.columns.vocabulary?.bytes(of: 1) == [0x78])
    #expect(file.notes.warnings.count == 1)
  }

  @Test("many blocks keep their order, and ids are unique over all", arguments: [1, 3])
  func manyBlocks(_ workers: Int) throws {
    var text = ""
    let values = (0..<200).map { "-0.\($0)" }.joined(separator: ",")
    for index in 0..<9000 {
      let id = index == 8000 ? "r5" : "r\(index)"
      text += #"{"id":"\#(id)","target":{"logprobs":[\#(values)]}}"# + "\n"
    }
    let file = try readJSONL(text, options: IngestOptions(workers: workers))
    #expect(file.chunks.count > 1 && file.count == 8999)
    let table = EvidenceTable(run: Run(name: "x"), chunks: file.chunks)
    #expect((0..<8999).allSatisfy { table.id($0) == "r\($0 < 8000 ? $0 : $0 + 1)" })
    #expect(file.notes.defects.listed.first?.place == .line(8001))
    #expect(file.notes.defects.listed.first?.problem.contains("line 6") == true)
  }

  @Test("gzip, several members; cut and damaged streams are errors with an offset")
  func gzip() throws {
    let folder = try TemporaryFolder()
    try JSONLWriter.write(try readJSONL(Self.good).chunks, to: folder.path + "/x.jsonl.gz")
    let packed = try folder.raw("x.jsonl.gz")
    #expect(packed.starts(with: [0x1F, 0x8B]))
    #expect(try JSONLReader.read(folder.path + "/x.jsonl.gz").count == 1)
    var noise = SplitMix64(seed: 5)
    let long = (0..<3000).map {
      #"{"id":"\#($0)","target":{"logprobs":[-0.\#(noise.next() >> 20)]}}"#
    }
    var file = try OutputFile.create(folder.path + "/y.jsonl.gz", .figures)
    try file.write(long.joined(separator: "\n") + "\n")
    try file.commit()
    let many = try folder.raw("y.jsonl.gz")
    let both = try folder.write("z", many + packed)
    #expect(try JSONLReader.read(both).count == 3001)
    let cut = try folder.write("cut", Array(many.prefix(many.count / 2)))
    let cutError = failure { _ = try JSONLReader.read(cut) }
    #expect(
      cutError?.place == .byte(many.count / 2) && cutError?.problem.contains("cut short") == true)
    var damaged = many
    damaged[many.count / 2] ^= 0xFF
    damaged[many.count / 2 + 1] ^= 0xFF
    let bad = try folder.write("bad", damaged)
    #expect(failure { _ = try JSONLReader.read(bad) }?.problem.contains("damaged") == true)
  }

  @Test("standard input may be a pipe")
  func pipe() throws {
    var ends: [Int32] = [0, 0]
    #expect(Glibc.pipe(&ends) == 0)
    let text = Array((Self.good + "\n").utf8)
    #expect(Glibc.write(ends[1], text, text.count) == text.count)
    close(ends[1])
    defer { close(ends[0]) }
    let opened = try ExperimentReader.open(["-"], standardInput: ends[0])
    #expect(opened.experiment.runs.count == 1 && opened.notes.defects.isEmpty)
  }

  @Test("strict input, nothing usable, cancelling, overlong lines and missing files are errors")
  func fatal() throws {
    var strict = IngestOptions()
    strict.strict = true
    #expect(failure { _ = try readJSONL(Self.good + "\nx", options: strict) }?.place == .line(2))
    #expect(failure { _ = try readJSONL("x\ny\n") }?.problem.contains("1 more") == true)
    #expect(failure { _ = try readJSONL("\n \n") }?.problem == "holds no sequences")
    var stopped = IngestOptions()
    stopped.isCancelled = { true }
    #expect(failure { _ = try readJSONL(Self.good, options: stopped) }?.kind == .cancelled)
    #expect(failure { _ = try JSONLReader.read("/nonexistent/x.jsonl") }?.kind == .noInput)
    let folder = try TemporaryFolder()
    let path = try folder.write("x", [UInt8](repeating: 0x20, count: 300_000))
    var blocks = LineBlocks(try ByteStream.open(path), size: 1024, longestLine: 100_000)
    var block = LineBlocks.Block()
    var problem = ""
    do { _ = try blocks.read(into: &block) } catch { problem = error.problem }
    #expect(problem.contains("longer than 100000 bytes"))
  }
}

@Suite("Long inputs")
struct LongInputTests {
  /// Records whose tokens have ids, texts alone, or neither, over several blocks.
  private static func text(_ count: Int, tokens: Bool, ids: Bool) -> String {
    (0..<count).map { index in
      let words = (0..<40).map { "\"w\((index * 7 + $0) % 500)\"" }.joined(separator: ",")
      let numbers = (0..<40).map { "\((index * 7 + $0) % 500)" }.joined(separator: ",")
      let logprobs = (0..<39).map { "-\(($0 * index) % 17).5" }.joined(separator: ",")
      return "{\"id\":\"r\(index)\","
        + (tokens ? "\"tokens\":[\(words)]," : "") + (ids ? "\"token_ids\":[\(numbers)]," : "")
        + "\"target\":{\"logprobs\":[\(logprobs)]}}"
    }.joined(separator: "\n") + "\n"
  }

  @Test(
    "columns in a file are those in memory",
    arguments: [(true, true), (true, false), (false, true)])
  func spooled(_ tokens: Bool, _ ids: Bool) throws {
    let text = Self.text(6000, tokens: tokens, ids: ids)
    var options = IngestOptions(workers: 1)
    options.columnsInMemory = 1 << 30
    let expected = try lines(try readJSONL(text, options: options).chunks)
    for workers in [1, 2, 5] {
      var options = IngestOptions(workers: workers)
      options.columnsInMemory = 0
      let file = try readJSONL(text, options: options)
      #expect(try lines(file.chunks) == expected, "\(workers) workers")
    }
  }

  @Test("a repeated id is found however far back, and the first record stands")
  func repeated() throws {
    let text = Self.text(5000, tokens: false, ids: true)
    let again = #"{"id":"r3","target":{"logprobs":[-1.0]}}"# + "\n"
    var options = IngestOptions(workers: 5)
    options.columnsInMemory = 0
    let file = try readJSONL(again + text + again, options: options)
    #expect(file.count == 5000)
    #expect(file.notes.defects.counts == [.duplicateID: 2])
    #expect(file.notes.defects.listed.map(\.place) == [.line(5), .line(5002)])
    #expect(file.notes.defects.listed.allSatisfy { $0.problem.contains("of line 1 already") })
    #expect(try lines(file.chunks)[0].contains("\"r3\""))
  }

  @Test("blocks are shown in order, each with what of it counts")
  func watched() throws {
    let seen = Mutex<[String]>([])
    var options = IngestOptions(workers: 5)
    options.watchBlock = { table in
      { kept in
        for row in kept ?? Array(0..<table.count) {
          seen.withLock { $0.append(table.id(row)) }
        }
      }
    }
    let text = Self.text(5000, tokens: true, ids: false)
    let folder = try TemporaryFolder()
    let first = text.split(separator: "\n")[0]
    let path = try folder.write("x.jsonl", text + first + "\n")
    let opened = try ExperimentReader.open(path, options: options)
    #expect(seen.withLock { $0 } == (0..<5000).map { "r\($0)" })
    #expect(opened.notes.defects.total == 1)
  }

  @Test("a pipe that pauses after a line is answered")
  func pausing() throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let (source, target) = (ends[0], ends[1])
    let record = Array((richRecords[1] + "\n").utf8)
    let more = Array((richRecords[2] + "\n").utf8)
    #expect(write(target, record, record.count) == record.count)
    var options = IngestOptions(workers: 2)
    let blocks = Mutex(0)
    options.watchBlock = { _ in
      // The second record is only written once the first has been seen.
      if blocks.withLock({
        $0 += 1; return $0
      }) == 1 {
        _ = write(target, more, more.count)
        close(target)
      }
      return { _ in }
    }
    let opened = try ExperimentReader.open(["-"], options: options, standardInput: source)
    close(source)
    #expect(opened.experiment.runs.count == 1 && blocks.withLock { $0 } == 2)
  }

  @Test("what unpacks to hundreds of times its size is refused")
  func bombs() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/m.txt.gz"
    var file = try OutputFile.create(path, .figures)
    let block = [UInt8](repeating: 0x78, count: 1 << 20)
    for _ in 0..<80 { try file.write(block) }
    try file.commit()
    let error = failure {
      var stream = try ByteStream.open(path)
      _ = try stream.readAll(limit: 1 << 30)
    }
    #expect(error?.problem.contains("times its size") == true)
  }
}
