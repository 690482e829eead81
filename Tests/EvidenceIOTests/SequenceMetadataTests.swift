import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("What is said of sequences in JSON")
struct SequenceMetadataTests {
  private static func record(_ id: String, _ more: String) -> String {
    #"{"id":"\#(id)","token_ids":[1,2,3],"target":{"logprobs":[-1,-2]}\#(more)}"#
  }

  private static func table(
    _ lines: [String], options: IngestOptions = IngestOptions()
  ) throws -> (table: EvidenceTable, notes: IngestNotes) {
    let folder = try TemporaryFolder()
    let opened = try ExperimentReader.open(
      try folder.write("x.jsonl", lines.joined(separator: "\n")), options: options)
    guard case .evidence(let table) = try #require(opened.experiment.runs.first) else {
      throw NoTable()
    }
    return (table, opened.notes)
  }

  private struct NoTable: Error {}

  @Test("extra becomes numbers and lists")
  func extra() throws {
    let (table, notes) = try Self.table([
      Self.record("a", #","extra":{"lowercase":-1.25,"neighbors":[-1,-Infinity,-9999.0,5e-5]}"#),
      Self.record("b", ""),
      Self.record("c", #","extra":{"lowercase":null,"shadow_out":[],"later":{"x":[1]}}"#),
    ])
    #expect(table.available.contains([.lowercase, .neighbors]))
    #expect(table.available.isDisjoint(with: [.shadowOut, .shadowIn, .memberPrefix]))
    let chunk = table.chunks[0]
    let numbers = (0..<3).map { chunk.sequence($0).extra.number(.lowercase) }
    #expect(numbers == [-1.25, nil, nil])
    var values: [Double] = []
    if let list = chunk.sequence(0).extra.list(.neighbors) {
      for index in list.indices { values.append(list[index]) }
    }
    #expect(values == [-1, -.infinity, -.infinity, 0])
    #expect(chunk.columns.extra?.lengths(.neighbors) == 4...4)
    #expect(notes.clamped == 1 && notes.defects.isEmpty)
    #expect(notes.warnings.map(\.description).filter { $0.contains("later") }.count == 1)
  }

  /// A record's extra, and words its defect must have.
  @Test(
    "what extra must not be",
    arguments: [
      (#"{"neighbors":-1}"#, ["extra", "neighbors", "a list"]),
      (#"{"lowercase":[-1]}"#, ["extra", "lowercase", "number"]),
      (#"{"lowercase":"-1"}"#, ["lowercase", "a string"]),
      (#"{"shadow_in":[-1,null]}"#, ["shadow_in", "null"]),
      (#"{"member_prefix":0.5}"#, ["member_prefix", "0.5 is no log-probability"]),
      (#"{"neighbors":[NaN]}"#, ["neighbors", "NaN is no log-probability"]),
      (#"{"lowercase":-1,"lowercase":-2}"#, ["lowercase appears twice"]),
    ])
  func badExtra(_ extra: String, _ words: [String]) throws {
    let bad = Self.record("b", #","extra":\#(extra)"#)
    let (table, notes) = try Self.table([Self.record("a", ""), bad])
    let defect = try #require(notes.defects.listed.first).description
    #expect(table.count == 1 && notes.defects.total == 1)
    #expect(defect.contains(":2") && words.allSatisfy(defect.contains), "\(defect)")
  }

  @Test("binary evidence with a bad extra names the sequence and the key")
  func badBinaryExtra() throws {
    var columns = EvidenceChunk.Columns(ids: TextColumn(["a", "b"]))
    columns.tokenOffsets = Column([0, 2, 4])
    columns.target.logprobs = Column([-1, -2])
    columns.extras = TextColumn(["", #"{"neighbors":[1.5]}"#])
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    try SafetensorsWriter.write([try EvidenceChunk(columns)], run: nil, to: path)
    let error = try #require(failure { _ = try ExperimentReader.open(path) }).description
    #expect(error.contains("record 1 (b)") && error.contains("extra: neighbors: 1.5"), "\(error)")
  }

  @Test(
    "the population is marked",
    arguments: [
      ("true", true), ("1", true), (#""true""#, true), ("false", false), ("0", false),
      ("null", false), (#""""#, false),
    ])
  func population(_ value: String, _ isMarked: Bool) throws {
    let (table, _) = try Self.table([
      Self.record("a", #","meta":{"note":"population"}"#),
      Self.record("b", #","meta":{"split":"x","population":\#(value)}"#),
    ])
    #expect(table.populationRows == (isMarked ? [1] : []))
    #expect(table.available.contains(.population) == isMarked)
  }

  @Test("a population that is neither true nor false is an error")
  func badPopulation() throws {
    let lines = [Self.record("a", ""), Self.record("b", #","meta":{"population":"adult"}"#)]
    let error = try #require(failure { _ = try Self.table(lines) }).description
    #expect(error.contains("(b): meta: population: adult"), "\(error)")
  }

  @Test(
    "token frequencies",
    arguments: [
      "token_id,count\n0,3\n7,1.5\n2,0\n", "7\t1.5\r\n2\t0\r\n0\t3\r\n", "0 3\n\n2 0\n7 1.5",
      #"{"0":3,"2":0,"7":1.5}"#, "[3,0,0,0,0,0,0,1.5]",
    ])
  func frequencies(_ text: String) throws {
    let folder = try TemporaryFolder()
    var options = IngestOptions()
    options.tokenFrequencies = try folder.write("counts", text)
    let (table, _) = try Self.table([Self.record("a", "")], options: options)
    let frequencies = try #require(table.tokenFrequencies)
    #expect(table.available.contains(.tokenFrequencies))
    #expect([0, 1, 2, 7, 8].map(frequencies.count(of:)) == [3, 0, 0, 1.5, 0])
    #expect(frequencies.total == 4.5 && frequencies.vocabularySize == 8)
  }

  @Test(
    "what token frequencies must not be",
    arguments: [
      ("", "no token counts"), ("token_id,count\n", "no token counts"),
      ("1,2\n1,3\n", "occurs twice"), ("1,2\nx,3\n", ":2: is no token id and count"),
      ("1,2\n3\n", ":2:"), ("1,-2\n", ":1:"), ("1,inf\n", ":1:"), ("-1,2\n", ":1:"),
      (#"{"a":1}"#, "\"a\" is no token id"), (#"{"1":-1}"#, "-1.0 is no count"),
      ("[1,", "the text ends"),
    ])
  func badFrequencies(_ text: String, _ words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("counts", text)
    let error = try #require(failure { _ = try TokenFrequencyReader.read(path) }).description
    #expect(error.hasPrefix(path) && error.contains(words), "\(error)")
    #expect(error.contains("; "), "no remedy: \(error)")
  }

  @Test("a manifest names token frequencies")
  func manifest() throws {
    let folder = try TemporaryFolder()
    try folder.write("counts.csv", "1,2\n")
    try folder.write("run.jsonl", Self.record("a", ""))
    let text =
      "token_frequencies = \"counts.csv\"\n[[run]]\nname = \"r\"\nfiles = [\"run.jsonl\"]\n"
    try folder.write("experiment.toml", text)
    guard case .evidence(let table) = try ExperimentReader.open(folder.path).experiment.runs[0]
    else { throw NoTable() }
    #expect(table.tokenFrequencies?.total == 2)
    try folder.write("experiment.toml", text.replacing("counts.csv", with: "count.csv"))
    let error = try #require(failure { _ = try ExperimentReader.open(folder.path) }).description
    #expect(error.contains("token_frequencies") && error.contains("counts.csv"), "\(error)")
  }
}
