import Basics
import CZlib
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

/// An npz archive made by hand.
struct Npz {
  private var body: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  private static func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  mutating func add(
    _ name: String, _ descr: String, _ shape: String, _ data: [UInt8], fortran: Bool = false,
    method: Int = 0
  ) {
    let header =
      "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
    let content =
      [0x93] + Array("NUMPY".utf8) + [1, 0] + Self.number(header.utf8.count, 2) + Array(header.utf8)
      + data
    let sum = Int(crc32(0, content, UInt32(content.count)))
    let path = Array((name + ".npy").utf8)
    let common =
      Self.number(0, 2) + Self.number(method, 2) + Self.number(0, 4) + Self.number(sum, 4)
      + Self.number(content.count, 4) + Self.number(content.count, 4) + Self.number(path.count, 2)
      + Self.number(0, 2)
    directory +=
      Array("PK\u{1}\u{2}".utf8) + Self.number(20, 2) + Self.number(20, 2) + common
      + Self.number(0, 10) + Self.number(0, 0) + Self.number(body.count, 4) + path
    body += Array("PK\u{3}\u{4}".utf8) + Self.number(20, 2) + common + path + content
    count += 1
  }

  mutating func floats(_ name: String, _ shape: String, _ values: [Float]) {
    add(name, "<f4", shape, values.flatMap { Self.number(Int($0.bitPattern), 4) })
  }

  mutating func integers(_ name: String, _ shape: String, _ values: [Int]) {
    add(name, "<i8", shape, values.flatMap { Self.number($0, 8) })
  }

  mutating func flags(_ name: String, _ shape: String, _ values: [UInt8]) {
    add(name, "|b1", shape, values)
  }

  var bytes: [UInt8] {
    body + directory + Array("PK\u{5}\u{6}".utf8) + Self.number(0, 4) + Self.number(count, 2)
      + Self.number(count, 2) + Self.number(directory.count, 4) + Self.number(body.count, 4)
      + Self.number(0, 2)
  }
}

@Suite("npz arrays")
struct NpzTests {
  private func read(_ npz: Npz) throws -> EvidenceFile {
    let folder = try TemporaryFolder()
    return try NpzReader.read(
      try folder.write("x.npz", npz.bytes), side: .target, options: IngestOptions())
  }

  @Test("padding is left out on either side, holes do not count, the first token is unknown")
  func padding() throws {
    var npz = Npz()
    npz.floats("logprob", "(2, 4)", [0, -1, -2, -3, -4, -5, 0, 0])
    npz.flags("mask", "(2, 4)", [0, 1, 0, 1, 1, 1, 0, 0])
    npz.integers("token_ids", "(2, 4)", [-1, 7, 8, 9, 5, 6, -1, -1])
    npz.integers("argmax", "(2, 4)", [-1, 7, 3, 9, 5, 5, -1, -1])
    npz.integers("lengths", "(2,)", [2, 2])
    npz.add("ids", "<U2", "(2,)", [0x61, 0, 0, 0, 0x62, 0, 0, 0, 0x63, 0, 0, 0, 0, 0, 0, 0])
    npz.integers("labels", "(2,)", [1, 0])
    let file = try read(npz)
    let chunk = try #require(file.chunks.first)
    #expect((0..<2).map { chunk.columns.ids[$0] } == ["ab", "c"] && file.hasOwnIDs)
    #expect(chunk.columns.target.logprobs?.array == [-1, -2, -3, -4, -5])
    #expect(chunk.columns.scored?.array == [1, 0, 1, 1, 1])
    #expect(chunk.columns.tokenIDs?.array == [-1, 7, 8, 9, -1, 5, 6])
    #expect(chunk.columns.target.top1IDs?.array == [7, 3, 9, 5, 5])
    #expect(chunk.label(0) == .member && chunk.label(1) == .nonMember)
  }

  @Test("half and double precision, and arrays nobody asked for")
  func types() throws {
    var half = Npz()
    half.add("logprob", "<f2", "(1, 3)", [0x00, 0xBC, 0x00, 0xC0, 0x00, 0xFC])
    half.integers("lengths", "(1,)", [3])
    half.integers("mystery", "(1,)", [3])
    let file = try read(half)
    #expect(file.chunks.first?.columns.target.logprobs?.array == [-1, -2, -.infinity])
    #expect(file.notes.warnings.contains { $0.message.contains("mystery") })
    #expect(!file.hasOwnIDs && file.chunks.first?.columns.ids[0] == "1")
  }

