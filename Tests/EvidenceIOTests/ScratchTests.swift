import Testing
import ScoringCore
@testable import EvidenceIO
@Test func real() throws {
  for p in ["/work/shared/evidence/records", "/work/shared/evidence/records/scores", "/work/shared/evidence/records/full-e3.safetensors"] {
    let clock = ContinuousClock(); let t = clock.now
    let o = try ExperimentReader.open([p])
    print(p, clock.now - t, o.experiment.name, o.experiment.primary, o.notes.defects.summary, o.notes.warnings.map(\.description))
    for r in o.experiment.runs {
      switch r { case .evidence(let e): print(e.run, e.count, e.chunks.count, e.available.columnNames)
      case .scores(let s): print(s.run.name, s.count, s.columns.map(\.attack), s.columns[0][2017]) }
    }
  }
}
