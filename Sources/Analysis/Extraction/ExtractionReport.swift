import Basics
import ScoringCore

/// What models reproduce of their training data when asked to go on, ready to be written.
package struct ExtractionReport {
  /// How figures are computed.
  package struct Settings {
    /// The `meta` keys that get rows of their own.
    package var keys: [String] = ["duplicates", "family"]
    /// Whether somebody named the keys, so that one that nobody has is worth a word.
    package var keysAreAskedFor = false
    package var level = 0.95
    package var replicates = 1000
    package var seed: UInt64 = 1
    /// How many sequences to show in full.
    package var shown = 0
    /// What prefix, suffix and windows have of figures that need no continuations.
    package var windows = ExtractionSettings()

    package init() {}
  }

  package let settings: Settings
  package let runs: [RunExtraction]

  package init(settings: Settings, runs: [RunExtraction]) {
    self.settings = settings
    self.runs = runs
  }
}

/// What one run reproduces.
package struct RunExtraction {
  package let run: Run
  package let decodings: [DecodingReport]
  package let exposures: [CanaryExposures]
  /// What ranks and log-probabilities alone tell; nil without them.
  package let teacherForced: TeacherForcedExtraction?
  package let examples: [ContinuationExample]
  /// What is missing or must be known to read the figures, in sentences.
  package let remarks: [String]

  package static let remedy =
    "let the model continue the first tokens of each text, members and non-members alike, and "
    + "export what it writes as continuations"

  package init(_ input: RunInput, settings: ExtractionReport.Settings) {
    run = input.run
    guard case .evidence(let table) = input.source else {
      (decodings, exposures, examples, teacherForced) = ([], [], [], nil)
      remarks = ["Only scores are known of this run: continuations are part of evidence files."]
      return
    }
    let metadata = input.annotations.metadata
    let canaries = input.annotations.canaries
    let reading = input.annotations.continuations
    let reproductions = DecodingReproductions.all(of: reading.table)
    let isCanary = Set(canaries.map(\.sequence))
    decodings = reproductions.map {
      DecodingReport($0, table, metadata, isCanary: isCanary, settings: settings)
    }
    exposures = CanaryMeasure.allCases.compactMap { CanaryExposures(canaries, by: $0, in: table) }
    teacherForced = TeacherForcedExtraction(
      table, metadata, canaries: isCanary, keys: settings.keys, settings: settings.windows,
      level: settings.level)
    examples = ContinuationExample.worst(
      settings.shown, of: reproductions, reading.table, table)
    remarks =
      Self.remarks(reading, metadata, canaries, hasExposure: !exposures.isEmpty)
      + Self.absentKeys(settings, metadata)
  }

  /// Keys that were asked for by name and that no sequence has.
  private static func absentKeys(_ settings: ExtractionReport.Settings, _ metadata: Metadata)
    -> [String]
  {
    guard settings.keysAreAskedFor else { return [] }
    let known = metadata.columns.map(\.key)
    let present = known.isEmpty ? "there is no meta" : "there are: " + known.joined(separator: ", ")
    return settings.keys.filter { metadata.column($0) == nil }.map { key in
      let hint = nearestWord(to: key, in: known).map { " (did you mean '\($0)'?)" } ?? ""
      return "No sequence has meta.\(key)\(hint); \(present)."
    }
  }

  private static func remarks(
    _ reading: ContinuationReading, _ metadata: Metadata, _ canaries: [Canary],
    hasExposure: Bool
  ) -> [String] {
    var lines: [String] = []
    if reading.table.isEmpty, reading.unreadable == nil {
      lines.append("There are no continuations: \(remedy).")
    }
    if let unreadable = reading.unreadable {
      lines.append(
        "Sequences whose continuations cannot be read and are left out: \(unreadable.count) "
          + "(\(unreadable.summary)); first: \(unreadable.first).")
    }
    if reading.table.misaligned > 0 {
      lines.append(
        "\(NumberFormat.count(reading.table.misaligned)) continuations name a true suffix that "
          + "is not what their sequence says after the prefix: they were made from other texts or "
          + "with another tokenizer, and their figures mean nothing. Generate them again.")
    }
    if metadata.column("document") != nil {
      lines.append(
        "Sequences share documents (meta.document), which these intervals do not allow for.")
    }
    if !canaries.isEmpty, !hasExposure {
      lines.append(
        "Exposure needs canaries that were trained on (members), canaries that were not "
          + "(non-members), and target.logprobs.")
    }
    return lines
  }
}

/// One decoding of a run.
package struct DecodingReport {
  /// Sequences with something in common.
  package struct Row {
    /// `members`, `non-members`, `unknown`, `canaries` or `control canaries`.
    package let group: String
    /// The `meta` key and value that they share; nil for the whole group.
    package let slice: (key: String, value: String)?
    package let rates: ExtractionRates
  }

  package let decoding: String
  package let units: [Reproduction.Unit: Int]
  package let withoutSuffix: Int
  package let rows: [Row]
  package let curves: [SimilarityCurve]
  /// That of members; empty unless sequences have several continuations.
  package let discoverability: [Discoverability]

  package init(
    _ found: DecodingReproductions, _ table: EvidenceTable, _ metadata: Metadata,
    isCanary: Set<Int>, settings: ExtractionReport.Settings
  ) {
    decoding = found.decoding
    units = found.units
    withoutSuffix = found.withoutSuffix
    let byGroup = Dictionary(grouping: found.rows) { row in
      SequenceGroup.name(table.label(row.sequence), isCanary: isCanary.contains(row.sequence))
    }
    rows = SequenceGroup.names.flatMap { group -> [Row] in
      guard let members = byGroup[group] else { return [] }
      func row(_ slice: (key: String, value: String)?, _ part: [SequenceReproduction]) -> Row {
        Row(
          group: group, slice: slice,
          rates: ExtractionRates(
            part, level: settings.level, replicates: settings.replicates, seed: settings.seed))
      }
      return [row(nil, members)]
        + settings.keys.filter { $0 == "duplicates" || !group.hasSuffix("canaries") }.flatMap {
          key in
          Self.slices(members, metadata.column(key)).map { row((key, $0.value), $0.rows) }
        }
    }
    let members = byGroup["members"] ?? []
    curves = SimilarityCurve.all(
      members: members, nonMembers: byGroup["non-members"] ?? [], level: settings.level)
    discoverability =
      members.allSatisfy { $0.samples < 2 }
      ? []
      : [1, 10, 100].flatMap { tries in
        [0.1, 0.5, 0.9].map {
          Discoverability(members, tries: tries, chance: $0, level: settings.level)
        }
      }
  }

  /// The rows of each value of a key, numbers in order; none where all share one value.
  private static func slices(
    _ rows: [SequenceReproduction], _ column: Metadata.Column?
  ) -> [(value: String, rows: [SequenceReproduction])] {
    guard let column else { return [] }
    let known = rows.filter { column.value($0.sequence) != nil }
    let byValue = Dictionary(grouping: known) { column.value($0.sequence) ?? "" }
    guard byValue.count > 1 else { return [] }
    return byValue.sorted { Self.comesBefore($0.key, $1.key) }.map { ($0.key, $0.value) }
  }

  /// Numbers by size before words by spelling.
  package static func comesBefore(_ left: String, _ right: String) -> Bool {
    switch (Double(left), Double(right)) {
    case (let a?, let b?): a < b
    case (.some, nil): true
    case (nil, .some): false
    default: left < right
    }
  }
}
