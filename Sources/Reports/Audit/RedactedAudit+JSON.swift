import Analysis
import Basics
import ScoringCore

extension RedactedAudit {
  /// The document scripts read: what each command's own document says, under its name.
  package var json: JSON {
    let options = report.settings.options
    return .object([
      ("version", .int(1)), ("name", .string(report.name)),
      ("description", .string(report.summary)), ("attack", .string(report.attack)),
      ("fpr", .number(report.fpr)),
      ("false_discovery_rate", .number(report.settings.falseDiscoveryRate)),
      (
        "verdict",
        .object([
          ("which_model_leaks", answer(0)), ("how_much", answer(1)), ("how_sure", answer(2)),
          ("what_leaked", answer(3)), ("what_to_do", answer(4)),
        ])
      ),
      ("findings", .list(report.findings.map(Self.json))),
      ("evaluation", report.evaluation.json),
      ("comparisons", .list(report.comparisons.map(\.json))),
      ("trends", .list(report.trends.map(\.json))),
      ("frontier", report.frontier?.json ?? .null),
      ("leaks", RedactedLeaks(report.leaks, redaction).json),
      ("extraction", RedactedExtraction(report.extraction, redaction).json),
      ("verdicts", .list(report.judgements.map(json))),
      ("not_tested", .strings(gaps)),
      (
        "conventions",
        .object([
          ("population", .string(report.settings.population.rawValue)),
          ("level", .number(options.level)), ("replicates", .int(options.replicates)),
          ("seed", .string(String(options.seed))),
          ("fprs", .list(options.fprs.map { .number($0) })),
          ("fpr_convention", .string(options.convention.rawValue)),
          ("undefined", .string(options.undefined.rawValue)),
        ])
      ),
      ("provenance", report.provenance.json),
    ])
  }

  private func answer(_ number: Int) -> JSON {
    guard case .answer(_, let sentences) = verdict.blocks[number] else { return .null }
    return .strings(sentences)
  }

  private static func json(_ finding: AuditFinding) -> JSON {
    .object([
      ("run", .string(finding.run.name)), ("standing", .string(finding.standing.rawValue)),
      ("auc", .number(finding.area?.auc)), ("auc_interval", .interval(finding.area?.interval)),
      ("tpr", .number(finding.rate?.point.tpr)),
      ("tpr_interval", .interval(finding.rate?.interval)),
      ("shows_membership", .bool(finding.showsMembership)),
      ("named_spans", .int(finding.namedSpans)),
      ("doubts", .strings(finding.doubts.map(\.sentence))),
    ])
  }

  private func json(_ change: TriageChange) -> JSON {
    .object([
      ("id", .string(change.id)), ("verdict", .string(change.new.verdict.name)),
      ("note", .string(redaction.text(change.new.note))), ("author", .string(change.author)),
      ("time", .int(Int(change.time))),
    ])
  }
}
