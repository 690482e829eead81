import Dashboard
import ScoringCore
import TerminalUI

/// Two runs compared over the sequences both hold, ready to be written.
struct ComparisonReport {
  /// One attack's comparison with its p-values corrected over all attacks.
  struct Entry {
    let attack: String
    let comparison: PairedComparison
    var aucHolm: Double?
    /// One for each rate.
    var mcNemarHolm: [Double]
  }

  let runs: [Run]
  let shared: SharedSequences
  let options: EvaluationOptions
  let entries: [Entry]
  /// Attacks asked for that one of the runs lacks, and why.
  let missing: [(attack: String, reason: String)]

  init(
    _ first: RunAnalysis, _ second: RunAnalysis, request: AttackRequest,
    options: EvaluationOptions, reporter: Reporter
  ) throws(CommandFailure) {
    runs = [first.run, second.run]
    self.options = options
    let shared = SharedSequences(
      first.scores, second.scores, isIncluded: (first.isPrimary, second.isPrimary))
    self.shared = shared
    guard shared.count > 0 else {
      throw CommandFailure(
        .badData,
        "\(first.run.name) and \(second.run.name) share no sequences; runs are joined by id")
    }
    let names = first.scores.columns.map(\.attack).filter { second.scores.column($0) != nil }
    missing = Self.missing(first, second, request)
    guard !names.isEmpty else {
      let reason = missing.first.map { ": " + $0.reason } ?? ""
      throw CommandFailure(.badData, "the runs have no attack in common\(reason)")
    }
    var entries: [Entry] = []
    for (number, name) in names.enumerated() {
      reporter.report(
        Reporter.Progress(task: "Comparing", done: number, total: names.count, unit: "attacks"))
      guard let a = first.scores.column(name), let b = second.scores.column(name),
        let comparison = PairedComparison(a, b, over: shared, options: options)
      else { continue }
      entries.append(Entry(attack: name, comparison: comparison, mcNemarHolm: []))
    }
    reporter.erase()
    self.entries = Self.corrected(entries)
  }

  private static func missing(
    _ first: RunAnalysis, _ second: RunAnalysis, _ request: AttackRequest
  ) -> [(attack: String, reason: String)] {
    var missing: [(attack: String, reason: String)] = []
    for (run, other) in [(first, second), (second, first)] {
      let present = run.scores.columns.map(\.attack)
      let reasons = request.missing(
        from: present, unavailable: run.unavailable, isScoreFile: run.table == nil)
      for (attack, reason) in reasons { missing.append((attack, "\(run.run.name): \(reason)")) }
      for attack in other.scores.columns.map(\.attack)
      where !present.contains(attack) && !reasons.contains(where: { $0.attack == attack }) {
        missing.append((attack, "\(run.run.name): there are no scores of \(attack)"))
      }
    }
    return missing
  }

  /// Entries with Holm's correction over attacks, for each kind of test by itself.
  private static func corrected(_ entries: [Entry]) -> [Entry] {
    let areas = Holm.adjusted(entries.map { $0.comparison.auc?.pValue ?? .nan })
    let rates = entries.map(\.comparison.rates.count).max() ?? 0
    let tests = (0..<rates).map { rate in
      Holm.adjusted(
        entries.map {
          rate < $0.comparison.rates.count ? $0.comparison.rates[rate].members.pValue : .nan
        })
    }
    return entries.enumerated().map { index, entry in
      var entry = entry
      entry.aucHolm = areas[index].isNaN ? nil : areas[index]
      entry.mcNemarHolm = tests.map { $0[index] }
      return entry
    }
  }
}

extension ComparisonReport {
  /// The document scripts read.
  var json: JSON {
    .object([
      ("version", .int(1)),
      ("runs", .list(runs.map(Self.json))),
      (
        "joined",
        .object([
          ("sequences", .int(shared.count)), ("members", .int(shared.memberCount)),
          ("non_members", .int(shared.nonMemberCount)),
          ("only_first", .int(shared.onlyFirst)), ("only_second", .int(shared.onlySecond)),
          ("label_conflicts", .int(shared.labelConflicts)),
          ("outside_population", .int(shared.excluded)),
        ])
      ),
      ("attacks", .list(entries.map { $0.json(options) })),
      (
        "unavailable",
        .list(
          missing.map {
            .object([("attack", .string($0.attack)), ("reason", .string($0.reason))])
          })
      ),
      ("level", .number(options.level)), ("replicates", .int(options.replicates)),
      ("seed", .string(String(options.seed))),
      ("undefined", .string(options.undefined.rawValue)),
      ("correction", .string("holm_over_attacks")), ("intervals_over", .string("sequences")),
      ("guards", .list([])),
    ])
  }

  private static func json(_ run: Run) -> JSON {
    .object([
      ("name", .string(run.name)), ("method", .string(run.method?.rawValue)),
      ("method_family", .string(run.method?.family.rawValue)),
      ("validation_loss", .number(run.validationLoss)),
      ("reference_validation_loss", .number(run.referenceValidationLoss)),
    ])
  }
}

extension ComparisonReport.Entry {
  fileprivate func json(_ options: EvaluationOptions) -> JSON {
    let auc = comparison.auc
    let area: JSON = .object([
      ("first", .number(auc?.first)), ("second", .number(auc?.second)),
      ("difference", .number(auc?.difference)), ("interval", .interval(auc?.interval)),
      ("method", .string("delong_paired")), ("p", .number(auc?.pValue)),
      ("p_holm", .number(aucHolm)),
    ])
    return .object([
      ("attack", .string(attack)), ("auc", area),
      ("tpr_at_fpr", .list(zip(comparison.rates, mcNemarHolm).map(Self.json))),
      ("dropped", .int(comparison.droppedCount)),
    ])
  }

