import Basics
import EvidenceIO
import Foundation
import ScoringCore

/// The same work by this program and by the Python people use today, taking turns.
enum PeersBench {
  private static let rounds = 7
  private static let sequences = 100_000
  private static let positions = 127
  private static let ranked = 1_000_000

  static func run() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ezscope-peers-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = try SyntheticEvidence.table(sequences: sequences, positions: positions)
    try write(table, to: folder)
    let peers = try PeerProcess(folder: folder)
    defer { peers.end() }
    print(
      "\(rounds) rounds, taking turns; \(sequences) sequences of \(positions) positions in memory, "
        + "one core; how many times as long the peer takes: median, least to most\n")
    for (list, rivals) in [
      ("ez", ["ez_one_by_one", "ez", "ez_blocked"]), ("loss", ["loss"]), ("ref-diff", ["ref_diff"]),
      ("min-k", ["min_k", "min_k_blocked"]), ("ez,loss,ref-diff,min-k", ["all_blocked"]),
    ] {
      let scorer = try Scorer(AttackCatalog.attacks(list), for: table)
      try compare(list, with: rivals, of: peers) {
        guard let column = scorer.scores(workers: 1)?.last else { return .nan }
        return mean(column.values)
      }
    }
    try compareRankings(folder, peers)
    try compareReading(folder, peers)
  }

  private static func compareRankings(_ folder: URL, _ peers: PeerProcess) throws {
    let (values, labels) = RankingBench.scores(ranked)
    try write(values, to: folder, "scores")
    try write(labels.map { Int8($0 == .member ? 1 : 0) }, to: folder, "labels")
    try compare("\(ranked) scores: sort, ROC, AUC, 3 TPRs", with: ["roc"], of: peers) {
      let ranking = Ranking(values: values, labels: labels)
      let roc = ROC(ranking)
      for fpr in [0.001, 0.01, 0.05] { blackHole(roc?.operatingPoint(fpr: fpr)?.tpr) }
      return ranking.auc() ?? .nan
    }
  }

  private static func compareReading(_ folder: URL, _ peers: PeerProcess) throws {
    let path = folder.appendingPathComponent("evidence.jsonl").path
    try IngestBench.writeJSONL(path)
    let attacks = try AttackCatalog.attacks("ez,ref-diff,min-k,loss")
    for workers in Set([1, availableThreads]).sorted() {
      let name = "JSONL to four scores, \(workers) thread\(workers == 1 ? "" : "s")"
      let rivals =
        workers == 1 ? ["jsonl_orjson", "jsonl_pandas", "jsonl_duckdb"] : ["jsonl_orjson"]
      try compare(name, with: rivals, of: peers) {
        let opened = try ExperimentReader.open([path], options: IngestOptions(workers: workers))
        guard case .evidence(let table) = opened.experiment.runs.first,
          let column = try Scorer(attacks, for: table).scores(workers: workers)?.last
        else { return .nan }
        return mean(column.values)
      }
    }
  }

  /// Times our work and each peer's in turn, and checks that the same came out.
  private static func compare(
    _ name: String, with rivals: [String], of peers: PeerProcess, _ work: () throws -> Double
  ) throws {
    let clock = ContinuousClock()
    var (own, theirs) = ([Double](), [[Double]](repeating: [], count: rivals.count))
    let expected = try work()
    for rival in rivals { _ = try peers.time(rival) }
    for _ in 0..<rounds {
      var result = 0.0
      own.append(try clock.measure { result = try work() } / .seconds(1))
      blackHole(result)
      for (place, rival) in rivals.enumerated() {
        let (seconds, found) = try peers.time(rival)
        guard abs(found - expected) <= 1e-4 * max(1, abs(expected)) else {
          throw BenchError(
            description: "\(rival) found \(found) where \(name) is \(expected): not the same work")
        }
        theirs[place].append(seconds)
      }
    }
    for (rival, times) in zip(rivals, theirs) {
      let ratios = zip(times, own).map { $0 / $1 }.sorted()
      printRow(
        name, "\(digits(own.sorted()[own.count / 2] * 1e3)) ms",
        "\(rival): \(digits(times.sorted()[times.count / 2] * 1e3)) ms = "
          + "\(digits(ratios[ratios.count / 2], 1))x (\(digits(ratios[0], 1)) to "
          + "\(digits(ratios[ratios.count - 1], 1)))")
    }
    fflush(nil)
  }

  private static func mean(_ values: [Double]) -> Double {
    let finite = values.filter(\.isFinite)
    return finite.reduce(0, +) / Double(max(1, finite.count))
  }

  private static func write(_ table: EvidenceTable, to folder: URL) throws {
    let columns = table.chunks[0].columns
    try write(columns.target.logprobs?.array ?? [], to: folder, "target")
    try write(columns.reference.logprobs?.array ?? [], to: folder, "reference")
    try write(columns.target.ranks?.array ?? [], to: folder, "ranks")
  }

  private static func write<T>(_ values: [T], to folder: URL, _ name: String) throws {
    try values.withUnsafeBytes { Data($0) }
      .write(to: folder.appendingPathComponent("\(name).bin"))
  }
}

/// The Python process that does the peers' work.
private final class PeerProcess {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var received = Data()

  /// Starts it and waits until everything is imported.
  init(folder: URL) throws {
    let environment = ProcessInfo.processInfo.environment
    let own = ".build/peers/bin/python"
    let python = environment["EZSCOPE_PEERS_PYTHON"] ?? own
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw BenchError(
        description: "there is no \(python); make it with\n"
          + "  python3 -m venv .build/peers && .build/peers/bin/pip install -r "
          + "Sources/ezscope-bench/Peers/requirements.txt\n"
          + "or name an interpreter in EZSCOPE_PEERS_PYTHON")
    }
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["Sources/ezscope-bench/Peers/peers.py", folder.path]
    // One core each, as what they are compared with.
    process.environment = environment.merging(
      ["OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"]
    ) { $1 }
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    guard try line() == "ready" else {
      throw BenchError(description: "\(python) does not start; see above")
    }
  }

  /// The seconds a task took there, and the mean of what came out.
  func time(_ task: String) throws -> (seconds: Double, result: Double) {
    try input.fileHandleForWriting.write(contentsOf: Data("\(task)\n".utf8))
    let fields = try line().split(separator: " ").compactMap { Double($0) }
    guard fields.count == 2 else {
      throw BenchError(description: "peers.py could not do \(task); see above")
    }
    return (fields[0], fields[1])
  }

  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  private func line() throws -> String {
    while true {
      if let end = received.firstIndex(of: 0x0A) {
        let line = String(decoding: received[..<end], as: UTF8.self)
        received = Data(received[received.index(after: end)...])
        return line
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { return "" }
      received += more
    }
  }
}
