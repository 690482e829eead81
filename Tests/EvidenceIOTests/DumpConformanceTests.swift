import Foundation
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

/// The dumps that `Tests/Conformance/dumps.py` writes: one model's evidence in every format.
enum Dumps {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Conformance/dumps").path

  static func path(_ name: String) -> String { folder + "/" + name }

  static func sources(_ name: String, _ ending: String, _ other: String? = nil) -> EvidenceSources {
    var sources = EvidenceSources([])
    sources.targets = [path("\(name)-target.\(ending)")]
    sources.references = [path("\(name)-reference.\(other ?? ending)")]
    return sources
  }

  static func table(_ sources: EvidenceSources) throws -> EvidenceTable {
    let opened = try ExperimentReader.open(sources)
    guard case .evidence(let table) = try #require(opened.experiment.runs.first) else {
      throw POSIXError(.EINVAL)
    }
    #expect(opened.notes.defects.isEmpty)
    return table
  }

  /// Every attack a table allows, with its scores.
  static func scores(_ table: EvidenceTable) throws -> [String: [Score]] {
    let possible = Scorer.availability(of: AttackCatalog.defaults, for: table)
      .filter { $0.problem == nil }.map(\.attack)
    let columns = try #require(try Scorer(possible, for: table).scores())
    return Dictionary(
      uniqueKeysWithValues: columns.map { column in
        (column.attack, (0..<column.count).map { column[$0] })
      })
  }
}

/// A format and what of the evidence it carries.
struct DumpFormat: Sendable, CustomTestStringConvertible {
  var name: String
  var ending = "jsonl"
  var carries: EvidenceKinds
  var testDescription: String { name }
}

@Suite("One model's evidence in every format")
struct DumpConformanceTests {
  private static let pair: EvidenceKinds = [.target, .reference, .tokenIDs]

  static let formats = [
    DumpFormat(
      name: "vllm", carries: pair.union([.text, .targetErrors, .targetRanks])),
    DumpFormat(
      name: "vllm-batch",
      carries: pair.union([.text, .targetErrors, .targetRanks, .targetTop1Logprobs])),
    DumpFormat(name: "vllm-old", carries: pair.union([.text, .targetErrors, .targetTop1Logprobs])),
    DumpFormat(name: "openai", carries: pair.union([.text, .targetErrors, .targetTop1Logprobs])),
    DumpFormat(
      name: "vllm-completions", carries: pair.union([.targetErrors, .targetTop1Logprobs])),
    DumpFormat(
      name: "llama-cpp-python", ending: "json",
      carries: pair.union([.text, .targetErrors, .targetTop1Logprobs])),
    DumpFormat(name: "sglang", carries: pair.union([.text, .targetErrors, .targetTop1Logprobs])),
    DumpFormat(name: "sglang-old", carries: pair.union(.text)),
    DumpFormat(name: "tgi", carries: pair.union(.text)),
    DumpFormat(name: "npz", ending: "npz", carries: pair.union(.targetErrors)),
  ]