  private static func json(_ rate: PairedComparison.Rate, holm: Double) -> JSON {
    let test = rate.members
    return .object([
      ("fpr", .number(rate.first.fpr)), ("first", .number(rate.first.tpr)),
      ("second", .number(rate.second.tpr)),
      ("difference", .number(rate.first.tpr - rate.second.tpr)),
      ("interval", .interval(rate.difference?.interval)),
      ("interval_method", .string(rate.difference?.interval.method.rawValue)),
      ("p_bootstrap", .number(rate.difference?.pValue)),
      ("convention", .string(rate.first.convention.rawValue)),
      ("thresholds", .list([.threshold(rate.first.threshold), .threshold(rate.second.threshold)])),
      ("expected_false_positives", .number(rate.first.expectedFalsePositives)),
      ("resolution", .string(rate.first.resolution.rawValue)),
      (
        "mcnemar",
        .object([
          ("only_first", .int(test.onlyFirst)), ("only_second", .int(test.onlySecond)),
          ("both", .int(test.both)), ("neither", .int(test.neither)),
          ("p", .number(test.pValue)), ("p_holm", .number(holm)),
        ])
      ),
    ])
  }
}

extension ComparisonReport {
  /// The report for people.
  var text: String {
    var text = ""
    for (letter, run) in zip(["A", "B"], runs) {
      var line = "\(letter)  \(run.name)"
      if let method = run.method { line += ", \(method.rawValue) (\(method.family.rawValue))" }
      let loss = run.validationLoss.map { NumberFormat.fixed($0, 3) } ?? "unknown"
      line += ", validation loss \(loss)"
      if let base = run.referenceValidationLoss {
        line += " (base \(NumberFormat.fixed(base, 3)))"
      }
      text += Figures.wrapped(line)
    }
    text += Figures.wrapped(joined, indent: 2, hang: 0) + "\n"
    text += areas.text(indent: 2)
    for (index, rate) in options.fprs.enumerated() {
      let table = rates(index, rate)
      if !table.isEmpty { text += "\n" + table.text(indent: 2) }
    }
    text += "\n"
    for line in remarks { text += Figures.wrapped(line, indent: 2) }
    return text + "\n" + footer.map { Figures.wrapped($0) }.joined()
  }

  private var joined: String {
    var parts = [
      "\(NumberFormat.count(shared.count)) sequences in both: "
        + "\(NumberFormat.count(shared.memberCount)) members, "
        + "\(NumberFormat.count(shared.nonMemberCount)) non-members"
    ]
    func add(_ count: Int, _ words: String) {
      if count > 0 { parts.append("\(NumberFormat.count(count)) \(words)") }
    }
    parts.append(
      "dropped \(NumberFormat.count(shared.onlyFirst)) only in A and "
        + "\(NumberFormat.count(shared.onlySecond)) only in B")
    add(shared.labelConflicts, "labelled differently")
    add(shared.excluded, "outside the primary population")
    return parts.joined(separator: "; ")
  }

  private var areas: AlignedTable {
    var table = AlignedTable([
      "attack", ">AUC A", ">AUC B", ">A - B", ">\(Figures.rate(options.level)) interval", ">p",
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

  private func rates(_ index: Int, _ rate: Double) -> AlignedTable {
    let name = "TPR@\(Figures.rate(rate))"
    var table = AlignedTable([
      "attack", ">\(name) A", ">B", ">A - B", ">\(Figures.rate(options.level)) interval",
      ">only A", ">only B", ">p", ">p (Holm)",
    ])
    for entry in entries where index < entry.comparison.rates.count {
      let figures = entry.comparison.rates[index]
      let difference = figures.first.tpr - figures.second.tpr
      table.add([
        entry.attack, NumberFormat.percent(figures.first.tpr),
        NumberFormat.percent(figures.second.tpr), NumberFormat.signed(difference * 100, 1) + "%",
        Figures.percentInterval(figures.difference?.interval),
        NumberFormat.count(figures.members.onlyFirst),
        NumberFormat.count(figures.members.onlySecond),
        NumberFormat.pValue(figures.members.pValue), NumberFormat.pValue(entry.mcNemarHolm[index]),
      ])
    }
    return table
  }

  private var remarks: [String] {
    var lines: [String] = []
    for rate in options.fprs {
      let expected = Double(shared.nonMemberCount) * rate
      let resolution = Resolution(expectedFalsePositives: expected)
      guard resolution != .ok else { continue }
      lines.append(
        "FPR \(Figures.rate(rate)) is \(NumberFormat.fixed(expected, 1)) of "
          + "\(NumberFormat.count(shared.nonMemberCount)) non-members: "
          + "\(Figures.words(resolution)).")
    }
    if shared.memberCount < 2 || shared.nonMemberCount < 2 {
      lines.append("The tests need at least two members and two non-members in both runs.")
    }
    let dropped = entries.map(\.comparison.droppedCount).max() ?? 0
    if dropped > 0 {
      lines.append("Up to \(dropped) sequences without a score in a run are left out.")
    }
    for (_, reason) in missing { lines.append("Not compared: \(reason).") }
    return lines
  }

  private var footer: [String] {
    [
      "AUC: DeLong's paired test. TPR: each run at its own threshold; only A and only B count the "
        + "members that one run detects and the other does not, p is McNemar's exact test, the "
        + "interval a paired bootstrap with \(NumberFormat.count(options.replicates)) replicates "
        + "(seed \(options.seed)).",
      "Holm corrects over the attacks of a table. Intervals and tests are over sequences, for "
        + "these two trained models: they say nothing about training them again. Compare leakage "
        + "at matched validation loss.",
    ]
  }
}
