import Foundation
import ScoringCore

/// Sequences of real models and invented ones, and their scores as `Tests/Conformance/reference.py` computed them.
struct Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  /// The invented sequences with every kind of evidence.
  static func synthetic() throws -> EvidenceTable {
    let common = try Tensors("synthetic/sequences.safetensors")
    let tuned = try Tensors("synthetic/tuned.safetensors")
    let base = try Tensors("synthetic/base.safetensors")
    var columns = try columns(common, tuned, base)
    columns.scored = common.column("scored")
    let metas = try common.texts("sequence.metas")
    columns.population = Column(
      (0..<metas.count).map { metas[$0].contains(#""population": true"#) ? 1 : 0 })
    columns.extra = try extra(tuned.texts("extra"))
    return EvidenceTable(
      run: Run(name: "tuned"), chunks: [try EvidenceChunk(columns)],
      tokenFrequencies: try frequencies())
  }

  private static func extra(_ texts: TextColumn) throws -> ExtraColumns? {
    var builder = ExtraBuilder()
    for row in 0..<texts.count {
      defer { builder.endSequence() }
      guard !texts[row].isEmpty else { continue }
      let object = try JSONSerialization.jsonObject(with: Data(texts[row].utf8))
      for (key, value) in object as? [String: Any] ?? [:] {
        if let number = ExtraNumber(rawValue: key), let value = value as? Double {
          builder.set(number, value)
        } else if let list = ExtraList(rawValue: key), let values = value as? [Double] {
          for value in values { builder.append(value, to: list) }
        } else {
          throw Malformed()
        }
      }
    }
    return builder.columns
  }

  private static func frequencies() throws -> TokenFrequencies? {
    let path = folder.appending(path: "synthetic/token-frequencies.csv")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst()
    return TokenFrequencies(
      try lines.map {
        let numbers = $0.split(separator: ",").compactMap { Int32($0) }
        guard numbers.count == 2 else { throw Malformed() }
        return (numbers[0], Double(numbers[1]))
      })
  }

  /// A run's evidence: `sequences`, `base-main` and the run's own file, which share their order.
  static func table(_ run: String) throws -> EvidenceTable {
    let common = try Tensors("sequences.safetensors")
    let base = try Tensors("base-main.safetensors")
    let target = try Tensors("\(run).safetensors")
    return EvidenceTable(
      run: Run(name: run), chunks: [try EvidenceChunk(columns(common, target, base))])
  }

  private static func columns(
    _ common: Tensors, _ target: Tensors, _ base: Tensors
  ) throws -> EvidenceChunk.Columns {
    var columns = EvidenceChunk.Columns(ids: try common.texts("sequence.ids"))
    columns.texts = try common.texts("sequence.texts")
    columns.labels = common.column("sequence.labels")
    columns.tokenOffsets = common.column("sequence.token_offsets")
    columns.tokenIDs = common.column("token_ids")
    columns.target.logprobs = target.column("target.logprobs")
    columns.target.ranks = target.column("target.ranks")
    columns.target.top1IDs = target.column("target.top1_ids")
    columns.target.top1Logprobs = target.column("target.top1_logprobs")
    columns.target.logprobMeans = target.column("target.logprob_means")
    columns.target.logprobStds = target.column("target.logprob_stds")
    columns.reference.logprobs = base.column("reference.logprobs")
    return columns
  }

  /// The rows of a run's reference scores, each from column name to field.
  static func scores(_ run: String) throws -> (columns: [String], rows: [[String: String]]) {
    let text = try String(contentsOf: folder.appending(path: "\(run).csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first else { throw Malformed() }
    return (
      header, lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    )
  }

  struct Malformed: Error {}
}

/// The tensors of a safetensors file: a length, a JSON header, and the values one after another.
private struct Tensors {
  private let offsets: [String: [Int]]
  private let storage: ColumnStorage
  private let start: Int

  init(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: Fixture.folder.appending(path: name)))
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length]))
    guard let entries = header as? [String: [String: Any]] else { throw Fixture.Malformed() }
    offsets = entries.compactMapValues { $0["data_offsets"] as? [Int] }
    storage = .copying(bytes)
    start = 8 + length
  }

  func column<T>(_ name: String) -> Column<T>? {
    guard let range = offsets[name] else { return nil }
    return Column(
      in: storage, at: start + range[0], count: (range[1] - range[0]) / MemoryLayout<T>.stride)
  }

  func texts(_ name: String) throws -> TextColumn {
    guard let bytes: Column<UInt8> = column("\(name).bytes"),
      let offsets: Column<Int64> = column("\(name).offsets"),
      let texts = TextColumn(bytes: bytes, offsets: offsets)
    else { throw Fixture.Malformed() }
    return texts
  }
}
