import Analysis
import Basics
import ScoringCore
import TerminalUI

extension ComparisonReport {
  /// The report for people, with hidden what is to be hidden of texts.
  ///
  /// - Parameters:
  ///   - listed: the most sequences with leaked spans to list.
  ///   - redaction: what of their texts is hidden.
  package func text(listing listed: Int, _ redaction: Redaction) -> String {
    var text = ""
    for (letter, run) in zip(["A", "B"], baseline == nil ? runs : Array(runs.prefix(1))) {
      let heading = RunWords.heading(run)
      text += FigureText.wrapped(baseline == nil ? "\(letter)  \(heading)" : heading)
    }
    if let baseline { text += FigureText.wrapped("A  the attack of each line; B  \(baseline)") }
    text += FigureText.wrapped(joined, indent: 2, hang: 0) + "\n"
    text += areas.text(indent: 2, widestFirst: 28)
    for (index, rate) in options.fprs.enumerated() {
      let table = rates(index, rate)
      if !table.isEmpty { text += "\n" + table.text(indent: 2, widestFirst: 22) }
    }
    if let leaks {
      text += "\n" + RedactedLeakComparison(leaks, redaction).text(listing: listed)
    }
    text += "\n"
    for line in remarks { text += FigureText.wrapped(line, indent: 2) }
    return text + "\n" + footer.map { FigureText.wrapped($0) }.joined()
  }

  var joined: String {
    var parts = [
      "\(NumberFormat.counted(shared.count, "sequence"))\(baseline == nil ? " in both" : ""): "
        + "\(NumberFormat.counted(shared.memberCount, "member")), "
        + "\(NumberFormat.counted(shared.nonMemberCount, "non-member"))"
    ]
    func add(_ count: Int, _ words: String) {
      if count > 0 { parts.append("\(NumberFormat.count(count)) \(words)") }
    }
    if baseline == nil {
      parts.append(
        "dropped \(NumberFormat.count(shared.onlyFirst)) only in A and "
          + "\(NumberFormat.count(shared.onlySecond)) only in B")
    }
    if let documents { parts.append("cut from \(NumberFormat.counted(documents, "document"))") }
    add(shared.labelConflicts, "labelled differently")
    add(shared.excluded, "outside the primary population")
    return parts.joined(separator: "; ")
  }

  var areas: AlignedTable {
    var table = AlignedTable([
      "attack", ">AUC A", ">AUC B", ">A - B", ">\(NumberFormat.rate(options.level)) interval", ">p",
      ">p (Holm)",
    ])
    for entry in entries {
      guard let auc = entry.comparison.auc else { continue }
      table.add([
        entry.attack, NumberFormat.fixed(auc.first, 3), NumberFormat.fixed(auc.second, 3),
        NumberFormat.signed(auc.difference, 3),
        auc.interval.map { NumberFormat.interval($0.lower, $0.upper, 3) } ?? "-",
        NumberFormat.pValue(auc.pValue), entry.aucHolm.map(NumberFormat.pValue) ?? "-",
      ])
    }
    return table
  }

  func rates(_ index: Int, _ rate: Double) -> AlignedTable {
    let name = "TPR@\(NumberFormat.rate(rate))"
    var table = AlignedTable([
      "attack", ">\(name) A", ">B", ">A - B", ">\(NumberFormat.rate(options.level)) interval",
      ">only A", ">only B", ">p", ">p (Holm)",
    ])
    for entry in entries where index < entry.comparison.rates.count {
      let figures = entry.comparison.rates[index]
      let mark = FigureText.mark(figures.first.resolution)
      let difference = figures.first.tpr - figures.second.tpr
      table.add([
        entry.attack + (mark.isEmpty ? "" : " " + mark), NumberFormat.percent(figures.first.tpr),
        NumberFormat.percent(figures.second.tpr), NumberFormat.signed(difference * 100, 1) + "%",
        FigureText.percentInterval(figures.difference?.interval),
        NumberFormat.count(figures.members.onlyFirst),
        NumberFormat.count(figures.members.onlySecond),
        FigureText.pValue(figures.difference?.pValue), FigureText.pValue(entry.ratesHolm[index]),
      ])
    }
    return table
  }

  var remarks: [String] {
    var lines: [String] = []
    if shared.memberCount < 2 || shared.nonMemberCount < 2 {
      lines.append("The tests need at least two members and two non-members in both runs.")
    }
    let dropped = entries.map(\.comparison.droppedCount).max() ?? 0
    if dropped > 0 {
      lines.append("Up to \(dropped) sequences without a score in a run are left out.")
    }
    lines += guards.sentences
    return lines + notCompared
  }

  /// Which attacks are not compared, and why; what both runs lack alike is said once.
  private var notCompared: [String] {
    let lacking = NamesByText(lacking.map { ($0.run, AttackWords.lacking($0.attacks)) }).groups.map
    {
      group in
      group.names.count == runs.count || baseline != nil
        ? group.text : "\(group.names.joined(separator: ", ")): \(group.text)"
    }
    let unscored = NamesByText(
      missing.filter { $0.kind == .unscored }.map { ($0.attack, $0.run) }
    ).groups.map { attacks, run in
      "Not compared: \(run) has no scores of \(attacks.joined(separator: ", "))."
    }
    let told = missing.filter {
      $0.kind == .refused || $0.kind == .unfed && self.lacking.isEmpty
    }
    let others = NamesByText(told.map { ($0.run, $0.reason) }).groups.map { names, reason in
      let both = names.count == runs.count && baseline == nil
      return "Not compared: \(both ? "both runs" : names[0]): \(reason)."
    }
    return lacking + unscored + others
  }

  /// The marks of the tables, if any figure bears one.
  private var marks: [String] {
    let found = Set(entries.flatMap(\.comparison.rates).map(\.first.resolution))
    var lines: [String] = []
    if found.contains(.weak) {
      lines.append(
        "\(FigureText.mark(.weak)) fewer than ten false positives are expected: both TPRs are "
          + "unsteady, and so is their difference.")
    }
    if found.contains(.notResolvable) {
      lines.append(
        "\(FigureText.mark(.notResolvable)) less than one false positive is expected: nothing is "
          + "tested there, and the interval is as wide as both figures' own.")
    }
    return lines
  }

  var footer: [String] {
    let one = baseline == nil ? "run" : "attack"
    let units = documents == nil ? "sequences" : "documents"
    let subject = baseline == nil ? "these two trained models" : "this one trained model"
    let again = baseline == nil ? "them" : "it"
    let advice = baseline == nil ? " Compare leakage at matched validation loss." : ""
    let resampling =
      options.replicates > 0
      ? "with \(NumberFormat.count(options.replicates)) replicates (seed \(options.seed)), so that p "
        + "is at least \(NumberFormat.pValue(2 / Double(options.replicates + 1)))"
      : "and left out, because --replicates is 0"
    let first =
      "AUC: DeLong's paired test. TPR: each \(one) at its own threshold; interval and p are of a "
      + "paired bootstrap \(resampling); only A and only B count the members that one \(one) detects "
      + "and the other does not."
    let last =
      "Holm corrects over the attacks of a table. Intervals and tests are over \(units), for "
      + "\(subject): they say nothing about training \(again) again.\(advice)"
    let tests = entries.count { $0.ratesHolm.contains { !$0.isNaN } }
    let tooFew =
      options.replicates == 0
      ? []
      : ResamplingWords.tooFewReplicates(options.replicates, tests: tests, level: options.level)
    return (attackChoice.map { [$0] } ?? []) + [first] + marks + [last] + tooFew
  }
}