  @Test(
    "what cannot be used is refused by name",
    arguments: [
      ("objects", "Python objects"), ("fortran", "Fortran"), ("big", "big-endian"),
      ("shape", "where 2 are needed"), ("flat", "not a table"), ("none", "is missing"),
      ("pads", "padding cannot be told"), ("method", "compressed by method 12"),
      ("short", "is cut short"), ("lengths", "exceeds the arrays' 2"),
      ("mask", "is 1 where mask has 2"), ("empty", "no position counts"), ("positive", "0.5 is no"),
    ])
  func refused(_ case: String, _ words: String) throws {
    var npz = Npz()
    let four: [UInt8] = [0, 0, 0x80, 0xBF, 0, 0, 0x80, 0xBF]
    switch `case` {
    case "objects": npz.add("logprob", "|O", "(1, 2)", four)
    case "fortran": npz.add("logprob", "<f4", "(1, 2)", four, fortran: true)
    case "big": npz.add("logprob", ">f4", "(1, 2)", four)
    case "flat": npz.add("logprob", "<f4", "(2,)", four)
    case "none": npz.integers("argmax", "(1, 2)", [1, 2])
    case "method": npz.add("logprob", "<f4", "(1, 2)", four, method: 12)
    case "short": npz.add("logprob", "<f4", "(9, 2)", four)
    case "positive": npz.floats("logprob", "(1, 2)", [-1, 0.5])
    default: npz.floats("logprob", "(1, 2)", [-1, -1])
    }
    switch `case` {
    case "shape": npz.integers("token_ids", "(1, 3)", [1, 2, 3])
    case "lengths": npz.integers("lengths", "(1,)", [3])
    case "mask":
      npz.flags("mask", "(1, 2)", [1, 1])
      npz.integers("lengths", "(1,)", [1])
    case "empty": npz.flags("mask", "(1, 2)", [0, 0])
    case "pads": break
    default: npz.integers("lengths", "(1,)", [2])
    }
    let error = failure { _ = try read(npz) }?.description ?? "none"
    #expect(error.contains(words), "\(error)")
  }

  @Test("a changed byte is noticed")
  func checksum() throws {
    let folder = try TemporaryFolder()
    for name in ["npz-target.npz", "npz-reference.npz"] {
      var bytes = Array(try folder.contents(of: Dumps.path(name)))
      let place = bytes.count / 3
      bytes[place] ^= 0x10
      let path = try folder.write("x.npz", bytes)
      #expect(failure { _ = try ExperimentReader.open(path) } != nil)
    }
  }
}

/// What every importer must hold, for arrays.
@Suite("npz arrays as any other input")
struct NpzImporterTests {
  /// Texts of mixed lengths, of which the shortest has one predicted token, with all that is read.
  private static func npz(_ seed: UInt64, count: Int = 12) -> (npz: Npz, lengths: [Int]) {
    var random = SplitMix64(seed: seed)
    let lengths = (0..<count).map { $0 == 1 ? 1 : Int.random(in: 1...17, using: &random) }
    let width = lengths.max() ?? 1
    let shape = "(\(count), \(width))"
    func padded<T>(_ padding: T, _ make: (inout SplitMix64) -> T) -> [T] {
      lengths.flatMap { length in
        (0..<width).map { $0 < length ? make(&random) : padding }
      }
    }
    var npz = Npz()
    npz.floats("logprob", shape, padded(0) { -Float.random(in: 0...20, using: &$0) })
    npz.integers("token_ids", shape, padded(-1) { Int.random(in: 0..<500, using: &$0) })
    npz.integers("argmax", shape, padded(-1) { Int.random(in: 0..<500, using: &$0) })
    npz.integers("rank", shape, padded(0) { Int.random(in: 1...900, using: &$0) })
    npz.integers("lengths", "(\(count),)", lengths)
    npz.integers("labels", "(\(count),)", (0..<count).map { $0 % 2 })
    return (npz, lengths)
  }

  private static func read(_ bytes: [UInt8]) throws -> EvidenceFile {
    let folder = try TemporaryFolder()
    return try NpzReader.read(
      try folder.write("x.npz", bytes), side: .target, options: IngestOptions())
  }

