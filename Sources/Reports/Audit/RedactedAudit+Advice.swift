import Analysis
import Basics
import ScoringCore

extension RedactedAudit {
  /// What came out, and of what kind.
  var whatLeaked: [String] {
    let leaks = report.leaks.runs.filter { $0.leaks != nil }
    guard !leaks.isEmpty else {
      return [
        "That these texts were used for training, and no more is known: the evidence holds scores, "
          + "and which words come out of a model is read off tokens."
      ]
    }
    var lines: [String] = []
    let found = leaks.max { count($0) < count($1) }
    if let found, count(found) > 0 {
      lines.append(spanWords(found))
      if let span = found.spans.first, let table = found.table {
        lines.append(
          "The one that comes out most easily (\(table.id(span.sequence))): "
            + "\u{201C}\(LeakWords.text(span, table, redaction))\u{201D}"
            + (redaction == .off ? "" : " (letters and digits are hidden here)") + ".")
      }
    } else {
      lines.append("No stretch of training text that only the fine-tuned models know comes out.")
    }
    return lines + repeatWords + continuationWords
  }

  private func count(_ leaks: RunLeaks) -> Int { leaks.spans.count + leaks.unlisted }

  private func spanWords(_ leaks: RunLeaks) -> String {
    var classes: [TokenClass: Int] = [:]
    for kind in leaks.spans.flatMap(\.classes) {
      classes[kind.tokenClass, default: 0] += kind.count
    }
    let kinds = classes.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
      .prefix(3).map { LeakWords.plural($0.key) }
    let bits = NumberFormat.plain(report.leaks.settings.leaks.referenceBits)
    return
      "\(leaks.run.name) gives \(NumberFormat.counted(count(leaks), "stretch", "stretches")) of "
      + "training text word for word, for which the model before fine-tuning would need 2^\(bits) "
      + "tries or more; mostly \(kinds.joined(separator: ", "))."
  }

  /// Records that were repeated against those that were not.
  private var repeatWords: [String] {
    guard let levels = repeats, let low = levels.first, let high = levels.last,
      let few = low.sequences.value, let many = high.sequences.value, many > few
    else { return [] }
    return [
      "What was repeated comes out: such stretches are in \(NumberFormat.percent(many)) of the texts "
        + "trained on \(times(high)), and in \(NumberFormat.percent(few)) of those trained on "
        + "\(times(low))."
    ]
  }

  private func times(_ level: RunLeaks.Group) -> String {
    let value = level.slice?.value ?? ""
    return value == "1" ? "once" : "\(value) times"
  }

  /// The members of the run with most spans, by how often they were repeated.
  private var repeats: [RunLeaks.Group]? {
    let most = report.leaks.runs.max { count($0) < count($1) }
    let levels = (most?.groups ?? []).filter {
      $0.name == "members" && $0.slice?.key == "duplicates"
    }
    return levels.count > 1 ? levels : nil
  }

  private var continuationWords: [String] {
    let rates = report.extraction.runs.compactMap { run -> (String, Double, Double?)? in
      guard let rows = run.decodings.first?.rows,
        let own = rows.first(where: { $0.group == "members" && $0.slice == nil })?.rates,
        let share = own.verbatim.value
      else { return nil }
      let base = rows.first { $0.group == "non-members" && $0.slice == nil }?.rates
      return (run.run.name, share, base?.verbatim.value)
    }
    guard let most = rates.max(by: { $0.1 < $1.1 }) else { return [] }
    let beside = most.2.map { ", and \(NumberFormat.percent($0)) of texts it never saw" } ?? ""
    return [
      "Given the beginning of a text it was trained on, \(most.0) goes on word for word in "
        + "\(NumberFormat.percent(most.1)) of cases\(beside)."
    ]
  }

