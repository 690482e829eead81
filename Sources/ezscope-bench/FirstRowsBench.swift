import EvidenceIO
import Foundation
import ScoringCore

/// How long the dashboard takes to its first scored rows, how keys are answered meanwhile, and what
/// memory it takes, on evidence made up in a temporary folder.
enum FirstRowsBench {
  static func run() throws {
    for count in [100_000, 1_000_000] {
      try SyntheticEvidence.withFile(sequences: count) { try measure(count, path: $0, name: $1) }
    }
  }

  private static func measure(_ count: Int, path: String, name: String) throws {
    let program = try LaunchBench.besideThisProgram("ezscope")
    let read = try readingTime(path, count)
    var rows: [Double] = []
    var latencies: [Double] = []
    var memory = 0
    for _ in 0..<3 {
      let session = try PseudoTerminalSession(
        program, ["--no-cache", path], width: 120, height: 40)
      defer { session.end() }
      // A row's id stands in the table only once it is scored and in its place.
      rows.append(try session.wait(for: "sequence-", seconds: 120))
      let end = session.now + 4
      while session.now < end {
        for key in ["j", "k"] {
          if let latency = session.latency(of: key) { latencies.append(latency) }
        }
      }
      memory = max(memory, try session.anonymousBytes())
    }
    guard let slowest = latencies.max() else {
      throw BenchError(description: "no key was answered within two seconds")
    }
    let aim = count >= 1_000_000 ? "2 s" : "500 ms plus the reading"
    printRow(
      "\(name) sequences, launch to first rows", LaunchBench.milliseconds(LaunchBench.median(rows)),
      "aim: under \(aim)")
    printRow("  reading the columns of ez once", LaunchBench.milliseconds(read))
    printRow(
      "  keys answered meanwhile, median", LaunchBench.milliseconds(LaunchBench.median(latencies)))
    printRow(
      "  keys answered meanwhile, slowest", LaunchBench.milliseconds(slowest),
      "aim: under 50 ms")
    printRow("  memory beside mapped files", "\(memory >> 20) MiB", "aim: under 200 MB at 1 M")
  }

  /// One pass over as many bytes as the attack's columns have: two of log-probabilities, one of
  /// ranks.
  private static func readingTime(_ path: String, _ count: Int) throws -> Double {
    let bytes = count * 127 * 12
    return try Timing.median(of: 3) {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      var left = bytes
      while left > 0, let part = try file.read(upToCount: min(left, 1 << 24)), !part.isEmpty {
        left -= part.count
      }
    }
  }
}
