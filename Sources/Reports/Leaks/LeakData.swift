import Analysis
import ScoringCore
import TerminalUI

extension RedactedLeaks {
  /// The document scripts read.
  package var json: JSON {
    let settings = report.settings
    return .object([
      ("version", .int(1)),
      (
        "settings",
        .object([
          ("decoder", .string(settings.leaks.decoder.rawValue)),
          (
            "budget_bits",
            settings.leaks.decoder == .greedy ? .null : .number(settings.leaks.budget)
          ),
          ("reference_bits", .number(settings.leaks.referenceBits)),
          ("shared_tokens", .int(settings.leaks.sharedLength)),
          ("same_record", .number(settings.leaks.versionShare)),
          ("rank_limit", .int(settings.leaks.rankLimit)),
          ("probability", .number(settings.leaks.probability)),
          ("first", .string(settings.leaks.first.rawValue)),
          ("false_discovery_rate", .number(settings.falseDiscoveryRate)),
          ("redaction", .string(redaction.rawValue)),
        ])
      ),
      ("runs", .list(report.runs.map(json))),
    ])
  }

  private func json(_ run: RunLeaks) -> JSON {
    var members = RunWords.json(run.run)
    members += [
      ("non_members_calibrated_on", .int(run.leaks?.calibrationCount)),
      ("non_member_most_bits", .number(run.leaks?.calibrationBits.last)),
      ("non_member_99_bits", .number(run.leaks?.calibration99)),
      ("spans_not_listed", .int(run.unlisted)), ("sequences_tested", .int(run.leaks?.testedCount)),
      ("sequences_without_evidence", .int(run.leaks?.withoutEvidence)),
      ("near_duplicates", .int(run.leaks?.nearDuplicates)),
      ("groups", .list(run.groups.map(Self.json))),
    ]
    if let table = run.table {
      members.append(("spans", .list(run.spans.map { json($0, table) })))
      if report.settings.ledgerKey != nil {
        members.append(("ledger", .list(run.ledger.map { json($0, table) })))
      }
    }
    members.append(("remarks", .strings(run.remarks)))
    return .object(members)
  }

  private static func json(_ group: RunLeaks.Group) -> JSON {
    .object([
      ("group", .string(group.name)), ("key", .string(group.slice?.key)),
      ("value", .string(group.slice?.value)), ("sequences", group.sequences.json),
      ("spans", .int(group.spans)), ("above_all_non_members", group.aboveAll.json),
    ])
  }

  private func json(_ span: LeakSpan, _ table: EvidenceTable) -> JSON {
    LeakWords.json(span, table, redaction)
  }

  private func json(_ entry: RunLeaks.LedgerEntry, _ table: EvidenceTable) -> JSON {
    .object([
      ("value", .string(entry.value)), ("p", .pValue(entry.pValue)),
      (
        "records",
        .list(
          entry.records.map { record in
            .object([
              ("sequence", .string(table.id(record.sequence))), ("spans", .int(record.spans)),
              ("worst", record.worst.map { json($0, table) } ?? .null),
            ])
          })
      ),
    ])
  }

  /// The spans, a line for each; of a ledger, a line for each record.
  package var csv: String {
    let isLedger = report.settings.ledgerKey != nil
    var header = [
      "run", "sequence", "label", "first_token", "end_token", "greedy", "log2_draws",
      "target_bits", "guess_bits", "reference_bits", "own_tokens", "classes", "p",
      "false_discovery_rate", "text",
    ]
    if isLedger { header.insert(contentsOf: [report.settings.ledgerKey ?? "", "spans"], at: 1) }
    var lines = [header.map(AlignedTable.csvField).joined(separator: ",")]
    for run in report.runs {
      guard let table = run.table else { continue }
      if isLedger {
        for entry in run.ledger {
          for record in entry.records {
            let fields =
              record.worst.map { cells($0, table) }
              ?? [table.id(record.sequence), table.label(record.sequence).name]
              + Array(repeating: "", count: 12)
            lines.append(
              line([run.run.name, entry.value, "\(record.spans)"] + fields))
          }
        }
      } else {
        for span in run.spans { lines.append(line([run.run.name] + cells(span, table))) }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ fields: [String]) -> String {
    fields.map(AlignedTable.csvField).joined(separator: ",")
  }

  private func cells(_ span: LeakSpan, _ table: EvidenceTable) -> [String] {
    func number(_ value: Double) -> String { value.isNaN ? "" : JSON.number(value).line }
    let classes = span.classes.map { "\($0.tokenClass.rawValue)=\($0.count)" }
    return [
      table.id(span.sequence), table.label(span.sequence).name, "\(span.tokens.lowerBound)",
      "\(span.tokens.upperBound)", span.isGreedy ? "1" : "0", number(span.log2Draws),
      number(span.targetBits), number(span.guessBits), number(span.referenceBits),
      "\(span.ownCount)", classes.joined(separator: " "), number(span.pValue),
      number(span.falseDiscoveryRate), LeakWords.text(span, table, redaction),
    ]
  }
}

extension LeakWords {
  /// A span as scripts read it.
  static func json(_ span: LeakSpan, _ table: EvidenceTable, _ redaction: Redaction) -> JSON {
    .object([
      ("sequence", .string(table.id(span.sequence))),
      ("label", .string(table.label(span.sequence).name)),
      ("tokens", .list([.int(span.tokens.lowerBound), .int(span.tokens.upperBound)])),
      ("greedy", .bool(span.isGreedy)), ("log2_draws", .number(span.log2Draws)),
      ("target_bits", .number(span.targetBits)), ("guess_bits", .number(span.guessBits)),
      ("reference_bits", .number(span.referenceBits)),
      ("all_reference_bits", .number(span.allReferenceBits)), ("own_tokens", .int(span.ownCount)),
      (
        "classes",
        .object(span.classes.map { ($0.tokenClass.rawValue, .int($0.count)) })
      ),
      ("p", .pValue(span.pValue)),
      ("false_discovery_rate", .number(span.falseDiscoveryRate)),
      ("text", .string(text(span, table, redaction))),
    ])
  }
}
