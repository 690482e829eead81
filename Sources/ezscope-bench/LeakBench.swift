import ScoringCore

/// What finding leaks takes, beside EZ on the same evidence.
enum LeakBench {
  static func run() throws {
    let (sequences, positions) = (100_000, 127)
    for leaking in [0, 100, 20] {
      let table = try SyntheticEvidence.table(
        sequences: sequences, positions: positions, leaking: leaking)
      let share = leaking == 0 ? "none leaks" : "\(100 / leaking) % leak"
      for workers in Set([1, Scorer.cores]).sorted() {
        let ez = try Scorer([ErrorZone()], for: table)
        let ezSeconds = Timing.median(of: 5) { blackHole(ez.scores(workers: workers)?.count) }
        var spans = 0
        let seconds = try Timing.median(of: 5) {
          spans = try Leaks.find(in: table, threads: workers)?.spans.count ?? 0
        }
        printRow(
          "\(sequences) sequences, \(share), \(workers) core\(workers == 1 ? "" : "s")",
          "\(digits(seconds * 1e3)) ms",
          "\(digits(seconds / ezSeconds, 1)) times EZ's \(digits(ezSeconds * 1e3)) ms; aim: under 3;"
            + " \(spans) spans")
      }
    }
  }
}
