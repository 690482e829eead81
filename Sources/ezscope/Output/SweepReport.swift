import ArgumentParser
import Basics
import Dashboard
import ScoringCore
import TerminalUI

/// A sweep over the variants of an attack, run by run.
struct SweepReport {
  /// What the best variant is best in.
  enum Criterion: String, CaseIterable, ExpressibleByArgument {
    case auc, tpr

    var selection: VariantSelection.Criterion { self == .auc ? .auc : .tpr }
  }

  let grid: VariantGrid
  let criterion: Criterion
  let options: EvaluationOptions
  let population: Population
  let sweeps: [RunSweep]

  /// Fails if nothing could be chosen in any run, with the first reason.
  func requireSomeChoice() throws(CommandFailure) {
    guard sweeps.allSatisfy({ $0.selection == nil }) else { return }
    throw CommandFailure(
      .badData, "nothing to choose from: " + (sweeps.lazy.compactMap(\.problem).first ?? "no runs"))
  }
}

/// One run's variants.
struct RunSweep {
  let run: Run
  let members: Int
  let nonMembers: Int
  let documents: Int?
  /// How many variants were scored.
  let tried: Int
  /// The choice and its figures; nil where there is none.
  let selection: VariantSelection?
  /// Why there is none.
  let problem: String?
  /// Variants that could not be scored, and why.
  let missing: [(attack: String, reason: String)]

  init(
    _ analysis: RunAnalysis, request: AttackRequest, grid: VariantGrid,
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
    let base = columns.firstIndex { $0.attack == grid.baseline }
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