  /// What follows for whoever has to decide.
  var advice: [String] {
    var lines: [String] = []
    let leaking = report.leaking.map(\.run.name)
    if leaking.isEmpty {
      lines.append(
        report.findings.contains { $0.standing == .undecided }
          ? "Decide nothing yet: clear up what the verdict names as doubtful, and audit again."
          : "Nothing found here speaks against handing the models out. It holds for these attacks "
            + "and these texts; what was not tested stands below.")
    } else {
      let many = leaking.count > 4
      let named = leaking.prefix(4).joined(separator: ", ") + (many ? " and the others above" : "")
      lines.append(
        "Treat \(named) as holding the training data: hand "
          + "\(leaking.count == 1 ? "it" : "them") only to people who may see that data.")
    }
    if let levels = repeats,
      (levels.last?.sequences.value ?? 0) > (levels.first?.sequences.value ?? 0)
    {
      lines.append("Remove repeated records before training again: they are what comes out.")
    }
    if report.leaks.runs.contains(where: { count($0) > 0 }) {
      lines.append(
        "Treat the texts listed under Leaked text as disclosed; ezscope leaks --redact off shows "
          + "them to whoever may read them.")
    }
    let choices = report.comparisons.compactMap(Self.choice)
    lines += choices.prefix(Self.mostChoices)
    if choices.count > Self.mostChoices {
      let more = NumberFormat.counted(choices.count - Self.mostChoices, "more pair")
      lines.append("\(more) of full fine-tuning and LoRA stand below.")
    }
    lines += [sparest].compactMap { $0 }
    if let budget = worst?.rate {
      let share = NumberFormat.rate(max(0.01, report.fpr * 5))
      lines.append(
        "Set a budget that a release must keep, such as ezscope gate --fpr "
          + "\(NumberFormat.rate(report.fpr)) --max-tpr \(share) --max-leaks 1; the worst model here "
          + "has \(NumberFormat.percent(budget.point.tpr)).")
    }
    return lines
  }

  /// So many pairs are advised on in sentences; tables have all.
  private static let mostChoices = 3

  /// Of the models that learned as much as the one that leaks most, the one that leaks least.
  private var sparest: String? {
    guard let worst, let loss = worst.run.validationLoss, let area = worst.area else {
      return nil
    }
    let others = report.findings.filter { finding in
      finding.run.method?.family != .control && finding.run.reference == worst.run.reference
        && finding.standing != .undecided && (finding.run.validationLoss ?? .infinity) <= loss
    }
    guard let least = others.min(by: { ($0.area?.auc ?? 1) < ($1.area?.auc ?? 1) }),
      let other = least.area, let learned = least.run.validationLoss, other.auc < area.auc
    else { return nil }
    let near = others.count {
      $0.run.name != least.run.name && ($0.area?.auc ?? 1) <= other.interval.upper
    }
    let level = NumberFormat.rate(report.settings.options.level)
    return
      "Of the models that learned as much as \(worst.run.name) (validation loss "
      + "\(NumberFormat.fixed(loss, 3)) or lower), \(least.run.name) leaks least: AUC "
      + "\(Self.words(other)) against \(Self.words(area)) (\(level) intervals), at a loss of "
      + "\(NumberFormat.fixed(learned, 3))"
      + (near == 0
        ? "."
        : "; \(NumberFormat.counted(near, "other")) \(near == 1 ? "lies" : "lie") within its interval and "
          + "may leak less.")
  }

  /// An area with its interval.
  private static func words(_ area: AUCEstimate) -> String {
    NumberFormat.fixed(area.auc, 3) + " "
      + NumberFormat.interval(area.interval.lower, area.interval.upper, 3)
  }

  /// Which of a full fine-tuning and a LoRA leaks less, where tests tell.
  private static func choice(_ comparison: ComparisonReport) -> String? {
    guard let entry = comparison.entries.first, let auc = entry.comparison.auc,
      let p = entry.aucHolm, comparison.runs.count == 2
    else { return nil }
    let (full, lora) = (comparison.runs[0], comparison.runs[1])
    guard p < 1 - comparison.options.level, auc.difference != 0 else { return nil }
    let (less, more) = auc.difference > 0 ? (lora, full) : (full, lora)
    var text =
      "\(less.name) leaks less than \(more.name) after as many epochs (AUC "
      + "\(NumberFormat.fixed(min(auc.first, auc.second), 3)) against "
      + "\(NumberFormat.fixed(max(auc.first, auc.second), 3)))"
    if let one = less.validationLoss, let other = more.validationLoss {
      text +=
        one <= other
        ? " and is no worse (validation loss \(NumberFormat.fixed(one, 3)) against "
          + "\(NumberFormat.fixed(other, 3))): prefer it"
        : ", but has learned less (validation loss \(NumberFormat.fixed(one, 3)) against "
          + "\(NumberFormat.fixed(other, 3))): weigh both"
    }
    return text + "."
  }
}
