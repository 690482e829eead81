import Basics
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

/// What every importer must do, whatever server its answers are from.
@Suite("Answers of every server")
struct ServerTests {
  private func open(_ content: some StringProtocol, _ name: String = "x.jsonl") throws
    -> (table: EvidenceTable, notes: IngestNotes)
  {
    let folder = try TemporaryFolder()
    let opened = try ExperimentReader.open(try folder.write(name, String(content)))
    guard case .evidence(let table) = try #require(opened.experiment.runs.first) else {
      throw IngestError(file: name, "is no evidence")
    }
    return (table, opened.notes)
  }

  private func logprobs(_ table: EvidenceTable, _ row: Int) -> [Float] {
    let (chunk, index) = table.locate(row)
    guard let values = chunk.columns.target.logprobs else { return [] }
    return chunk.positionRange(index).map { values[$0] }
  }

  @Test("what was said is read, texts and labels with it", arguments: ServerKind.allCases)
  func read(_ kind: ServerKind) throws {
    let texts = SpokenText.some([5, 2, 9, 3, 14, 2])
    let (table, notes) = try open(kind.file(texts))
    #expect(notes.defects.isEmpty && table.count == texts.count, "\(notes.defects.listed)")
    for (row, text) in texts.enumerated() where row < table.count {
      #expect(table.id(row) == text.id)
      #expect(logprobs(table, row) == text.logprobs.map { Float($0) })
      if kind != .helm { #expect(table.label(row) == (text.label == 1 ? .member : .nonMember)) }
      let (chunk, index) = table.locate(row)
      #expect(chunk.columns.texts?[index] == text.text)
    }
  }

  @Test("tokens spell the texts, the first one too", arguments: ServerKind.allCases)
  func spelled(_ kind: ServerKind) throws {
    guard kind != .homemade, kind != .tinker else { return }
    let texts = SpokenText.some([5, 2, 9, 3, 14, 7])
    let (table, _) = try open(kind.file(texts))
    let coverage = TokenCoverage(table, rows: Array(0..<table.count))
    #expect(coverage.matches == texts.map { _ in .whole })
    for (row, text) in texts.enumerated() {
      let first = table.tokens(row).first.map { String(decoding: $0, as: UTF8.self) }
      // A first token whose text could be several is left unknown.
      let isOne = FirstToken.isOne(Array(text.tokens[0].utf8))
      #expect(first == text.tokens[0] || !isOne && first == "", "\(kind) \(row)")
    }
  }

  @Test("both formats of ours keep all of it", arguments: ServerKind.allCases, [UInt64(1), 2, 3])
  func lossless(_ kind: ServerKind, _ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let lengths = (0..<12).map { _ in Int.random(in: 1...20, using: &random) }
    let (table, _) = try open(kind.file(SpokenText.some(lengths + [2], seed: seed)))
    let written = try lines(table.chunks)
    let again = try readJSONL(written.joined(separator: "\n"), partial: true)
    #expect(try lines(again.chunks) == written)
    let folder = try TemporaryFolder()
    for (number, chunks) in [table.chunks, again.chunks].enumerated() {
      guard let chunk = chunks.first else { continue }
      let path = folder.path + "/x\(number).safetensors"
      try SafetensorsWriter.write([chunk], run: nil, to: path)
      #expect(try lines(try SafetensorsReader.read(path).chunks) == written)
    }
  }

  @Test(
    "a file that ends too soon gives what was whole, or says where it ends",
    arguments: ServerKind.allCases)
  func truncated(_ kind: ServerKind) throws {
    let texts = SpokenText.some([5, 6, 7])
    let whole = Array(kind.file(texts).utf8)
    for cut in stride(from: 1, to: whole.count - 1, by: max(1, whole.count / 60)) {
      let part = String(decoding: whole[..<cut], as: UTF8.self)
      let error = failure {
        let (table, notes) = try open(part)
        #expect(table.count < texts.count || notes.defects.isEmpty)
        for row in 0..<table.count where table.id(row) == texts[row].id {
          #expect(logprobs(table, row) == texts[row].logprobs.map { Float($0) })
        }
        #expect(!notes.defects.isEmpty || table.count <= texts.count)
      }
      if let error { #expect(!error.problem.isEmpty) }
    }
  }

  @Test(
    "a value of another type costs its record, and says which field", arguments: ServerKind.allCases
  )
  func wrongTypes(_ kind: ServerKind) throws {
    let texts = SpokenText.some([5, 6, 7])
    for wrong in [#""x""#, "{}", "[1]", "true", "1e999", "2.5"] {
      let target = "\(texts[1].logprobs[2])"
      let damaged = kind.file(texts).replacing(target, with: wrong)
      let (table, notes) = try open(damaged)
      #expect(table.count == 2 && notes.defects.total == 1, "\(wrong): \(notes.defects.listed)")
      #expect(table.id(0) == "t0" && table.id(1) == "t2")
      #expect(notes.defects.listed.first?.field.isEmpty == false, "\(wrong)")
    }
  }

  @Test("a text of one token has nothing predicted", arguments: ServerKind.allCases)
  func oneToken(_ kind: ServerKind) throws {
    let error = failure {
      let (table, notes) = try open(kind.file(SpokenText.some([1, 4])))
      #expect(table.count + notes.defects.total == 2)
      #expect(logprobs(table, table.count - 1).count == 3)
      if table.count == 2 { #expect(logprobs(table, 0).isEmpty) }
    }
    #expect(error == nil, "\(String(describing: error))")
  }

  @Test("damaged answers never end in a trap", arguments: ServerKind.allCases)
  func fuzzed(_ kind: ServerKind) throws {
    var random = SplitMix64(seed: 77)
    let original = Array(kind.file(SpokenText.some([3, 4, 2])).utf8)
    let folder = try TemporaryFolder()
    for _ in 0..<150 {
      let bytes = FuzzTests.mutated(original, &random)
      let path = try folder.write("x.jsonl", bytes)
      let error = failure {
        let opened = try ExperimentReader.open(path)
        for case .evidence(let table) in opened.experiment.runs { _ = try? lines(table.chunks) }
      }
      if let error { #expect(!error.problem.isEmpty) }
    }
  }

  @Test(
    "records by id, in lists and over several lines are the same records",
    arguments: ServerKind.allCases)
  func wrapped(_ kind: ServerKind) throws {
    guard kind != .helm else { return }
    let texts = SpokenText.some([5, 2, 9])
    let records = kind.file(texts).split(separator: "\n").map(String.init)
    let expected = try lines(try open(kind.file(texts)).table.chunks)
    let keyed =
      "{"
      + zip(texts, records).map { text, record in
        "\"\(text.id)\": " + record.replacing(#""id":"\#(text.id)","#, with: "")
      }.joined(separator: ",\n ") + "}"
    for content in [
      "[" + records.joined(separator: ",") + "]",
      "[\n" + records.joined(separator: ",\n") + "\n]\n",
      keyed, keyed.replacing("\n", with: ""),
    ] {
      #expect(try lines(try open(content, "x.json").table.chunks) == expected)
    }
  }
}
