import Basics
import EvidenceIO
import Foundation
import ScoringCore

/// How fast evidence is read, from files written for the purpose and removed afterwards.
enum IngestBench {
  private static let sequences = 20_000

  static func run() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ezscope-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let jsonl = folder.appendingPathComponent("evidence.jsonl").path
    try writeJSONL(jsonl)
    let bytes = (try FileManager.default.attributesOfItem(atPath: jsonl)[.size] as? Int) ?? 0
    for workers in Set([1, availableThreads]).sorted() {
      let seconds = try Timing.median(of: 5) {
        let opened = try ExperimentReader.open([jsonl], options: IngestOptions(workers: workers))
        blackHole(opened.experiment.runs.count)
      }
      printRow(
        "JSONL, \(bytes / 1_000_000) MB, \(workers) thread\(workers == 1 ? "" : "s")",
        "\(digits(Double(bytes) / seconds / 1e6, 0)) MB/s",
        "\(digits(Double(sequences * 128) / seconds / 1e6, 1)) M tokens/s")
    }
  }

  /// Texts of 128 tokens with log-probabilities of five decimals and ranks, from a fixed recurrence.
  static func writeJSONL(_ path: String) throws {
    var state: UInt64 = 7
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let words = (0..<500).map { "word\($0)" }
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw CocoaError(.fileWriteUnknown) }
    defer { try? file.close() }
    for index in 0..<sequences {
      let ids = (0..<128).map { _ in Int(next(500)) }
      func logprobs() -> String {
        (0..<127).map { _ in "-\(next(9)).\(10_000 + next(89_999))" }.joined(separator: ",")
      }
      let ranks = (0..<127).map { _ in String(1 + next(20)) }.joined(separator: ",")
      let line = """
        {"id":"s\(index)","label":\(index % 2),"text":"\(ids.map { words[$0] }.joined(separator: " "))",\
        "tokens":[\(ids.map { "\"\(words[$0]) \"" }.joined(separator: ","))],\
        "token_ids":[\(ids.map(String.init).joined(separator: ","))],\
        "target":{"logprobs":[\(logprobs())],"ranks":[\(ranks)]},\
        "reference":{"logprobs":[\(logprobs())]}}

        """
      try file.write(contentsOf: Data(line.utf8))
    }
  }
}
