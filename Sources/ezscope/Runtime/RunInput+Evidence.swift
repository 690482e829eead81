import Analysis
import EvidenceIO
import Reports
import ScoringCore

extension RunInput {
  /// A run of an experiment; what its evidence says in JSON is parsed when it is asked for.
  init(_ source: Experiment.RunSource, primary: [Experiment.PrimaryRule]) {
    switch source {
    case .evidence(let table):
      self.init(source, primary: primary, annotations: RunAnnotations(of: table))
    case .scores(let table):
      self.init(source, primary: primary, annotations: RunAnnotations(of: table))
    }
  }

  /// Every run of an experiment.
  static func all(of experiment: Experiment) -> [RunInput] {
    experiment.runs.map { RunInput($0, primary: experiment.primary) }
  }
}

extension RunAnnotations {
  /// Those of a run of which only scores are known: at most what it had been trained on.
  convenience init(of table: ScoreTable) {
    self.init(
      Parsers(
        metadata: { MetadataReader.read(table) }, canaries: { _ in [] },
        continuations: { ContinuationReading(ContinuationTable([]), unreadable: nil) }))
  }

  convenience init(of table: EvidenceTable) {
    self.init(
      Parsers(
        metadata: { MetadataReader.read(table) },
        canaries: { CanaryReader.read(table, $0) },
        continuations: {
          let reading = ContinuationsReader.read(table)
          let unreadable = reading.defects.listed.first.map { first in
            ContinuationReading.Unreadable(
              count: reading.defects.total, summary: reading.defects.summary,
              first: first.description)
          }
          return ContinuationReading(reading.table, unreadable: unreadable)
        }))
  }
}