  @Test("both formats of ours keep all of it", arguments: [UInt64(1), 2, 3])
  func lossless(_ seed: UInt64) throws {
    let (npz, lengths) = Self.npz(seed)
    let file = try Self.read(npz.bytes)
    let chunk = try #require(file.chunks.first)
    #expect((0..<chunk.count).map { chunk.tokenRange($0).count - 1 } == lengths)
    let written = try lines(file.chunks)
    let again = try readJSONL(written.joined(separator: "\n"), partial: true)
    #expect(try lines(again.chunks) == written)
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    try SafetensorsWriter.write(file.chunks, run: nil, to: path)
    let stored = try SafetensorsReader.read(path).chunks
    #expect(try lines(stored) == written)
    // And back again from what was stored.
    try JSONLWriter.write(stored, to: folder.path + "/y.jsonl")
    let last = try JSONLReader.read(
      folder.path + "/y.jsonl", partial: true, options: IngestOptions())
    #expect(try lines(last.chunks) == written)
  }

  @Test("an archive that ends too soon is refused, wherever it ends")
  func truncated() throws {
    let whole = Self.npz(4).npz.bytes
    for cut in stride(from: 1, to: whole.count - 1, by: max(1, whole.count / 80)) {
      let error = failure { _ = try Self.read(Array(whole[..<cut])) }
      #expect(error?.problem.isEmpty == false, "\(cut) of \(whole.count)")
    }
  }

  @Test("texts without a predicted token are counted, and the others stay")
  func oneToken() throws {
    var npz = Npz()
    npz.floats("logprob", "(2, 3)", [0, 0, 0, -1, -2, -3])
    npz.integers("lengths", "(2,)", [0, 3])
    let error = failure {
      let file = try Self.read(npz.bytes)
      let chunk = try #require(file.chunks.first)
      #expect(chunk.count + file.notes.defects.total == 2)
      #expect(chunk.columns.target.logprobs?.array == [-1, -2, -3])
    }
    #expect(error == nil, "\(String(describing: error))")
  }

  @Test(
    "a value that cannot be is named by its array",
    arguments: [("rank", [0, 1, 2]), ("rank", [1, -5, 2]), ("lengths", [9])])
  func wrongValues(_ name: String, _ values: [Int]) throws {
    var npz = Npz()
    npz.floats("logprob", "(1, 3)", [-1, -2, -3])
    npz.integers("lengths", "(1,)", name == "lengths" ? values : [3])
    if name == "rank" { npz.integers("rank", "(1, 3)", values) }
    var notes: IngestNotes?
    let error = failure { notes = try Self.read(npz.bytes).notes }
    let said =
      (error?.description ?? "") + (notes?.defects.listed.map(\.description).joined() ?? "")
    #expect(said.contains(name), "\(said)")
  }
}

@Suite("Damaged dumps never trap")
struct DumpFuzzTests {
  private static let files = [
    "vllm-target.jsonl", "vllm-batch-target.jsonl", "openai-target.jsonl", "sglang-target.jsonl",
    "tgi-target.jsonl", "llama-cpp-python-target.json", "harness-reference.jsonl",
    "npz-target.npz", "npz-reference.npz", "harness-target.jsonl.gz",
  ]

  @Test("mutated dumps are read or refused, alone and in pairs", arguments: files.indices)
  func fuzz(_ kind: Int) throws {
    var random = SplitMix64(seed: UInt64(9_000 + kind))
    let folder = try TemporaryFolder()
    let original = Array(try folder.contents(of: Dumps.path(Self.files[kind])))
    let partner = Dumps.path(
      kind == 6 || kind == 9 ? "harness-reference.jsonl" : "vllm-reference.jsonl")
    // Refused as a whole, or with records left out.
    var harmed = 0
    for round in 0..<150 {
      let path = try folder.write(Self.files[kind], mutated(original, &random))
      var sources = EvidenceSources([])
      sources.targets = [path]
      if round % 2 == 1 { sources.references = [partner] }
      let error = failure {
        let result = try ExperimentReader.open(sources)
        if result.notes.defects.total > 0 { harmed += 1 }
        _ = EvidenceReport(result).text
        for case .evidence(let table) in result.experiment.runs { _ = try? lines(table.chunks) }
      }
      if let error {
        harmed += 1
        #expect(!error.problem.isEmpty)
      }
    }
    #expect(harmed > 0)
  }

  private func mutated(_ original: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0...4, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + 9))
      case 3:
        let part = bytes[place..<min(bytes.count, place + 40)]
        bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
      default: bytes[place] = Array("\"[]{},:-0e.\\\nn".utf8).randomElement(using: &random) ?? 0
      }
    }
    return bytes
  }
}
