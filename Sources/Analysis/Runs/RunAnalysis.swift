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
  package let unavailable: [MissingEvidence]
  /// Sequences that stand for the population (`meta.population`), which no figure counts.
  package let populationCount: Int
  /// Sequences whose membership nobody knows.
  package let suspectCount: Int
  /// How the suspects differ from the primary non-members besides membership; empty without any,
  /// nil while nobody has looked.
  package let suspectGuards: [GuardFinding]?
  /// Spellings of the attacks that can be had, whether they are among `attacks` yet or not.
  package let available: [String]
  /// Whether all figures are there, with the intervals that were asked for.
  package let isComplete: Bool
  /// What the rows are groups of; nil where each is a sequence.
  package let groups: Groups?
  /// Attacks under which a score file says otherwise than the tokens kept beside it.
  package let mismatches: [ScoreMismatch]

  package init(
    table: EvidenceTable?, scores: ScoreTable, metadata: Metadata, isPrimary: [Bool],
    attacks: [AttackAnalysis], unavailable: [MissingEvidence], available: [String],
    isComplete: Bool, suspectGuards: [GuardFinding]? = nil, groups: Groups? = nil,
    mismatches: [ScoreMismatch] = []
  ) {
    self.mismatches = mismatches
    let population = Set(table?.populationRows ?? [])
    populationCount = population.count
    let suspects = scores.labels.indices.count {
      scores.labels[$0] == .unknown && !population.contains($0)
    }
    suspectCount = suspects
    self.suspectGuards = suspects == 0 ? [] : suspectGuards
    self.available = available
    self.isComplete = isComplete
    self.groups = groups
    run = scores.run
    self.table = table
    self.scores = scores
    self.metadata = metadata
    self.isPrimary = isPrimary
    self.attacks = attacks
    self.unavailable = unavailable
  }

  /// The same run, with a look at how its suspects differ from its non-members.
  package func lookingAtSuspects(_ texts: TextGuards) -> RunAnalysis {
    guard suspectGuards == nil else { return self }
    return RunAnalysis(
      table: table, scores: scores, metadata: metadata, isPrimary: isPrimary, attacks: attacks,
      unavailable: unavailable, available: available, isComplete: isComplete,
      suspectGuards: RunGuards.suspectFindings(guardSubject, texts: texts),
      mismatches: mismatches)
  }

  /// The same run with attacks of an earlier analysis beside its own, `most` in all.
  ///
  /// - Parameter available: the attacks that can be had; nil if the earlier analysis knows.
  func joined(with earlier: RunAnalysis?, most: Int, available: [String]?) -> RunAnalysis {
    let own = Set(scores.columns.map(\.attack))
    let others = (earlier?.scores.columns ?? []).indices.filter { index in
      !own.contains(earlier?.scores.columns[index].attack ?? "")
    }.prefix(max(0, most - own.count))
    let columns = others.compactMap { earlier?.scores.columns[$0] }
    let figures = others.compactMap { earlier?.attacks[$0] }
    let names = available ?? earlier?.available ?? []
    return RunAnalysis(
      table: table,
      scores: ScoreTable(
        run: scores.run, ids: scores.ids, labels: scores.labels, columns: scores.columns + columns),
      metadata: metadata, isPrimary: isPrimary, attacks: attacks + figures,
      unavailable: unavailable, available: names.isEmpty ? self.available : names,
      isComplete: isComplete, suspectGuards: suspectGuards ?? earlier?.suspectGuards,
      mismatches: mismatches)
  }

  package var count: Int { scores.count }

  /// How many sequences have scores and no tokens, where some have tokens.
  package var countWithoutTokens: Int { table == nil ? 0 : count - (table?.count ?? 0) }

  /// Whether the tokens of a sequence are kept.
  package func hasTokens(_ row: Int) -> Bool { table.map { row < $0.count } ?? false }

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
