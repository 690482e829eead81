import Analysis
import Basics
import ScoringCore

extension RedactedAudit {
  /// The five questions that a reader comes with, answered in plain words.
  var verdict: ReportDocument.Section {
    ReportDocument.Section(
      id: "verdict", title: "Verdict",
      blocks: [
        .answer("Which model leaks?", which), .answer("How much?", howMuch),
        .answer("How sure is that?", howSure), .answer("What leaked?", whatLeaked),
        .answer("What to do?", advice),
      ])
  }

  var worst: AuditFinding? { report.leaking.first }

  private func names(_ standing: AuditFinding.Standing) -> [String] {
    report.findings.filter { $0.standing == standing }.map(\.run.name)
  }

  private var which: [String] {
    let leaking = report.leaking.map(\.run.name)
    let judged = report.findings.count { $0.run.method?.family != .control }
    var lines: [String] = []
    if let first = leaking.first {
      lines.append(
        "\(first) leaks most. \(NumberFormat.count(leaking.count)) of "
          + "\(NumberFormat.counted(judged, "fine-tuned model")) "
          + "\(leaking.count == 1 ? "leaks" : "leak").")
      if leaking.count > 1 {
        lines.append("Leaking, the worst first: \(Self.listed(leaking)).")
      }
    } else {
      lines.append(
        judged == 0
          ? "No fine-tuned model was looked at."
          : "None of \(NumberFormat.counted(judged, "fine-tuned model")) is shown to leak.")
    }
    let others: [(AuditFinding.Standing, String)] = [
      (.notShown, "Not shown to leak"), (.undecided, "Undecided"),
      (.cleanControl, "Controls, which must not leak and do not"),
      (.oddControl, "Controls that seem to leak, which casts doubt on everything"),
    ]
    for (standing, words) in others {
      let found = names(standing)
      if !found.isEmpty { lines.append("\(words): \(Self.listed(found)).") }
    }
    return lines
  }

  /// Names with commas between them; of many the first, and how many more the tables have.
  private static func listed(_ names: [String]) -> String {
    let more = names.count - 10
    guard more > 1 else { return names.joined(separator: ", ") }
    return names.prefix(10).joined(separator: ", ") + " and \(NumberFormat.count(more)) more"
  }

  /// `1 in 100`.
  var oneIn: String { "1 in \(NumberFormat.count(Int(saturating: (1 / report.fpr).rounded())))" }

  private var howMuch: [String] {
    guard let finding = worst ?? strongest else { return ["No figure could be computed."] }
    var lines: [String] = []
    if let rate = finding.rate {
      lines.append(
        "An attacker recognises \(NumberFormat.percent(rate.point.tpr)) of the texts that "
          + "\(finding.run.name) was trained on, wrongly naming \(oneIn) of the texts that it was not "
          + "trained on. Guessing would recognise \(NumberFormat.rate(report.fpr)).")
    }
    if let area = finding.area {
      lines.append(
        "Shown one text that \(finding.run.name) was trained on and one that it was not, the attack "
          + "(\(report.attack)) picks the right one in \(NumberFormat.percent(area.auc, 0)) of cases "
          + "(AUC \(NumberFormat.fixed(area.auc, 3))); guessing gives 50%.")
    }
    let rates = report.leaking.compactMap { finding in finding.rate.map { (finding.run.name, $0) } }
    if rates.count > 1, let (name, rate) = rates.last {
      let interval = rate.interval.map { " " + $0.words { NumberFormat.percent($0) } } ?? ""
      lines.append(
        "Of the models that leak, \(name) gives away least: "
          + "\(NumberFormat.percent(rate.point.tpr))\(interval) at the same rate of false alarms.")
    }
    return lines.isEmpty ? ["No figure could be computed."] : lines
  }

  /// Of models that are not shown to leak, the one with the highest area.
  private var strongest: AuditFinding? {
    report.findings.filter { $0.run.method?.family != .control }
      .max { ($0.area?.auc ?? 0) < ($1.area?.auc ?? 0) }
  }

  private var howSure: [String] {
    guard let finding = worst ?? strongest, let area = finding.area else {
      return ["Nothing can be said without members and non-members."]
    }
    let level = NumberFormat.rate(report.settings.options.level)
    var lines: [String] = []
    if let rate = finding.rate, let interval = rate.interval {
      lines.append(
        "\(NumberFormat.percent(rate.point.tpr)) may be anything from "
          + interval.words { NumberFormat.percent($0) } + " (\(level) interval), over "
          + "\(NumberFormat.counted(area.memberCount, "text")) trained on and "
          + "\(NumberFormat.count(area.nonMemberCount)) not.")
      if rate.point.resolution == .weak {
        lines.append(
          "Fewer than ten false alarms decide that figure, so it is unsteady; the AUC is surer: "
            + "\(NumberFormat.fixed(area.auc, 3)) "
            + NumberFormat.interval(area.interval.lower, area.interval.upper, 3) + ".")
      }
    } else {
      lines.append(
        "The AUC of \(NumberFormat.fixed(area.auc, 3)) has the \(level) interval "
          + NumberFormat.interval(area.interval.lower, area.interval.upper, 3) + ".")
    }
    lines.append(
      finding.showsMembership
        ? "Chance does not explain it, even when it is allowed for that "
          + "\(NumberFormat.counted(report.findings.count, "run")) were looked at."
        : "Chance alone could explain the AUC.")
    lines += seedWords
    lines += doubtWords(finding)
    return lines
  }

  private var seedWords: [String] {
    seeds.compactMap { group in
      let rates = group.findings.compactMap { $0.rate?.point.tpr }
      guard let low = rates.min(), let high = rates.max(), rates.count > 1 else { return nil }
      return
        "\(NumberFormat.counted(rates.count, "training")) of \(group.name) with other seeds give "
        + "\(NumberFormat.percent(low)) to \(NumberFormat.percent(high))."
    }
  }

  private func doubtWords(_ finding: AuditFinding) -> [String] {
    guard finding.doubts.isEmpty else {
      return finding.doubts.map { "But: \($0.sentence)" }
    }
    let checked =
      report.evaluation.runs.first { $0.run.name == finding.run.name }?.guards
      .filter { $0.outcome == .passed }.count ?? 0
    return checked == 0
      ? [] : ["\(NumberFormat.counted(checked, "check")) of the evidence found nothing against it."]
  }
}
