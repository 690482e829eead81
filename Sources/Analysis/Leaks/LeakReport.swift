import Basics
import ScoringCore

/// What text each run gives away, ready to be written.
package struct LeakReport {
  /// How spans are found and summed up.
  package struct Settings {
    package var leaks = LeakSettings()
    /// The `meta` keys whose values get rates of their own.
    package var keys = ["duplicates", "family"]
    /// Only spans whose sequence is named at this false-discovery rate; nil for all.
    package var falseDiscoveryRate: Double?
    /// The `meta` key by whose values sequences are put together; nil for none.
    package var ledgerKey: String?
    /// The most spans to list of a run; nil for all.
    package var top: Int?
    /// The coverage of shares' intervals.
    package var level = 0.95

    package init() {}
  }

  package let settings: Settings
  package let runs: [RunLeaks]

  package init(settings: Settings, runs: [RunLeaks]) {
    self.settings = settings
    self.runs = runs
  }
}

/// What one run gives away.
package struct RunLeaks {
  package let run: Run
  /// The evidence; nil where only scores are known.
  package let table: EvidenceTable?
  /// Nil where the evidence is missing; `remarks` says which.
  package let leaks: Leaks?
  /// The spans that were asked for, those that cost least first.
  package let spans: [LeakSpan]
  /// How many more there are.
  package let unlisted: Int
  /// Sequences that have any of them, listed or not.
  package let leaking: Int
  /// Rates by group of sequences.
  package let groups: [Group]
  /// What each value of the ledger's key holds; empty unless one was asked for.
  package let ledger: [LedgerEntry]
  /// What is missing or must be known to read the figures, in sentences.
  package let remarks: [String]

  /// How many sequences of a kind leak.
  package struct Group {
    /// `members`, `non-members`, `unknown`, `canaries` or `control canaries`.
    package let name: String
    /// The `meta` key and value that they share; nil for the whole group.
    package let slice: (key: String, value: String)?
    /// Those with a span, of all of them.
    package let sequences: Proportion
    /// Their spans.
    package let spans: Int
    /// Those whose best span is better than that of every non-member calibrated on.
    package let aboveAll: Proportion
  }

  /// Everything of one document or data subject.
  package struct LedgerEntry {
    /// The value of the ledger's key.
    package let value: String
    /// Its sequences in order, each with its worst span.
    package let records: [(sequence: Int, spans: Int, worst: LeakSpan?)]
    /// The chance of a span as good in any of so many sequences like the non-members (Bonferroni).
    package let pValue: Double

    /// Sequences with a span.
    package var leaking: Int { records.count { $0.worst != nil } }
  }

  /// Finds a run's leaks; nil if cancelled.
  package init?(
    _ input: RunInput, settings: LeakReport.Settings, isCancelled: @Sendable () -> Bool = { false }
  ) {
    run = input.run
    guard case .evidence(let table) = input.source else {
      (table, leaks, spans, groups, ledger) = (nil, nil, [], [], [])
      (unlisted, leaking) = (0, 0)
      remarks = ["Only scores are known of this run: spans are read off per-token evidence."]
      return
    }
    self.table = table
    let metadata = input.annotations.metadata
    let isPrimary = metadata.primary(input.primary, count: table.count)
    let everyone = [Bool](repeating: true, count: table.count)
    let found: Leaks
    do throws(MissingEvidence) {
      guard
        let leaks = try Leaks.find(
          in: table, settings: settings.leaks, isCalibrating: isPrimary,
          clusters: metadata.documents(count: table.count, isIncluded: everyone),
          isCancelled: isCancelled)
      else { return nil }
      found = leaks
    } catch {
      (leaks, spans, groups, ledger) = (nil, [], [], [])
      (unlisted, leaking) = (0, 0)
      remarks = ["\(error.description)."]
      return
    }
    leaks = found
    let named = found.spans.filter { span in
      settings.falseDiscoveryRate.map { span.falseDiscoveryRate <= $0 } ?? true
    }
    spans = settings.top.map { Array(named.prefix($0)) } ?? named
    unlisted = named.count - spans.count
    leaking = Set(named.map(\.sequence)).count
    let canaries = Set(input.annotations.canaries.map(\.sequence))
    groups = Self.groups(found, table, metadata, canaries, settings)
    ledger = settings.ledgerKey.map { Self.ledger(found, metadata.column($0)) } ?? []
    remarks = Self.remarks(found, table, metadata, settings)
  }

  private static func groups(
    _ leaks: Leaks, _ table: EvidenceTable, _ metadata: Metadata, _ canaries: Set<Int>,
    _ settings: LeakReport.Settings
  ) -> [Group] {
    let population = Set(table.populationRows)
    let rows = (0..<table.count).filter { !population.contains($0) }
    return SequenceGroup.split(rows, table, canaries: canaries).flatMap { group -> [Group] in
      func entry(_ slice: (key: String, value: String)?, _ rows: [Int]) -> Group {
        let rate = leaks.rate(of: rows, level: settings.level)
        let most = leaks.calibrationBits.last ?? .infinity
        let above = rows.count { leaks.bestBits[$0] > most }
        return Group(
          name: group.name, slice: slice, sequences: rate.sequences, spans: rate.spans,
          aboveAll: Proportion(above, of: rows.count, level: settings.level))
      }
      let keys = settings.keys.filter { $0 == "duplicates" || !group.isCanaries }
      return [entry(nil, group.rows)]
        + keys.flatMap { key in
          SequenceGroup.slices(group.rows, metadata.column(key)).map {
            entry((key, $0.value), $0.rows)
          }
        }
    }
  }

  private static func ledger(_ leaks: Leaks, _ column: Metadata.Column?) -> [LedgerEntry] {
    guard let column else { return [] }
    let spans = Dictionary(grouping: leaks.spans, by: \.sequence)
    let rows = Dictionary(
      grouping: column.codes.indices.filter { column.codes[$0] >= 0 }, by: { column.codes[$0] })
    return rows.map { code, rows in
      let records = rows.map { row in
        let own = spans[row] ?? []
        return (
          sequence: row, spans: own.count,
          worst: own.max { $0.referenceBits < $1.referenceBits }
        )
      }
      let best = records.compactMap { $0.worst?.pValue }.min() ?? 1
      return LedgerEntry(
        value: column.values[Int(code)], records: records,
        pValue: min(1, best * Double(rows.count)))
    }
    .sorted { ($0.pValue, -$0.leaking, $0.value) < ($1.pValue, -$1.leaking, $1.value) }
  }

  private static func remarks(
    _ leaks: Leaks, _ table: EvidenceTable, _ metadata: Metadata, _ settings: LeakReport.Settings
  ) -> [String] {
    var lines: [String] = []
    if leaks.withoutEvidence > 0 {
      lines.append(
        "\(NumberFormat.counted(leaks.withoutEvidence, "sequence")) without the evidence or without "
          + "a predicted position left out.")
    }
    if leaks.nearDuplicates > 0 {
      let share = NumberFormat.rate(settings.leaks.versionShare)
      let one = leaks.nearDuplicates == 1
      lines.append(
        "\(NumberFormat.counted(leaks.nearDuplicates, "sequence")) nearly "
          + "\(one ? "repeats" : "repeat") another that may leak (\(share) of their n-grams or more) "
          + "and \(one ? "counts" : "count") as one record with it.")
    }
    if leaks.calibrationCount == 0 {
      lines.append(
        "There are no non-members, so nothing says how good a span chance makes: every p is 1. "
          + "Export sequences that were not trained on as well.")
    } else if let rate = settings.falseDiscoveryRate, leaks.testedCount > 0,
      leaks.smallestP * Double(leaks.testedCount)
        / Double(max(1, leaks.bestBits.count { $0 > 0 })) > rate
    {
      lines.append(
        "With \(NumberFormat.counted(leaks.calibrationCount, "non-member")) and so few sequences "
          + "with a span nothing can be named at a false-discovery rate of "
          + "\(NumberFormat.rate(rate)); bring more non-members.")
    }
    for key in settings.keys + [settings.ledgerKey].compactMap({ $0 })
    where metadata.column(key) == nil && key != "duplicates" && key != "family" {
      let known = metadata.columns.map(\.key)
      let hint = nearestWord(to: key, in: known).map { " (did you mean '\($0)'?)" } ?? ""
      lines.append("No sequence has meta.\(key)\(hint).")
    }
    return lines
  }
}
