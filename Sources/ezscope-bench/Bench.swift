import Foundation

/// `ezscope-bench [NAME...] [--trials N]`: measures what the documentation claims, on the machine it
/// runs on.
///
/// `--trials` says how many audits `coverage` and `sizes` simulate at each setting.
///
/// Without a name everything runs but `coverage` and `sizes`, which simulate for minutes, `peers`,
/// which needs a Python environment, and `first-rows` and `keys`, which write 2 GB to the temporary
/// folder.
@main
struct Bench {
  private static let all: [(name: String, title: String, run: @Sendable (Int) throws -> Void)] = [
    (
      "launch", "Launch, screens and idling, through a pseudo-terminal",
      { _ in try LaunchBench.run() }
    ),
    ("first-rows", "First rows of large evidence", { _ in try FirstRowsBench.run() }),
    ("keys", "Keys on large evidence", { _ in try KeysBench.run() }),
    ("frames", "Drawing", { _ in try FrameBench.run() }),
    ("scoring", "Scoring", { _ in try ScoringBench.run() }),
    ("ingest", "Reading evidence", { _ in try IngestBench.run() }),
    ("ranking", "Ranking, ROC and bootstrap", { _ in RankingBench.run() }),
    ("guards", "Guards", { _ in try GuardBench.run() }),
    ("leaks", "Looking for leaks", { _ in try LeakBench.run() }),
    ("peers", "Beside the Python people use today", { _ in try PeersBench.run() }),
    ("coverage", "Coverage of intervals, by simulation", { CoverageBench.run(trials: $0) }),
    (
      "sizes", "Sizes of tests and bias of figures, by simulation",
      { SizesBench.run(trials: $0) }
    ),
  ]

  /// Those that run only when they are named.
  private static let onRequest = ["coverage", "sizes", "peers", "first-rows", "keys"]

  static func main() {
    var wanted = Array(CommandLine.arguments.dropFirst())
    var trials = 1000
    if let place = wanted.firstIndex(of: "--trials") {
      guard place + 1 < wanted.count, let count = Int(wanted[place + 1]), count > 1 else {
        FileHandle.standardError.write(
          Data("ezscope-bench: --trials needs a number above 1\n".utf8))
        exit(64)
      }
      trials = count
      wanted.removeSubrange(place...place + 1)
    }
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
        try bench.run(trials)
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
