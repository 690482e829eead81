import ScoringCore

/// Everything computed for one run: scores, figures and calibrated p-values; never changes.
///
/// Screens hold it by reference and compare it by identity: it may be a million rows long.
package final class RunAnalysis: Sendable {
  package let run: Run
  /// Per-token evidence; nil where only scores are known.
  package let table: EvidenceTable?
  package let scores: ScoreTable
  package let metadata: Metadata
  /// Whether a sequence counts for headline figures.
  package let isPrimary: [Bool]
  /// One entry for each column of `scores`, in the same order.
  package let attacks: [AttackAnalysis]
  /// Attacks that could not be computed, and why.
  package let unavailable: [Unavailable]
  /// Sequences that stand for the population (`meta.population`), which no figure counts.
  package let populationCount: Int
  /// Sequences whose membership nobody knows.
  package let suspectCount: Int
  /// How the suspects differ from the primary non-members besides membership; empty without any.
  package let suspectGuards: [GuardFinding]
  /// What the rows are groups of; nil where each is a sequence.
  package let groups: Groups?

  package init(
    table: EvidenceTable?, scores: ScoreTable, metadata: Metadata, isPrimary: [Bool],
    attacks: [AttackAnalysis], unavailable: [Unavailable], texts: TextGuards = TextGuards(),
    groups: Groups? = nil, suspectGuards: [GuardFinding]? = nil
  ) {
    let population = Set(table?.populationRows ?? [])
    populationCount = population.count
    suspectCount = scores.labels.indices.count {
      scores.labels[$0] == .unknown && !population.contains($0)
    }
    self.groups = groups
    self.suspectGuards =
      suspectGuards
      ?? RunGuards.suspectFindings(
        GuardSubject(
          run: scores.run, table: table, ids: scores.ids, labels: scores.labels,
          isPrimary: isPrimary, metadata: metadata), texts: texts)
    run = scores.run
    self.table = table
    self.scores = scores
    self.metadata = metadata
    self.isPrimary = isPrimary
    self.attacks = attacks
    self.unavailable = unavailable
  }

  package var count: Int { scores.count }

  /// An id per sequence, the same for those of one document; nil where no document has several.
  package var documents: [Int]? { metadata.documents(count: count, isIncluded: isPrimary) }

  /// The column of an attack, by its spelling.
  package func attackIndex(_ spelling: String) -> Int? {
    attacks.firstIndex { $0.spelling == spelling }
  }
}

/// One attack's figures over a run's primary sequences, and each sequence's p-value.
package struct AttackAnalysis: Sendable {
  package let spelling: String
  package let evaluation: AttackEvaluation
  /// Calibrated p-value of every sequence against the primary non-members; empty without any.
  package let pValues: [Double]

  package init(spelling: String, evaluation: AttackEvaluation, pValues: [Double]) {
    self.spelling = spelling
    self.evaluation = evaluation
    self.pValues = pValues
  }
}
