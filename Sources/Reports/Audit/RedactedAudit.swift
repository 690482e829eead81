import Analysis
import Basics
import ScoringCore
import TerminalUI

/// An audit's report, with hidden what is to be hidden of the texts.
package struct RedactedAudit {
  package let report: AuditReport
  package let redaction: Redaction

  package init(_ report: AuditReport, _ redaction: Redaction) {
    self.report = report
    self.redaction = redaction
  }

  /// The report as one page that needs nothing else.
  package var html: String { document.html }

  /// The report for documents; figures are told by their captions.
  package var markdown: String { document.markdown }

  /// The report, its verdict first.
  package var document: ReportDocument {
    var sections = [verdict, subject, membership]
    sections += [comparison, trends, leaks, extraction, suspects, judgements].compactMap { $0 }
    sections += [guards, untested, conventions, everyAttack, questions, provenance]
    return ReportDocument(
      title: "What \(report.name) gives away of its training data",
      lead: lead, sections: sections,
      colophon: "Written by ezscope \(report.provenance.version). The same inputs give the same "
        + "report, byte for byte.")
  }

  private var lead: String {
    let runs = report.evaluation.runs
    let words = report.summary.isEmpty ? "" : report.summary + " "
    return words
      + "An audit of \(NumberFormat.counted(runs.count, "run")) with ezscope: can an attacker tell "
      + "which texts a model was fine-tuned on, and get them out of it?"
  }

  /// Runs that differ in their training seed alone.
  var seeds: [(name: String, findings: [AuditFinding])] {
    var groups: [(key: String, findings: [AuditFinding])] = []
    for finding in report.findings {
      guard let method = finding.run.method, method.family != .control else { continue }
      let key = finding.run.setting
      if let place = groups.firstIndex(where: { $0.key == key }) {
        groups[place].findings.append(finding)
      } else {
        groups.append((key, [finding]))
      }
    }
    return groups.filter { Set($0.findings.compactMap(\.run.seed)).count > 1 }.map {
      ($0.findings.first?.run.name ?? "", $0.findings)
    }
  }
}

extension AuditFinding.Standing {
  /// What tables say.
  var words: String {
    switch self {
    case .leaks: "leaks"
    case .notShown: "not shown to leak"
    case .undecided: "undecided"
    case .cleanControl: "control, as it should be"
    case .oddControl: "control, but seems to leak"
    }
  }
}
