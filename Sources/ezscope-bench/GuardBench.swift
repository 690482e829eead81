import EvidenceIO
import Foundation
import ScoringCore

/// What the guards cost that stand beside every result, on the sample data and on more texts.
enum GuardBench {
  static func run() throws {
    guard FileManager.default.fileExists(atPath: "SampleData/experiment.toml") else {
      throw BenchError(description: "run it where SampleData lies")
    }
    let experiment = try ExperimentReader.open(["SampleData"]).experiment
    let subjects = experiment.runs.map { subject($0, experiment.primary) }
    let all = Timing.median {
      let texts = TextGuards()
      for subject in subjects { blackHole(RunGuards.findings(subject, texts: texts).count) }
    }
    printRow(
      "all guards, \(subjects.count) runs of the sample", "\(digits(all * 1e3)) ms", "aim: 300 ms")
    let copies = texts(4000)
    let (members, others) = (Array(copies.prefix(2000)), Array(copies.suffix(2000)))
    let pairs = Timing.median { blackHole(NearDuplicates(members, others).pairs.count) }
    printRow("4000 texts: near-duplicates", "\(digits(pairs * 1e3)) ms", "aim: 100 ms")
    let blind = Timing.median { blackHole(BlindBaseline(members, others)?.isTelling) }
    printRow("4000 texts: blind baseline", "\(digits(blind * 1e3)) ms")
  }

  private static func subject(
    _ source: Experiment.RunSource, _ primary: [Experiment.PrimaryRule]
  ) -> GuardSubject {
    switch source {
    case .evidence(let table):
      let metadata = MetadataReader.read(table)
      return GuardSubject(
        run: table.run, table: table, ids: table.ids, labels: table.labels,
        isPrimary: metadata.primary(primary, count: table.count), metadata: metadata)
    case .scores(let table):
      return GuardSubject(
        run: table.run, table: nil, ids: table.ids, labels: table.labels,
        isPrimary: Array(repeating: true, count: table.count), metadata: Metadata(columns: []))
    }
  }

  /// Texts of eighty words from a fixed recurrence; one in a hundred repeats an earlier one.
  private static func texts(_ count: Int) -> [[UInt8]] {
    var state: UInt64 = 7
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    var texts: [[UInt8]] = []
    for index in 0..<count {
      let words = (0..<80).map { _ in "w\(next(3000))" }
      texts.append(
        index > 0 && next(100) == 0
          ? texts[Int(next(UInt64(index)))] : Array(words.joined(separator: " ").utf8))
    }
    return texts
  }
}
