import ScoringCore

/// What inputs hold, for somebody who wants to know before trusting a figure.
package struct EvidenceReport: Sendable {
  /// One column of a run.
  package struct ColumnSummary: Sendable {
    /// The name in evidence files, or an attack's spelling.
    package var name: String
    /// How many sequences have it.
    package var sequences: Int
    /// The smallest finite value.
    package var minimum: Double?
    /// The largest finite value.
    package var maximum: Double?
    /// How many values are infinite.
    package var infinite = 0
  }

  /// One run.
  package struct CheckedRun: Sendable {
    /// What is known of the run.
    package var run: Run
    /// Whether it has scores only.
    package var isScoresOnly: Bool
    /// The number of sequences.
    package var sequences = 0
    /// Of how many of them tokens are kept; nil where scores and tokens are not kept apart.
    package var sequencesWithTokens: Int?
    /// The attacks that all sequences have scores of, where those are kept apart.
    package var scoredAttacks: [String] = []
    /// Sequences by label.
    package var labels: [Label: Int] = [:]
    /// Tokens, first ones included.
    package var tokens = 0
    /// Predicted positions, and how many of them count.
    package var positions = 0
    package var scoredPositions = 0
    /// The fewest and the most tokens of a sequence.
    package var tokenRange: ClosedRange<Int>?
    /// Distinct tokens with a text, and whether their ids are the tokenizer's.
    package var vocabulary = 0
    package var tokenIDsAreOriginal = true
    /// The columns that at least one sequence has.
    package var columns: [ColumnSummary] = []
  }

  /// The files and what they were taken for.
  package var files: [(path: String, format: FileFormat)]
  /// The runs.
  package var runs: [CheckedRun]
  /// Records left out, and oddities.
  package var notes: IngestNotes

  /// Whether nothing was left out.
  package var isClean: Bool { notes.defects.isEmpty }

  /// Looks at everything that was opened.
  package init(_ opened: OpenedExperiment) {
    files = opened.formats.sorted { $0.key < $1.key }.map { (path: $0.key, format: $0.value) }
    notes = opened.notes
    runs = opened.experiment.runs.map { source in
      switch source {
      case .evidence(let table): CheckedRun(table)
      case .scores(let table): CheckedRun(table)
      }
    }
  }
}

extension EvidenceReport.CheckedRun {
  init(_ table: ScoreTable) {
    self.init(run: table.run, isScoresOnly: true)
    sequences = table.count
    for label in table.labels { labels[label, default: 0] += 1 }
    columns = table.columns.map { column in
      var range = RangeOfValues()
      var defined = 0
      for row in 0..<column.count where column.statuses[row].isDefined {
        defined += 1
        range.add(ScoreNames.value(column[row]) ?? .nan)
      }
      return range.summary(column.attack, sequences: defined)
    }
  }

  init(_ table: EvidenceTable) {
    self.init(run: table.run, isScoresOnly: false)
    let source = Experiment.RunSource.evidence(table)
    sequences = source.count
    if let scores = table.scores {
      sequencesWithTokens = table.count
      scoredAttacks = scores.attacks
    }
    for label in source.labels { labels[label, default: 0] += 1 }
    for chunk in table.chunks { addTokens(chunk) }
    let vocabularies = table.chunks.compactMap(\.columns.vocabulary)
    vocabulary = vocabularies.map(\.ids.count).max() ?? 0
    tokenIDsAreOriginal = vocabularies.allSatisfy(\.idsAreOriginal)
    columns = Self.columns(table)
  }

  private mutating func addTokens(_ chunk: EvidenceChunk) {
    guard chunk.columns.tokenOffsets != nil else { return }
    for row in 0..<chunk.count {
      let count = chunk.tokenRange(row).count
      tokens += count
      positions += count - 1
      tokenRange =
        min(
          tokenRange?.lowerBound ?? count, count)...max(
          tokenRange?.upperBound ?? count, count)
    }
    guard let scored = chunk.columns.scored else {
      scoredPositions += chunk.tokenRange(chunk.count - 1).upperBound - chunk.count
      return
    }
    let span = scored.span
    for index in span.indices where span[index] != 0 { scoredPositions += 1 }
  }

  private static func columns(_ table: EvidenceTable) -> [EvidenceReport.ColumnSummary] {
    var columns: [EvidenceReport.ColumnSummary] = []
    func text(_ name: String, _ pick: (EvidenceChunk.Columns) -> TextColumn?) {
      var count = 0
      for chunk in table.chunks {
        guard let column = pick(chunk.columns) else { continue }
        for row in 0..<chunk.count where !column.range(row).isEmpty { count += 1 }
      }
      if count > 0 { columns.append(.init(name: name, sequences: count)) }
    }
    func values<T>(
      _ name: String, _ pick: (EvidenceChunk.Columns) -> Column<T>?,
      perToken: Bool = false, _ number: (T) -> Double?
    ) {
      var range = RangeOfValues()
      var count = 0
      var isThere = false
      for chunk in table.chunks {
        guard let column = pick(chunk.columns) else { continue }
        isThere = true
        let span = column.span
        for row in 0..<chunk.count {
          let part = perToken ? chunk.tokenRange(row) : chunk.positionRange(row)
          // A sequence's first token may be unknown although the others are there.
          guard let some = perToken ? part.last : part.first, number(span[some]) != nil else {
            continue
          }
          count += 1
          for index in part { range.add(number(span[index]) ?? .nan) }
        }
      }
      if isThere { columns.append(range.summary(name, sequences: count)) }
    }
    text("text", \.texts)
    text("meta", \.metas)
    text("extra", \.extras)
    text("continuations", \.continuations)
    values("token_ids", \.tokenIDs, perToken: true) { $0 < 0 ? nil : Double($0) }
    values("scored", \.scored) { Double($0) }
    let models: [(String, KeyPath<EvidenceChunk.Columns, ModelColumns>)] = [
      ("target", \.target), ("reference", \.reference),
    ]
    for (name, path) in models {
      func float(_ value: Float) -> Double? { value.isNaN ? nil : Double(value) }
      values(name + ".logprobs", { $0[keyPath: path].logprobs }, float)
      values(name + ".ranks", { $0[keyPath: path].ranks }) { $0 < 1 ? nil : Double($0) }
      values(name + ".top1_ids", { $0[keyPath: path].top1IDs }) { $0 < 0 ? nil : Double($0) }
      values(name + ".top1_logprobs", { $0[keyPath: path].top1Logprobs }, float)
      let weighted = table.chunks.allSatisfy { $0.columns[keyPath: path].momentsAreWeighted }
      let suffix = weighted ? "" : "_unweighted"
      values(name + ".logprob_means" + suffix, { $0[keyPath: path].logprobMeans }, float)
      values(name + ".logprob_stds" + suffix, { $0[keyPath: path].logprobStds }, float)
    }
    return columns
  }
}

/// The range of some values.
private struct RangeOfValues {
  private var low = Double.infinity
  private var high = -Double.infinity
  private var infinite = 0

  mutating func add(_ value: Double) {
    if value.isInfinite {
      infinite += 1
    } else if !value.isNaN {
      low = min(low, value)
      high = max(high, value)
    }
  }

  func summary(_ name: String, sequences: Int) -> EvidenceReport.ColumnSummary {
    .init(
      name: name, sequences: sequences, minimum: low <= high ? low : nil,
      maximum: low <= high ? high : nil, infinite: infinite)
  }
}