  @Test("a format gives the scores of the evidence it carries, and no others", arguments: formats)
  func same(_ format: DumpFormat) throws {
    guard
      case .evidence(let native) = try ExperimentReader.open(Dumps.path("native.jsonl"))
        .experiment.runs[0]
    else { return }
    let expected = try Dumps.scores(native)
    let table = try Dumps.table(Dumps.sources(format.name, format.ending))
    #expect(table.available == format.carries, "\(table.available.columnNames)")
    #expect(table.count == 6)
    let scores = try Dumps.scores(table)
    for attack in AttackCatalog.defaults where native.available.isSuperset(of: attack.needs) {
      let carried = format.carries.isSuperset(of: attack.needs)
      #expect(
        scores[attack.spelling] == (carried ? expected[attack.spelling] : nil), "\(attack.spelling)"
      )
    }
  }

  @Test("what a format does not carry is unavailable for that reason")
  func reasons() throws {
    func reason(_ format: String, _ ending: String, _ attack: any Attack) throws -> String {
      let table = try Dumps.table(Dumps.sources(format, ending))
      return Scorer.availability(of: [attack], for: table)[0].problem?.description ?? "available"
    }
    #expect(try reason("tgi", "jsonl", ErrorZone()).contains("target.ranks, or target.top1_ids"))
    #expect(try reason("sglang-old", "jsonl", ErrorZone()).contains("first choice"))
    #expect(try reason("npz", "npz", MinKPlusPlus()).contains("_unweighted"))
    #expect(try reason("npz", "npz", Zlib()).contains("text"))
    #expect(try reason("vllm", "jsonl", MinKPlusPlus()).contains("whole distribution"))
    for (format, words) in [
      (FileFormat.tgi, "not for EZ on the target"), (.sglang, "top_logprobs_num: 1"),
      (.harness, "loss-sum"), (.npz, "not weighted"),
    ] {
      #expect(format.advice?.contains(words) == true)
    }
    let report = EvidenceReport(try ExperimentReader.open(Dumps.path("tgi-target.jsonl"))).text
    #expect(report.contains("not for EZ on the"), "\(report)")
  }

  @Test("sums of whole texts give what needs no tokens")
  func harness() throws {
    guard
      case .evidence(let native) = try ExperimentReader.open(Dumps.path("native.jsonl"))
        .experiment.runs[0],
      case .scores(let table) = try ExperimentReader.open(
        Dumps.sources("harness", "jsonl.gz", "jsonl")
      ).experiment.runs[0]
    else { return }
    let expected = try Dumps.scores(native)
    let positions = 31.0
    for (column, attack, factor) in [
      ("loss-sum", "loss", positions), ("ref-diff-sum", "ref-diff", positions),
      ("ref-ratio", "ref-ratio", 1),
    ] {
      let values = try #require(table.column(column)).values
      for (value, score) in zip(values, try #require(expected[attack])) {
        #expect(abs(value - score.value * factor) < 1e-9, "\(column)")
      }
    }
    #expect(table.column("no-errors")?.values == [0, 0, 0, 1, 0, 0])
    #expect(table.column("ez") == nil)
  }

  @Test("two formats pair with each other, by id or by the tokens' texts")
  func mixed() throws {
    let expected = try Dumps.scores(Dumps.table(Dumps.sources("vllm", "jsonl")))
    for (target, reference) in [
      ("vllm-batch-target.jsonl", "tgi-reference.jsonl"),
      ("openai-target.jsonl", "tgi-reference.jsonl"),
      ("sglang-target.jsonl", "llama-cpp-python-reference.json"),
      ("llama-cpp-python-target.json", "sglang-reference.jsonl"),
      ("npz-target.npz", "vllm-reference.jsonl"),
    ] {
      var sources = EvidenceSources([])
      sources.targets = [Dumps.path(target)]
      sources.references = [Dumps.path(reference)]
      let scores = try Dumps.scores(try Dumps.table(sources))
      for attack in ["ez", "loss", "ref-diff", "wbc"] {
        #expect(scores[attack] == expected[attack], "\(attack) of \(target) and \(reference)")
      }
    }
  }

  @Test("what was imported survives both of our formats")
  func converted() throws {
    let folder = try TemporaryFolder()
    for name in ["npz", "openai"] {
      let table = try Dumps.table(Dumps.sources(name, name == "npz" ? "npz" : "jsonl"))
      let expected = try Dumps.scores(table)
      for output in ["x.jsonl", "x.safetensors"] {
        let path = folder.path + "/" + name + output
        if output == "x.jsonl" {
          try JSONLWriter.write(table.chunks, to: path)
        } else {
          try SafetensorsWriter.write(table.chunks, run: nil, to: path)
        }
        guard case .evidence(let back) = try ExperimentReader.open(path).experiment.runs[0] else {
          return
        }
        #expect(try Dumps.scores(back) == expected, "\(name) as \(output)")
      }
    }
  }
}
