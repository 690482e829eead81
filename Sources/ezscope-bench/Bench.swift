import Foundation

/// `ezscope-bench [NAME...]`: measures what the documentation claims, on the machine it runs on.
///
/// Without a name everything runs but `coverage` and `sizes`, which simulate for minutes, `peers`,
/// which needs a Python environment, and `first-rows`, which writes 2 GB to the temporary folder.
@main
struct Bench {
  private static let all: [(name: String, title: String, run: @Sendable () throws -> Void)] = [
    (
      "launch", "Launch, screens and idling, through a pseudo-terminal",
      { try LaunchBench.run() }
    ),
    ("first-rows", "First rows of large evidence", { try FirstRowsBench.run() }),
    ("frames", "Drawing", { try FrameBench.run() }),
    ("scoring", "Scoring", { try ScoringBench.run() }),
    ("ingest", "Reading evidence", { try IngestBench.run() }),
    ("ranking", "Ranking, ROC and bootstrap", { RankingBench.run() }),
    ("guards", "Guards", { try GuardBench.run() }),
    ("leaks", "Looking for leaks", { try LeakBench.run() }),
    ("peers", "Beside the Python people use today", { try PeersBench.run() }),
    ("coverage", "Coverage of intervals, by simulation", { CoverageBench.run() }),
    ("sizes", "Sizes of tests and bias of figures, by simulation", { SizesBench.run() }),
  ]

  /// Those that run only when they are named.
  private static let onRequest = ["coverage", "sizes", "peers", "first-rows"]

  static func main() {
    let wanted = CommandLine.arguments.dropFirst()
    let known = all.map(\.name)
    if let unknown = wanted.first(where: { !known.contains($0) }) {
      FileHandle.standardError.write(
        Data(
          "ezscope-bench: no benchmark '\(unknown)'; there are: \(known.joined(separator: ", "))\n"
            .utf8))
      exit(64)
    }
    printMachine()
    for bench in all {
      guard wanted.contains(bench.name) || (wanted.isEmpty && !onRequest.contains(bench.name))
      else {
        continue
      }
      print("\n== \(bench.title)")
      // Through a pipe too, what is measured is seen before the next bench begins.
      fflush(nil)
      do {
        try bench.run()
      } catch {
        print("could not be measured: \(error)")
        exit(1)
      }
    }
  }

  private static func printMachine() {
    let load =
      (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?
      .split(separator: " ").first.map(String.init) ?? "unknown"
    print(
      "\(ProcessInfo.processInfo.activeProcessorCount) cores, load \(load) at the start; "
        + "medians, on whatever else the machine is doing")
    #if DEBUG
      print("THIS IS A DEBUG BUILD: use swift run -c release ezscope-bench")
    #endif
  }
}
