import Analysis
import ScoringCore

@testable import Dashboard

extension Sample {
  /// Runs of scores only, over hand-made scores: values by id, the same attack in all.
  static func scored(
    _ runs: [(run: Run, scores: [(id: String, label: Label, score: Double)])],
    attack: String = "ez"
  ) -> (ExperimentSnapshot, [RunAnalysis]) {
    let experiment = ExperimentSnapshot(
      Experiment(
        name: "Scores", runs: runs.map { .scores(scoreTable($0.run, $0.scores, attack)) }))
    return (experiment, analyses(of: experiment))
  }

  private static func scoreTable(
    _ run: Run, _ scores: [(id: String, label: Label, score: Double)], _ attack: String
  ) -> ScoreTable {
    let statuses = scores.map { $0.score.isNaN ? ScoreStatus.undefined : .ordinary }
    return ScoreTable(
      run: run, ids: TextColumn(scores.map(\.id)), labels: scores.map(\.label),
      columns: [ScoreColumn(attack: attack, values: scores.map(\.score), statuses: statuses)])
  }

  /// Members that score `lift` - 2 to `lift` + 4 in turn, and non-members falling from 1 by 0.01.
  static func ladder(
    members: Int, nonMembers: Int, lift: Double = 1
  ) -> [(id: String, label: Label, score: Double)] {
    (0..<members).map { ("m\($0)", .member, lift + Double($0 % 7) - 2) }
      + (0..<nonMembers).map { ("n\($0)", .nonMember, 1 - Double($0) * 0.01) }
  }
}
