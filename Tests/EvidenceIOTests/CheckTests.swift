import Basics
import Glibc
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

@Suite("Reports and metadata")
struct CheckTests {
  @Test("hostile names reach neither report as controls")
  func hostile() throws {
    let nasty = "x\\u001b[31m\\u202e\\u0007"
    let folder = try TemporaryFolder()
    let lines = [
      #"{"id":"a","target":{"logprobs":[-1]},"\#(nasty)":1}"#,
      #"{"id":"\#(nasty)","target":{"logprobs":[-1]}}"#,
      #"{"id":"\#(nasty)","target":{"logprobs":[-1]}}"#,
    ]
    let path = try folder.write("x.jsonl", lines.joined(separator: "\n"))
    let report = EvidenceReport(try ExperimentReader.open(path))
    for text in [report.text, report.json] {
      #expect(text.contains("⟨202E⟩") && text.contains("duplicate id"))
      #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !SafeText.isHarmful($0) })
    }
    #expect(try JSONValue.parse(report.json.utf8)["defects"]?.int == 1)
    #expect(report.text.contains("all, -1 to -1"))
  }

  @Test("what the exporter verified is shown, and nothing where another tool wrote")
  func verified() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("x.jsonl", #"{"id":"a","target":{"logprobs":[-1]}}"#)
    let facts = """
      exporter = "0.1.0"
      weights_loaded = "21 of 21 tensors"
      reference_weights_loaded = "20 of 20 tensors"
      causality_difference = 0.0
      reference_causality_difference = 1e-7
      batching_difference = 1.9e-06
      device_map = "3 modules on cpu, 6 on disk"
      precision = "float32"
      reference_precision = "bfloat16"
      alignment = "one tokenizer for all; largest token id 319 of 320\\u001B[31m"
      """
    func report(_ keys: String) throws -> EvidenceReport {
      let manifest = "name = \"e\"\n[[run]]\nname = \"r\"\nfiles = [\"x.jsonl\"]\n" + keys + "\n"
      return EvidenceReport(
        try ExperimentReader.open(try folder.write("experiment.toml", manifest)))
    }
    let shown = try report(facts)
    for words in [
      "Verified by ezscope-export 0.1.0", "21 of 21 tensors, reference 20 of 20 tensors",
      "float32, reference bfloat16", "3 modules on cpu, 6 on disk", "largest token id 319 of 320",
    ] {
      #expect(shown.text.contains(words), "\(words) in \(shown.text)")
    }
    #expect(shown.text.unicodeScalars.allSatisfy { $0 == "\n" || !SafeText.isHarmful($0) })
    let run = try JSONValue.parse(shown.json.utf8)["runs"]?.list?.first
    #expect(run?["verified"]?["moved by other texts"]?.string?.hasSuffix(" nats") == true)
    #expect(!(try report("")).text.contains("Verified"))
  }

  @Test("meta becomes columns of distinct values")
  func metadata() throws {
    let metas = [
      #"{"f":"a","n":3}"#, "", #"{"n":4,"x":{"y":[1]},"f":null,"f2":true}"#, "broken",
      #"{"\u0066":"a"}"#,
    ]
    var columns = EvidenceChunk.Columns(ids: TextColumn(["1", "2", "3", "4", "5"]))
    columns.metas = TextColumn(metas)
    let chunk = try EvidenceChunk(columns)
    let metadata = MetadataReader.read(EvidenceTable(run: Run(name: "x"), chunks: [chunk]))
    let values = metadata.columns.map { column in (0..<5).map { column.value($0) ?? "-" } }
    #expect(metadata.columns.map(\.key) == ["f", "n", "x", "f2"])
    #expect(
      values == [
        ["a", "-", "-", "-", "a"], ["3", "-", "4", "-", "-"], ["-", "-", #"{"y":[1]}"#, "-", "-"],
        ["-", "-", "true", "-", "-"],
      ])
  }

  @Test("output appears whole or not at all")
  func output() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x", "old")
    do {
      var file = try OutputFile.create(path, .figures)
      try file.write(String(repeating: "n", count: 3 << 20))
      #expect(try folder.raw("x") == Array("old".utf8))
    }
    #expect(try folder.raw("x") == Array("old".utf8) && folder.names == ["x"])
    var file = try OutputFile.create(path, .figures)
    try file.write("new")
    try file.commit()
    #expect(try folder.raw("x") == Array("new".utf8) && folder.names == ["x"])
    #expect(failure { _ = try OutputFile.create("/nonexistent/x", .figures) }?.kind == .inputOutput)
    #expect(failure { _ = try OutputFile.create("/tmp", .figures) }?.problem == "is a folder")
  }
}

@Suite("Damaged input never traps")
struct FuzzTests {
  static func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0...4, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 2:
        bytes.removeSubrange(
          place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
      case 3:
        let part = bytes[place..<min(bytes.count, place + 20)]
        bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
      default: bytes[place] = Array("\"[]{},:-0e.\\\n".utf8).randomElement(using: &random) ?? 0
      }
    }
    return bytes
  }

  @Test("mutated files of every format are read or refused", arguments: 0..<6)
  func fuzz(_ kind: Int) throws {
    let seed = UInt64(7_000 + kind)
    var random = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    let evidence = try readJSONL(richRecords.joined(separator: "\n"))
    let table = try #require(evidence.chunks.first)
    let names = ["a.jsonl", "a.safetensors", "a.csv", "b.jsonl", "c.jsonl.gz", "experiment.toml"]
    let original: [UInt8]
    switch kind {
    case 0: original = Array(richRecords.joined(separator: "\n").utf8)
    case 1:
      try SafetensorsWriter.write([table], run: Run(name: "x"), to: folder.path + "/a.safetensors")
      original = try folder.raw("a.safetensors")
    case 2:
      original = Array(
        "run,id,label,ez,ez_class,ez_up\nr,a,member,inf,forced_n0,2\nr,\"b\",0,-1,,\n".utf8)
    case 3:
      original = Array(
        #"{"run":"r","id":"a","label":"member","ez":"inf","ez_class":"forced_n0","ez_up":2}"#.utf8)
    case 4:
      try JSONLWriter.write([table], to: folder.path + "/c.jsonl.gz")
      original = try folder.raw("c.jsonl.gz")
    default:
      original = Array(
        "name = \"x\"\n[[run]]\nname = \"a\"\nfiles = [\"a.jsonl\"]\nrank = 3\n".utf8)
    }
    var opened = 0
    for _ in 0..<400 {
      let path = try folder.write(names[kind], Self.mutated(original, &random))
      let error = failure {
        let result = try ExperimentReader.open(path)
        opened += 1
        _ = EvidenceReport(result).text
        for case .evidence(let table) in result.experiment.runs {
          _ = MetadataReader.read(table)
          _ = try? lines(table.chunks)
        }
      }
      if let error { #expect(!error.problem.isEmpty, "seed \(seed)") }
    }
    #expect(opened < 400, "seed \(seed)")
  }
}
