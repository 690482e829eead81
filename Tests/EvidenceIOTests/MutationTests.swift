import Basics
import CZlib
import Foundation
import TestSupport
import Testing

@testable import EvidenceIO

/// Readers and broken files: no file may end the process.
///
/// What a container promises, lengths and
/// checksums, is put right again, so that most files get past it to what they hold.
@Suite("Broken files", .serialized)
struct MutationTests {
  /// A kind of file: its seeds, and how a broken file is made of them.
  enum Kind: String, CaseIterable, Sendable {
    case jsonl, dumps, safetensors, npz, gzip, csv, scores, lists, frequencies, manifest
  }

  private static let pieces = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "-", "e", ".",
    "\n", "\r", "\t", ";", "\u{0}", "\u{FEFF}", "é", "\"id\":\"a\",", "\"ranks\":[0],", "[[[[",
    "\"target\":{", "\"logprobs\":[", "=1+1", "inf", "nan",
  ]

  @Test("no broken file ends the process", arguments: Kind.allCases)
  func nothingTraps(_ kind: Kind) throws {
    // Printed with a failure, and by a longer trial: with it the files are made again.
    let seed =
      UInt64(ProcessInfo.processInfo.environment["EZSCOPE_SEED"] ?? "")
      ?? UInt64.random(in: 0...UInt64.max)
    var mutator = Mutator(seed: seed)
    let folder = try TemporaryFolder()
    let seeds = try Self.seeds(kind)
    var read = 0
    for _ in 0..<Mutator.rounds {
      let bytes = try Self.file(kind, mutator.one(of: seeds), &mutator)
      let path = try folder.write(Self.name(kind), bytes)
      do {
        let opened = try ExperimentReader.open(try Self.sources(kind, path, folder))
        if opened.experiment.runs.contains(where: { $0.count > 0 }) { read += 1 }
      } catch {
        // A refusal says something, and nothing of it acts on a terminal.
        let words = "\(error)"
        #expect(
          !words.isEmpty && !words.unicodeScalars.contains { $0 != "\n" && SafeText.isHarmful($0) },
          "seed \(seed)")
      }
    }
    mutator.report(kind.rawValue, Mutator.rounds, read: read)
    #expect(read > 0, "\(kind): nothing was read with seed \(seed)")
  }

  private static func name(_ kind: Kind) -> String {
    switch kind {
    case .jsonl, .dumps: "x.jsonl"
    case .safetensors: "x.safetensors"
    case .npz: "x.npz"
    case .gzip: "x.jsonl.gz"
    case .csv: "x.csv"
    case .scores: "x.jsonl"
    case .lists: "list.txt"
    case .frequencies: "frequencies.json"
    case .manifest: "experiment.toml"
    }
  }

  /// How a file is given to the program.
  private static func sources(
    _ kind: Kind, _ path: String, _ folder: TemporaryFolder
  ) throws -> EvidenceSources {
    switch kind {
    case .dumps, .npz:
      var sources = EvidenceSources([])
      (sources.targets, sources.references) = ([path], [path])
      return sources
    case .lists:
      var sources = EvidenceSources([
        try folder.write("in.jsonl", richRecords.joined(separator: "\n"))
      ])
      sources.members = [path]
      return sources
    case .frequencies:
      try folder.write("in.jsonl", richRecords.joined(separator: "\n"))
      return EvidenceSources([
        try folder.write(
          "experiment.toml",
          "token_frequencies = \"frequencies.json\"\n[[run]]\nname = \"a\"\nfiles = [\"in.jsonl\"]\n"
        )
      ])
    case .manifest:
      try folder.write("in.jsonl", richRecords.joined(separator: "\n"))
      return EvidenceSources([path])
    case .jsonl, .safetensors, .gzip, .csv, .scores: return EvidenceSources([path])
    }
  }

  private static var dumpFolder: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Conformance/dumps").standardizedFileURL.path
  }

  private static func seeds(_ kind: Kind) throws -> [[UInt8]] {
    let evidence = Array((richRecords.joined(separator: "\n") + "\n").utf8)
    switch kind {
    case .jsonl, .gzip: return [evidence, Array((richRecords[2] + "\n").utf8)]
    case .dumps:
      let names = try FileManager.default.contentsOfDirectory(atPath: dumpFolder).sorted()
      return try names.filter { $0.contains("-target.json") && !$0.hasSuffix(".gz") }.map {
        let all = Array(try Data(contentsOf: URL(fileURLWithPath: dumpFolder + "/" + $0)))
        // A few answers do: a broken one is looked for in what is short.
        let lines = all.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
        return $0.hasSuffix(".jsonl") ? Array(lines.prefix(2).joined(separator: [0x0A])) : all
      }
    case .safetensors:
      let folder = try TemporaryFolder()
      let path = try folder.write("a.jsonl", richRecords[0] + "\n" + richRecords[1])
      let file = try JSONLReader.read(path, partial: false, options: IngestOptions())
      try SafetensorsWriter.write(file.chunks, run: nil, to: folder.path + "/a.safetensors")
      return [try folder.raw("a.safetensors")]
    case .npz: return [[]]
    case .csv:
      return [
        "id,label,loss,ez,ez_class,ez_up,ez_down,ez_errors\na,1,-1.5,0.5,ordinary,1,2,3\nb,0,-2,inf,forced,1,0,1\n",
        "run;id;label;score\nr;a;member;1,5\nr;b;non-member;-2\n", "id\tscore\na\t1\nb\t\n",
      ].map { Array($0.utf8) }
    case .scores:
      return [
        Array(
          ("{\"id\":\"a\",\"run\":\"r\",\"label\":1,\"loss\":-1.5,\"ez\":null,\"ez_reason\":\"none\"}\n"
            + "{\"id\":\"b\",\"label\":0,\"loss\":2,\"ez\":1e9}\n").utf8)
      ]
    case .lists:
      return ["a\nb\n", "id,label\na,1\nb,0\n", "{\"id\":\"a\",\"label\":1}\n", "[\"a\",\"b\"]"].map
      {
        Array($0.utf8)
      }
    case .frequencies: return ["[1,2,3]", "{\"5\":10,\"200\":1e3}"].map { Array($0.utf8) }
    case .manifest:
      return [
        Array(
          ("[[run]]\nname = \"a\"\nmethod = \"full\"\nepoch = 2\nsteps = 10\nbatch = 4\n"
            + "learning_rate = 1e-4\nvalidation_loss = 2.5\nseed = 7\nfiles = [\"in.jsonl\"]\n")
            .utf8)
      ]
    }
  }

  /// A broken file of a kind.
  private static func file(
    _ kind: Kind, _ seed: [UInt8], _ mutator: inout Mutator
  ) throws -> [UInt8] {
    switch kind {
    case .safetensors: return safetensors(seed, &mutator)
    case .npz: return npz(&mutator)
    case .gzip:
      let folder = try TemporaryFolder()
      var file = try OutputFile.create(folder.path + "/x.gz", .figures)
      try file.write(mutator.broken(seed, pieces: pieces))
      try file.commit()
      let packed = try folder.raw("x.gz")
      return mutator.once(in: 3) ? mutator.broken(packed, pieces: pieces, times: 2) : packed
    default: return mutator.broken(seed, pieces: pieces)
    }
  }

  /// Header and data broken apart, the header's length put right.
  private static func safetensors(_ seed: [UInt8], _ mutator: inout Mutator) -> [UInt8] {
    let length = seed.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    var header = Array(seed[8..<8 + length])
    var data = Array(seed[(8 + length)...])
    if mutator.once(in: 2) { header = mutator.broken(header, pieces: pieces, times: 2) }
    for _ in 0..<Int.random(in: 0...3, using: &mutator.random) where data.count >= 8 {
      let place = Int.random(in: 0...(data.count - 8) / 8, using: &mutator.random) * 8
      let words: [UInt64] = [0, .max, 1 << 63, UInt64(Int64.max), 1, 0x7FC0_0000_FF80_0000]
      let word = mutator.one(of: words)
      for byte in 0..<8 { data[place + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte)) }
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + data
  }

  /// An archive with checksums that hold, of arrays that may not.
  private static func npz(_ mutator: inout Mutator) -> [UInt8] {
    let types = [
      "<f4", "<f8", "<f2", "<i8", "<i4", "<i2", "|i1", "<u8", "|b1", "<U2", "|S3", "<U0",
    ]
    let shapes = ["(2, 3)", "(2,)", "(3,)", "()", "(0, 3)", "(2, 0)", "(1000000000000, 0)", "(6,)"]
    var npz = Npz()
    npz.floats("logprob", "(2, 3)", [0, -1, -2, 0, -3, -4])
    // Without lengths, a mask or ids padding cannot be told, and every archive would be refused alike.
    if mutator.once(in: 2) { npz.integers("lengths", "(2,)", [3, 2]) }
    let names = ["mask", "token_ids", "argmax", "lengths", "ids", "labels", "ranks", "texts"]
    for _ in 0..<Int.random(in: 0...4, using: &mutator.random) {
      let count = mutator.one(of: [0, 6, 12, 16, 24, 48, 96])
      let fill = UInt8.random(in: 0...255, using: &mutator.random)
      let data = (0..<count).map { _ in
        mutator.once(in: 3) ? fill : UInt8.random(in: 0...3, using: &mutator.random)
      }
      npz.add(
        mutator.one(of: names), mutator.one(of: types), mutator.one(of: shapes), data,
        fortran: mutator.once(in: 20))
    }
    return mutator.once(in: 6)
      ? mutator.broken(npz.bytes, pieces: pieces, times: 2) : npz.bytes
  }
}
