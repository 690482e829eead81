import Analysis
import Basics
import ScoringCore

extension RedactedAudit {
  /// The document scripts read: what each command's own document says, under its name.
  package var json: JSON {
    let comparisons: [JSON] = report.comparisons.map { $0.json(redaction) }
    let trends: [JSON] = report.trends.map(\.json)
    let frontier: JSON = report.frontier?.json ?? .null
    let members: [(key: String, value: JSON)] = [
      ("version", .int(1)), ("name", .string(report.name)),
      ("description", .string(report.summary)), ("attack", .string(report.attack)),
      ("fpr", .number(report.fpr)),
      ("false_discovery_rate", .number(report.settings.falseDiscoveryRate)),
      ("verdict", answers),
      ("findings", .list(report.findings.map(Self.json))),
      ("evaluation", report.evaluation.json),
      ("comparisons", .list(comparisons)), ("trends", .list(trends)), ("frontier", frontier),
      ("leaks", RedactedLeaks(report.leaks, redaction).json),
      ("extraction", RedactedExtraction(report.extraction, redaction).json),
      ("verdicts", .list(report.judgements.map(json))),
      ("not_tested", .strings(gaps)), ("conventions", rules),
      ("provenance", report.provenance.json),
    ]
    return .object(members)
  }

  private var answers: JSON {
    .object([
      ("which_model_leaks", answer(0)), ("how_much", answer(1)), ("how_sure", answer(2)),
      ("what_leaked", answer(3)), ("what_to_do", answer(4)),
    ])
  }

  private var rules: JSON {
    let options = report.settings.options
    let fprs: [JSON] = options.fprs.map { .number($0) }
    return .object([
      ("population", .string(report.settings.population.rawValue)),
      ("level", .number(options.level)), ("replicates", .int(options.replicates)),
      ("seed", .string(String(options.seed))), ("fprs", .list(fprs)),
      ("fpr_convention", .string(options.convention.rawValue)),
      ("undefined", .string(options.undefined.rawValue)),
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
