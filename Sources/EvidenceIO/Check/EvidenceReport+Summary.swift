import Basics
import ScoringCore

extension EvidenceReport {
  /// How many lines a summary has at most.
  package static let summaryLines = 30

  /// What the inputs are, what they hold, what they allow and what to type next, in at most
  /// `summaryLines` lines, safe to print whatever the data holds.
  ///
  /// - Parameters:
  ///   - attacks: what can be computed and what lacks, in words.
  ///   - next: the commands to type next.
  package func summary(attacks: [String], next: [String]) -> String {
    var lines = fileLines
    for run in runs.prefix(3) { lines += Self.summary(run) }
    if runs.count > 3 {
      let names = runs.dropFirst(3).map { SafeText.oneLine($0.run.name, limit: 40) }
      lines += Self.wrapped(
        "and \(NumberFormat.counted(runs.count - 3, "run")) more: " + names.joined(separator: ", "),
        indent: "", limit: 2)
    }
    lines.append("")
    for attack in attacks { lines += Self.wrapped(attack, indent: "", limit: 5) }
    let ending = noteLines + next.map { "Next: " + $0 }
    let room = Self.summaryLines - ending.count
    if lines.count > room { lines = lines.prefix(room - 1) + ["… (--all shows everything)"] }
    return (lines + ending).joined(separator: "\n") + "\n"
  }

  private var fileLines: [String] {
    var lines: [String] = []
    var formats: [FileFormat] = []
    for (_, format) in files where !formats.contains(format) { formats.append(format) }
    for format in formats {
      let paths = files.filter { $0.format == format }.map { SafeText.oneLine($0.path) }
      let shown =
        paths.count > 3 ? "\(paths[0]) and \(paths.count - 1) more" : paths.joined(separator: ", ")
      lines.append("\(shown): \(format.rawValue)")
      if let advice = format.advice {
        lines += Self.wrapped(advice, indent: "  ", limit: 4)
      }
    }
    return lines
  }

  private static func summary(_ run: CheckedRun) -> [String] {
    let labels = [Label.member, .nonMember, .unknown]
      .map { "\(NumberFormat.count(run.labels[$0] ?? 0)) \($0.name)" }.joined(separator: ", ")
    var text =
      "Run \(SafeText.oneLine(run.run.name, limit: 60)): "
      + "\(NumberFormat.counted(run.sequences, "sequence")) (\(labels))"
    if let count = run.sequencesWithTokens {
      text += "; scores of all, tokens of \(NumberFormat.count(count))"
    }
    if let range = run.tokenRange {
      text +=
        ", \(NumberFormat.counted(run.tokens, "token")), \(range.lowerBound) to "
        + "\(range.upperBound) each"
    }
    let columns = run.columns.map { column in
      let name = SafeText.oneLine(column.name, limit: 40)
      guard column.sequences != run.sequences else { return name }
      return "\(name) (\(NumberFormat.count(column.sequences)))"
    }
    return wrapped(text, indent: "", limit: 2)
      + wrapped("holds " + columns.joined(separator: ", "), indent: "  ", limit: 3)
  }

  private var noteLines: [String] {
    var lines: [String] = []
    if !notes.warnings.isEmpty {
      lines.append("")
      for warning in notes.warnings.prefix(3) {
        lines += Self.wrapped(warning.description, indent: "  ", limit: 2)
      }
      if notes.warnings.count > 3 {
        lines.append("  and \(NumberFormat.counted(notes.warnings.count - 3, "more warning"))")
      }
    }
    let defects = notes.defects
    guard !defects.isEmpty else { return lines + ["", "No defects: every record was read."] }
    lines += ["", "\(NumberFormat.counted(defects.total, "record")) left out: \(defects.summary)"]
    for defect in defects.listed.prefix(2) {
      lines += Self.wrapped(defect.description, indent: "  ", limit: 2)
    }
    return lines
  }

  /// A text in lines of at most 100 columns, the rest cut off.
  static func wrapped(_ text: String, indent: String, limit: Int) -> [String] {
    var lines = [indent]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count + 1 > 100 {
        guard lines.count < limit else {
          lines[lines.count - 1] += " …"
          return lines
        }
        lines.append(indent)
      }
      let isFirst = lines[lines.count - 1].count == indent.count
      lines[lines.count - 1] += (isFirst ? "" : " ") + word
    }
    return lines
  }
}

/// What to type after looking at inputs.
package struct NextCommand {
  private let words: [String]
  private let report: EvidenceReport
  private let sources: EvidenceSources

  /// Looks at what was opened under these names.
  package init(_ report: EvidenceReport, _ sources: EvidenceSources) {
    self.report = report
    self.sources = sources
    var words = sources.paths.map(ForeignFile.quoted)
    for (option, paths) in [
      ("--target", sources.targets), ("--reference", sources.references),
      ("--members", sources.members), ("--non-members", sources.nonMembers),
    ] {
      for path in paths { words += [option, ForeignFile.quoted(path)] }
    }
    if sources.columns != ColumnMapping() { words.append("--columns …") }
    if let aggregate = sources.aggregate { words += ["--aggregate", aggregate.rawValue] }
    self.words = words
  }

  /// The commands, with what they are for.
  package var lines: [String] {
    let names = words.joined(separator: " ")
    let isLabelled = report.runs.contains {
      $0.labels[.member] ?? 0 > 0 && $0.labels[.nonMember] ?? 0 > 0
    }
    let lacksReference =
      report.runs.allSatisfy { !$0.isScoresOnly }
      && !report.runs.contains { $0.columns.contains { $0.name == "reference.logprobs" } }
    var lines: [String] = []
    if lacksReference, sources.references.isEmpty {
      let target =
        sources.targets.isEmpty && sources.paths.count == 1
        ? "--target \(ForeignFile.quoted(sources.paths[0]))" : names
      lines.append(
        "ezscope check \(target) --reference DUMP_OF_THE_BASE   (the same texts, for EZ and its kin)"
      )
    }
    lines.append(
      isLabelled
        ? "ezscope evaluate \(names)"
        : "ezscope evaluate \(names) --members MEMBERS --non-members NON_MEMBERS   (ids or texts)")
    return lines
  }
}
