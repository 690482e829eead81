import Basics
import ScoringCore

/// Lower bounds on epsilon from one run's attacks, or why there are none.
package struct EpsilonReport {
  /// One attack's bounds; nil where there are too few sequences, and with delta where the numbers of
  /// members and non-members are no fair coin's.
  package let attacks: [Bounds]

  /// What one attack shows.
  package struct Bounds {
    package let spelling: String
    package let estimate: EmpiricalEpsilon?
    package let withDelta: EpsilonWithDelta?
  }
  /// The delta of the two-sided bound.
  package let delta: Double
  /// Why there is no bound; nil if there is one.
  package let refusal: String?

  /// The key of a run, or of sequences' `meta`, that says how members were picked.
  package static let key = "inclusion"
  /// The value that says chance picked them.
  package static let randomized = "randomized"

  package init(_ analysis: RunAnalysis, delta: Double, options: EvaluationOptions) {
    self.delta = delta
    refusal = Self.refusal(analysis)
    guard refusal == nil else {
      attacks = []
      return
    }
    attacks = analysis.attacks.map {
      Bounds(
        spelling: $0.spelling,
        estimate: EmpiricalEpsilon.estimate(
          $0.evaluation.ranking, clusters: analysis.documents, level: options.level,
          seed: options.seed),
        withDelta: EpsilonWithDelta.estimate(
          $0.evaluation.ranking, delta: delta, clusters: analysis.documents,
          level: options.level, seed: options.seed))
    }
  }

  private static func refusal(_ analysis: RunAnalysis) -> String? {
    let name = analysis.run.name
    let said = analysis.run.details.first { $0.key == key }?.value
    if said == randomized { return tooFew(analysis) }
    if let said {
      return "\(name) says inclusion = \"\(said)\", and only \"\(randomized)\" makes a bound on "
        + "epsilon mean anything: otherwise whatever else tells members apart would count as "
        + "privacy loss."
    }
    if let column = analysis.metadata.column(key) {
      let counted = analysis.scores.labels.indices.filter {
        analysis.isPrimary[$0] && analysis.scores.labels[$0] != .unknown
      }
      if counted.allSatisfy({ column.value($0) == randomized }) { return tooFew(analysis) }
      let others = counted.count { column.value($0) != randomized }
      return "\(others) of the sequences of \(name) do not say meta.inclusion \"\(randomized)\": "
        + "a bound on epsilon needs every member picked by chance."
    }
    return "Nothing says that chance picked the members of \(name), and without that whatever else "
      + "tells them apart would count as privacy loss. If each sequence was trained on or left out "
      + "by a coin toss, write inclusion = \"\(randomized)\" into its [[run]] of experiment.toml, "
      + "or \"inclusion\":\"\(randomized)\" into the meta of every sequence."
  }

  private static func tooFew(_ analysis: RunAnalysis) -> String? {
    guard let first = analysis.attacks.first?.evaluation else { return nil }
    let fewest = EmpiricalEpsilon.fewest
    return min(first.members, first.nonMembers) < fewest
      ? "\(analysis.run.name) has \(NumberFormat.counted(first.members, "member")) and "
        + "\(NumberFormat.counted(first.nonMembers, "non-member")); a "
        + "bound on epsilon takes at least \(fewest) of each, for a half to choose the threshold on "
        + "and a half to judge it by."
      : nil
  }
}
