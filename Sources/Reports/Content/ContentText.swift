import Analysis
import Basics
import ScoringCore
import TerminalUI

extension ContentReport: TabularReport {
  /// The report for people, at most 100 columns wide.
  package var text: String {
    runs.map { run in
      var text = FigureText.wrapped(run.heading)
      for table in run.tables(settings) { text += "\n" + table.text(indent: 2) }
      if !run.remarks.isEmpty { text += "\n" }
      return text + run.remarks.map { FigureText.wrapped($0, indent: 2) }.joined() + "\n"
    }.joined() + footer.map { FigureText.wrapped($0) }.joined()
  }

  /// The report for documents.
  package var markdown: String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    return runs.map { run in
      "## \(cell(run.heading))\n"
        + run.tables(settings).map { "\n" + $0.markdown }.joined()
        + "\n" + run.remarks.map { "- \(cell($0))\n" }.joined() + "\n"
    }.joined() + footer.map(cell).joined(separator: "\n\n") + "\n"
  }

  private var footer: [String] {
    [
      "shift: log-probability under the target less that under the reference, mean nats per token. "
        + "excess: members less non-members. share of excess: of what all tokens of members moved "
        + "beyond non-members'. upward and downward: shares of the members' shifts in each "
        + "direction. A token counts in the first class that fits; rare: the tokens seen least, "
        + "together at most 5 % of all.",
      "Intervals are \(NumberFormat.rate(settings.level)) over sequences, for this one trained model: "
        + "stratified bootstrap with \(NumberFormat.count(settings.replicates)) replicates "
        + "(seed \(settings.seed)); sequences of one meta.document are drawn together.",
    ]
  }
}

extension RunContent {
  fileprivate var heading: String { RunWords.heading(run) }

  fileprivate func tables(_ settings: ContentReport.Settings) -> [AlignedTable] {
    guard let content else { return [] }
    let interval = ">\(NumberFormat.rate(settings.level)) interval"
    var shifts = AlignedTable([
      "token class", ">tokens", ">share", ">shift of members", ">of non-members", ">excess",
      interval,
    ])
    var shares = AlignedTable([
      "token class", ">share of excess", interval, ">upward", ">interval", ">downward",
      ">interval",
    ])
    for entry in content.entries where entry.tokens.members + entry.tokens.nonMembers > 0 {
      shifts.add([
        entry.tokenClass.title, NumberFormat.count(entry.tokens.members),
        NumberFormat.percent(entry.tokenShare), Self.nats(entry.memberShift.value),
        Self.nats(entry.nonMemberShift.value), Self.nats(entry.excess.value),
        Self.nats(entry.excess.interval),
      ])
      shares.add([
        entry.tokenClass.title,
        content.hasExcess ? Self.percent(entry.excessShare.value) : "-",
        content.hasExcess ? FigureText.percentInterval(entry.excessShare.interval) : "-",
        Self.percent(entry.upShare.value), FigureText.percentInterval(entry.upShare.interval),
        Self.percent(entry.downShare.value), FigureText.percentInterval(entry.downShare.interval),
      ])
    }
    shifts.add([
      "all", NumberFormat.count(content.entries.reduce(0) { $0 + $1.tokens.members }), "100.0%",
      "", "", Self.nats(content.totalExcess.value), Self.nats(content.totalExcess.interval),
    ])
    return [shifts, shares]
  }

  private static func nats(_ value: Double) -> String {
    value.isFinite ? NumberFormat.signed(value, 3) : "-"
  }

  private static func nats(_ interval: Interval?) -> String {
    interval.map { NumberFormat.interval($0.lower, $0.upper, 3) } ?? "-"
  }

  private static func percent(_ share: Double) -> String {
    share.isFinite ? NumberFormat.percent(share) : "-"
  }

  fileprivate var remarks: [String] {
    guard let content else { return missing.map { ["Not computed: \($0)."] } ?? [] }
    var lines = [
      "Over \(NumberFormat.counted(content.members, "member")) and "
        + "\(NumberFormat.counted(content.nonMembers, "non-member")), first positions left out."
    ]
    if !content.hasExcess {
      lines.append(
        "Members did not move beyond non-members for sure, so there is nothing to share out.")
    } else if let top = content.entries.max(by: { $0.density < $1.density }), top.density > 1 {
      lines.append(
        "Densest leak: \(top.tokenClass.title), \(NumberFormat.percent(top.tokenShare)) of the "
          + "tokens and \(NumberFormat.percent(top.excessShare.value)) of the excess.")
    }
    if content.nonFinite > 0 {
      lines.append(
        "\(NumberFormat.count(content.nonFinite)) positions left out: a model holds the true "
          + "token impossible.")
    }
    return lines
  }
}

extension LeakedContent.Entry {
  /// The share of the excess over the share of the tokens; 0 where there is none.
  fileprivate var density: Double {
    let density = excessShare.value / tokenShare
    return density.isFinite ? density : 0
  }
}
