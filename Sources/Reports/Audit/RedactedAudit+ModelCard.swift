import Analysis
import Basics
import ScoringCore
import TerminalUI

extension RedactedAudit {
  /// A section for a model's card on a hub, behind the metadata that its catalogue reads.
  package var modelCard: String {
    "---\n" + yaml + "---\n\n" + cardSection
  }

  /// The `model-index`, with a model per run and a metric per figure.
  ///
  /// JSON's strings are YAML's as well.
  private var yaml: String {
    var lines = ["model-index:"]
    for (run, finding) in zip(report.evaluation.runs, report.findings) {
      guard let area = finding.area else { continue }
      lines += [
        "- name: \(Self.quoted(run.run.name))", "  results:", "  - task:",
        "      type: text-generation", "    dataset:", "      name: \(Self.quoted(report.name))",
        "      type: private", "    metrics:",
      ]
      lines += Self.metric(
        "membership_inference_auc", "Membership inference AUC (\(report.attack))", area.auc,
        area.interval)
      if let rate = finding.rate {
        lines += Self.metric(
          "membership_inference_tpr",
          "Membership inference TPR at \(NumberFormat.rate(report.fpr)) FPR (\(report.attack))",
          rate.point.tpr, rate.interval)
      }
      if let spans = finding.namedSpans {
        lines += Self.metric("leaked_spans", "Leaked spans of training text", Double(spans), nil)
      }
    }
    return lines.count == 1 ? "model-index: []\n" : lines.joined(separator: "\n") + "\n"
  }

  private static func metric(
    _ type: String, _ name: String, _ value: Double, _ interval: Interval?
  ) -> [String] {
    let lines = [
      "    - type: \(type)", "      name: \(quoted(name))",
      "      value: \(JSON.number(value).line)",
    ]
    return lines
      + (interval.map {
        ["      confidence_interval: \(JSON.interval($0).line)"]
      } ?? [])
  }

  private static func quoted(_ text: String) -> String { JSON.string(text).line }

  private var cardSection: String {
    let section = ReportDocument.Section(
      id: "privacy", title: "What the model gives away of its training data",
      blocks: verdict.blocks
        + subject.blocks.filter {
          if case .table = $0 { true } else { false }
        } + [.heading("What was not tested"), .list(gaps)])
    let document = ReportDocument(
      title: "", lead: "", sections: [section],
      colophon: report.provenance.sentence + " Seed \(report.settings.options.seed).")
    return document.markdownSections
  }
}
