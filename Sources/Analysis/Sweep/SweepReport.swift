import Basics
import ScoringCore

/// A sweep over the variants of an attack, run by run.
package struct SweepReport {
  /// What the best variant is best in.
  package enum Criterion: String, CaseIterable, Sendable {
    case auc, tpr

    package var selection: VariantSelection.Criterion { self == .auc ? .auc : .tpr }
  }

  /// The names of the parameters that vary.
  package let parameters: [String]
  package let criterion: Criterion
  package let options: EvaluationOptions
  package let population: Population
  package let sweeps: [RunSweep]

  package init(
    parameters: [String], criterion: Criterion, options: EvaluationOptions, population: Population,
    sweeps: [RunSweep]
  ) {
    self.parameters = parameters
    self.criterion = criterion
    self.options = options
    self.population = population
    self.sweeps = sweeps
  }
}

/// One run's variants.
package struct RunSweep {
  package let run: Run
  package let members: Int
  package let nonMembers: Int
  package let documents: Int?
  /// How many variants were scored.
  package let tried: Int
  /// The choice and its figures; nil where there is none.
  package let selection: VariantSelection?
  /// Why there is none.
  package let problem: String?
  /// Variants that could not be scored, and why.
  package let missing: [(attack: String, reason: String)]

  package init(
    _ analysis: RunAnalysis, request: AttackRequest, baseline: String,
    criterion: SweepReport.Criterion, options: EvaluationOptions
  ) {
    run = analysis.run
    let counted = zip(analysis.scores.labels, analysis.isPrimary).lazy.filter(\.1).map(\.0)
    let (members, nonMembers) = (
      counted.count { $0 == .member }, counted.count { $0 == .nonMember }
    )
    (self.members, self.nonMembers) = (members, nonMembers)
    let columns = analysis.scores.columns
    tried = columns.count
    documents = analysis.documents.map { Set($0).count }
    missing = request.missing(
      from: columns.map(\.attack), unavailable: analysis.unavailable,
      isScoreFile: analysis.table == nil)
    let base = columns.firstIndex { $0.attack == baseline }
    selection =
      columns.count < 2
      ? nil
      : VariantSelection(
        columns, labels: analysis.scores.labels, isIncluded: analysis.isPrimary,
        clusters: analysis.documents, baseline: base ?? 0, criterion: criterion.selection,
        options: options)
    let fewest = VariantSelection.fewest
    problem =
      selection != nil
      ? nil
      : columns.count < 2
        ? "\(run.name) has \(columns.count) of the variants"
          + (missing.first.map { ": " + $0.reason } ?? "")
        : "\(run.name) has \(NumberFormat.counted(members, "member")) and "
          + "\(NumberFormat.counted(nonMembers, "non-member")); halves take at least "
          + "\(fewest) of each"
  }
}
