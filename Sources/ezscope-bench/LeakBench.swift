import ScoringCore

/// What finding leaks takes, beside EZ on the same evidence.
enum LeakBench {
  static func run() throws {
    let (sequences, positions) = (100_000, 127)
    let table = try SyntheticEvidence.table(sequences: sequences, positions: positions)
    for workers in Set([1, Scorer.cores]).sorted() {
      let ez = try Scorer([ErrorZone()], for: table)
      let ezSeconds = Timing.median(of: 5) { blackHole(ez.scores(workers: workers)?.count) }
      let seconds = try Timing.median(of: 5) {
        blackHole(try Leaks.find(in: table, threads: workers)?.spans.count)
      }
      printRow(
        "leaks of \(sequences) sequences, \(workers) core\(workers == 1 ? "" : "s")",
        "\(digits(seconds * 1e3)) ms",
        "\(digits(seconds / ezSeconds, 1)) times EZ's \(digits(ezSeconds * 1e3)) ms; aim: under 3")
    }
  }
}
