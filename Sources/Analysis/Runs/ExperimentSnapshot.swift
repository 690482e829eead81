import ScoringCore

/// An opened experiment: what is known before anything is scored.
package final class ExperimentSnapshot: Sendable {
  package let name: String
  package let summary: String
  package let primary: [Experiment.PrimaryRule]
  package let runs: [Experiment.RunSource]
  /// What opening it had to say, each a line a user can act on.
  package let warnings: [String]

  package init(_ experiment: Experiment, warnings: [String] = []) {
    name = experiment.name
    summary = experiment.summary
    primary = experiment.primary
    runs = experiment.runs
    self.warnings = warnings
  }

  package func run(_ index: Int) -> Run { runs[index].run }

  /// The two runs Compare opens on: full fine-tuning and LoRA where both are there.
  package var defaultPair: (Int, Int) {
    let all = Array(runs.indices)
    func first(_ method: FineTuningMethod) -> Int? {
      all.filter { run($0).method == method }.max {
        isTokenRun($1) != isTokenRun($0) && isTokenRun($1)
      }
    }
    let left = first(.full) ?? all.first ?? 0
    let right = first(.lora) ?? all.first { $0 != left } ?? left
    return (left, right)
  }

  /// Whether a run has per-token evidence, not scores only.
  package func isTokenRun(_ index: Int) -> Bool {
    if case .evidence = runs[index] { return true }
    return false
  }
}
