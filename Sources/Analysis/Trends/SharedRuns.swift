import Basics
import ScoringCore

/// Runs brought to the sequences all of them hold.
package struct SharedRuns {
  /// A run with a value or a score for each shared sequence.
  package struct Column {
    package let run: Run
    /// Empty where the figure is of continuations.
    package let scores: [Score]
    /// A value per sequence with tokens, which come first; empty where the figure is of scores.
    ///
    /// NaN where a sequence has no continuation or is too short.
    package let values: [Double]
    /// The figure over all sequences of the run; nil where all runs hold the same, and where levels
    /// are parts of a run.
    package var own: Own?
  }

  /// A run's figure over all of its sequences, which other runs need not hold.
  package struct Own: Sendable {
    package let value: Double
    package let interval: Interval?
    package let members: Int
    package let nonMembers: Int
  }

  package let columns: [Column]
  /// Runs that cannot take part, and why.
  package let leftOut: [(run: String, reason: String)]
  /// The number of shared sequences.
  package let count: Int
  package let labels: [Label]
  package let isPrimary: [Bool]
  package let isCanary: [Bool]
  /// The value of `meta.duplicates` or `meta.family` where levels are taken from it.
  package let slice: [String?]
  /// An id per sequence, the same within a document; nil without documents.
  package let clusters: [Int]?
  /// Sequences of some run that not all hold, or that runs label differently.
  package let dropped: Int
  /// Members too short for what the figure is of.
  package let tooShort: Int

  package init(
    _ inputs: [RunInput], request: AttackRequest, settings: TrendsReport.Settings,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(AnalysisError) {
    let facts = SequenceFacts(inputs)
    let (kept, leftOut) = Self.candidates(inputs, facts, request, settings, progress)
    guard let first = kept.first else {
      let reason = leftOut.first.map { "\($0.run): \($0.reason)" } ?? "there are no runs"
      throw AnalysisError(.noFigures, "no run has a place in this trend; \(reason)")
    }
    let rows = Self.sharedRows(kept, settings)
    guard !rows.isEmpty else {
      throw AnalysisError(
        .runsDoNotFit,
        "the runs \(kept.map(\.input.run.name).joined(separator: ", ")) share no sequences; "
          + "runs are joined by id, pick some that go together")
    }
    var columns = kept.enumerated().map { number, entry in
      Column(
        run: entry.input.run,
        scores: entry.column.scores.isEmpty ? [] : rows.map { entry.column.scores[$0[number]] },
        values: entry.column.values.isEmpty ? [] : rows.map { entry.column.values[$0[number]] })
    }
    if !settings.axis.isSlice {
      for (number, entry) in kept.enumerated() where entry.input.ids.count > rows.count {
        columns[number].own = Self.own(entry.input, entry.column, facts, settings)
      }
    }
    self.columns = columns
    let ids = rows.map { first.input.ids[$0[0]] }
    self.leftOut = leftOut
    count = rows.count
    labels = rows.map { first.input.labels[$0[0]] }
    isPrimary = ids.map { settings.population == .all || facts.isPrimary($0) }
    isCanary = ids.map { facts.canaries.contains($0) }
    slice = ids.map { facts.value(of: settings.axis, $0) }
    clusters = facts.clusters(ids)
    dropped = (kept.map(\.input.ids.count).max() ?? 0) - rows.count
    let members = labels.indices.filter { [labels] in labels[$0] == .member }
    tooShort =
      settings.figure == .discoverable
      ? members.count { row in columns.contains { $0.values[row].isNaN } } : 0
  }

  /// A run that has a place, with its column over all sequences of its own.
  private typealias Candidate = (input: RunInput, column: Column)

  /// The runs that have a place, and those that have none, with the reason.
  private static func candidates(
    _ inputs: [RunInput], _ facts: SequenceFacts, _ request: AttackRequest,
    _ settings: TrendsReport.Settings, _ progress: (_ done: Int, _ total: Int) -> Void
  ) -> (kept: [Candidate], leftOut: [(run: String, reason: String)]) {
    var kept: [Candidate] = []
    var leftOut: [(run: String, reason: String)] = []
    for input in inputs {
      progress(kept.count + leftOut.count, inputs.count)
      do throws(Missing) {
        try requireLevel(input.run, settings)
        try requireSeen(input)
        kept.append((input, try column(input, request, settings)))
      } catch {
        leftOut.append((input.run.name, error.reason))
      }
    }
    if settings.axis.isSlice {
      let lacking = kept.filter { !facts.hasLevels(settings.axis, $0.input.ids) }
      leftOut += lacking.map {
        ($0.input.run.name, "its sequences do not differ in meta.\(settings.axis.rawValue)")
      }
      kept.removeAll { entry in lacking.contains { $0.input.run.name == entry.input.run.name } }
    }
    let twins = Self.twins(kept.map(\.column))
    leftOut += twins.map { (kept[$0.key].column.run.name, $0.value) }.sorted { $0.0 < $1.0 }
    return (kept.indices.filter { twins[$0] == nil }.map { kept[$0] }, leftOut)
  }

  /// The sequences that all runs hold under one label, by their rows in each.
  private static func sharedRows(
    _ kept: [Candidate], _ settings: TrendsReport.Settings
  ) -> [[Int]] {
    guard let first = kept.first else { return [] }
    let indexes = kept.map { IDIndex($0.input.ids) }
    return (0..<first.input.ids.count).compactMap { row in
      let id = first.input.ids[row]
      let places = indexes.compactMap { $0.row(of: id) }
      guard places.count == kept.count else { return nil }
      let labels = Set(zip(kept, places).map { $0.input.labels[$1] })
      let isKnown = zip(kept, places).allSatisfy { entry, place in
        let values = entry.column.values
        return settings.figure.needsScores
          || place < values.count && !(settings.figure.needsContinuations && values[place].isNaN)
      }
      return labels.count == 1 && isKnown ? places : nil
    }
  }

  /// A run's figure over its own sequences, with the interval that `evaluate` gives it.
  private static func own(
    _ input: RunInput, _ column: Column, _ facts: SequenceFacts, _ settings: TrendsReport.Settings
  ) -> Own? {
    guard !settings.figure.needsContinuations else { return nil }
    let rows = (0..<input.ids.count).filter {
      settings.population == .all || facts.isPrimary(input.ids[$0])
    }
    guard settings.figure.needsScores else {
      return own(input, column.values, rows.filter { $0 < column.values.count }, settings)
    }
    let ranking = Ranking(scores: column.scores, labels: input.labels, rows: rows)
    guard let roc = ROC(ranking) else { return nil }
    let clusters = facts.clusters((0..<input.ids.count).map { input.ids[$0] })
    switch settings.figure {
    case .tpr:
      guard let point = roc.operatingPoint(fpr: settings.fpr) else { return nil }
      return Own(
        value: point.tpr,
        interval: clusters == nil ? roc.tprInterval(fpr: settings.fpr, level: settings.level) : nil,
        members: ranking.memberCount, nonMembers: ranking.nonMemberCount)
    default:
      let area = DeLong.estimate(ranking, level: settings.level, clusters: clusters)
      return area.map {
        Own(
          value: $0.auc, interval: $0.interval, members: ranking.memberCount,
          nonMembers: ranking.nonMemberCount)
      }
    }
  }

  /// A run's leaks or discoverable members over its own sequences, with an exact interval.
  private static func own(
    _ input: RunInput, _ values: [Double], _ rows: [Int], _ settings: TrendsReport.Settings
  ) -> Own? {
    let members = rows.filter { input.labels[$0] == .member && !values[$0].isNaN }
    let sum = members.reduce(0) { $0 + values[$1] }
    guard !members.isEmpty else { return nil }
    let isRate = settings.figure == .leaks
    let (count, events) = (members.count, Int(saturating: sum))
    return Own(
      value: (isRate ? 1000 : 1) * sum / Double(count),
      interval: isRate
        ? .poisson(events: events, of: count, per: 1000, level: settings.level)
        : .clopperPearson(successes: events, of: count, level: settings.level),
      members: count, nonMembers: 0)
  }

  /// Runs of one method and reference that another scores just like, by their place, and why they go.
  ///
  /// They are one model under two names, which would count twice.
  private static func twins(_ columns: [Column]) -> [Int: String] {
    var found: [Int: String] = [:]
    for (place, column) in columns.enumerated() where !column.scores.isEmpty {
      let twin = columns[..<place].first { other in
        other.run.method == column.run.method && other.run.epoch == column.run.epoch
          && other.run.reference == column.run.reference && other.scores == column.scores
      }
      if let twin { found[place] = "it gives every sequence the score that \(twin.run.name) does" }
    }
    return found
  }

  /// Why a run has no place.
  private struct Missing: Error { let reason: String }

  /// Of a run within its first epoch some members are non-members to it, and others are not.
  private static func requireSeen(_ input: RunInput) throws(Missing) {
    let subject = GuardSubject(
      run: input.run, table: nil, ids: input.ids, labels: input.labels,
      isPrimary: Array(repeating: true, count: input.count),
      metadata: input.annotations.metadata)
    if let reason = subject.unseenMembers.refusal { throw Missing(reason: reason) }
  }

  private static func requireLevel(
    _ run: Run, _ settings: TrendsReport.Settings
  ) throws(Missing) {
    if settings.isAgainstLoss {
      guard run.method?.family != .control else { throw Missing(reason: "it is a control") }
      guard run.validationLoss != nil else {
        throw Missing(reason: "experiment.toml does not give its validation_loss")
      }
    }
    let axis = settings.axis
    let isKnown =
      switch axis {
      case .epoch: run.epoch != nil
      case .modelParameters: (run.parameters ?? 0) > 0
      case .method, .methodFamily: run.method != nil
      case .duplicates, .family: true
      }
    let key = axis == .modelParameters ? "parameters" : axis == .epoch ? "epoch" : "method"
    guard isKnown else { throw Missing(reason: "experiment.toml does not give its \(key)") }
  }

  private static func column(
    _ input: RunInput, _ request: AttackRequest, _ settings: TrendsReport.Settings
  ) throws(Missing) -> Column {
    guard settings.figure.needsScores else {
      let values =
        settings.figure.needsContinuations
        ? try continued(input, settings.figure) : try extracted(input, settings)
      return Column(run: input.run, scores: [], values: values)
    }
    switch input.source {
    case .scores(let table):
      guard let column = table.column(settings.attack) else {
        throw Missing(reason: "the score file has no column \(settings.attack)")
      }
      return Column(run: input.run, scores: (0..<column.count).map { column[$0] }, values: [])
    case .evidence(let table):
      var columns: [ScoreColumn]?
      do throws(MissingEvidence) {
        columns =
          table.scores == nil
          ? try Scorer(request.attacks, for: table).scores()
          : table.keptColumns([settings.attack])?.columns
      } catch {
        throw Missing(reason: error.description)
      }
      guard let column = columns?.first else {
        throw Missing(
          reason: table.scores == nil
            ? "\(settings.attack) is no attack; only score files have it"
            : "the score file has no column \(settings.attack)")
      }
      return Column(run: input.run, scores: (0..<column.count).map { column[$0] }, values: [])
    }
  }

  /// Leaked spans of each sequence, or 1 where its suffix is discoverable, 0 where not, NaN where it
  /// is too short.
  private static func extracted(
    _ input: RunInput, _ settings: TrendsReport.Settings
  ) throws(Missing) -> [Double] {
    guard case .evidence(let table) = input.source else {
      throw Missing(reason: "only scores are known, no tokens with ranks and log-probabilities")
    }
    guard settings.figure == .leaks else {
      guard table.available.contains(.target),
        let measures = ExtractionMeasures(table, settings: settings.windows)
      else { throw Missing(reason: "it has no target.logprobs") }
      let draws = (0..<table.count).map { measures.log2Draws($0) }
      guard draws.contains(where: { !$0.isNaN }) else {
        throw Missing(
          reason: "no sequence has the \(settings.windows.prefix + settings.windows.suffix) tokens "
            + "of prefix and suffix; choose shorter ones")
      }
      return draws.map { $0.isNaN ? .nan : $0 <= settings.log2Draws ? 1 : 0 }
    }
    let metadata = input.annotations.metadata
    let everyone = [Bool](repeating: true, count: table.count)
    do throws(MissingEvidence) {
      let leaks = try Leaks.find(
        in: table, settings: settings.leaks,
        clusters: metadata.documents(count: table.count, isIncluded: everyone))
      return leaks?.spanCounts(of: table.count) ?? []
    } catch {
      throw Missing(reason: error.description)
    }
  }

  /// A value per sequence from its greedy continuations, or of the first decoding without any.
  private static func continued(
    _ input: RunInput, _ figure: TrendFigure
  ) throws(Missing) -> [Double] {
    guard case .evidence = input.source else {
      throw Missing(reason: "only scores are known, no continuations")
    }
    let continuations = input.annotations.continuations.table
    guard let found = DecodingReproductions.all(of: continuations).first else {
      throw Missing(reason: "it has no continuations; " + RunExtraction.remedy)
    }
    var values = [Double](repeating: .nan, count: input.count)
    for row in found.rows {
      values[row.sequence] =
        switch figure {
        case .verbatim: row.verbatim > 0 ? 1 : 0
        case .nearVerbatim: row.nearVerbatim > 0 ? 1 : 0
        default: row.rougeL
        }
    }
    return values
  }
}
