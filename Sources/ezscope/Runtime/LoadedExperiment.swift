import Analysis
import EvidenceIO
import ScoringCore

/// Evidence read from files, and what is needed to score its runs.
struct LoadedExperiment: Sendable {
  let snapshot: ExperimentSnapshot
  /// The runs as they were read, in the snapshot's order.
  let inputs: [RunInput]
  /// What was found in texts that several runs share.
  let texts = TextGuards()

  /// Opens paths: folders, manifests, evidence or score files.
  init(paths: [String]) throws(IngestError) { try self.init(EvidenceSources(paths)) }

  /// Opens what was named: folders, manifests, evidence or score files, dumps.
  init(
    _ sources: EvidenceSources, progress: (@Sendable (IngestProgress) -> Void)? = nil,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(IngestError) {
    var options = IngestOptions()
    options.progress = progress
    options.isCancelled = isCancelled
    let opened = try ExperimentReader.open(sources, options: options)
    inputs = RunInput.all(of: opened.experiment)
    snapshot = ExperimentSnapshot(opened.experiment, warnings: opened.notes.lines)
  }

  /// Runs in the order a user will want them: the pair Compare opens on, token runs, the rest.
  var scoringOrder: [Int] {
    let pair = [snapshot.defaultPair.0, snapshot.defaultPair.1]
    let rest = snapshot.runs.indices.filter { !pair.contains($0) }
    let tokens = rest.filter(snapshot.isTokenRun)
    let scores = rest.filter { !snapshot.isTokenRun($0) }
    return pair[0] == pair[1] ? [pair[0]] + tokens + scores : pair + tokens + scores
  }

  /// Scores and evaluates one run; nil if cancelled.
  func analysis(
    ofRun run: Int, isCancelled: @Sendable () -> Bool = { false }
  ) -> RunAnalysis? {
    RunAnalysis.make(
      inputs[run].source, metadata: inputs[run].annotations.metadata, primary: snapshot.primary,
      texts: texts, isCancelled: isCancelled)
  }
}

extension IngestNotes {
  /// Everything worth telling a user, a line each: what was left out first.
  var lines: [String] {
    let skipped = defects.isEmpty ? [] : ["records left out: \(defects.summary)"]
    return skipped + warnings.map(\.description)
  }
}
