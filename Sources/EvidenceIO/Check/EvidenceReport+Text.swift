import Basics
import ScoringCore

extension EvidenceReport {
  /// The report in plain text, safe to print whatever the data holds.
  package var text: String {
    var lines: [String] = []
    for file in files {
      lines.append("\(SafeText.oneLine(file.path)): \(file.format.rawValue)")
      if let advice = file.format.advice { lines += Self.wrapped(advice, indent: "  ", limit: 99) }
    }
    for run in runs { lines += [""] + Self.lines(run) }
    if !notes.warnings.isEmpty { lines += ["", "Warnings"] }
    lines += notes.warnings.map { "  " + $0.description }
    lines.append("")
    let defects = notes.defects
    guard !defects.isEmpty else {
      return (lines + ["No defects: every record was read."]).joined(separator: "\n") + "\n"
    }
    lines.append("\(defects.total) records left out: \(defects.summary)")
    lines += defects.listed.map { "  " + $0.description }
    if defects.total > defects.listed.count {
      lines.append("  and \(defects.total - defects.listed.count) more")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ run: CheckedRun) -> [String] {
    var lines = ["Run " + SafeText.oneLine(run.run.name) + described(run.run)]
    func add(_ name: String, _ value: String) {
      lines.append("  " + padded(name, 24) + value)
    }
    let labels = [Label.member, .nonMember, .unknown].map { "\(run.labels[$0] ?? 0) \($0.name)" }
    add("sequences", "\(run.sequences) (\(labels.joined(separator: ", ")))")
    if let count = run.sequencesWithTokens {
      add("tokens of", NumberFormat.counted(count, "sequence"))
      add("scores of all", SafeText.oneLine(run.scoredAttacks.joined(separator: ", ")))
    }
    if let range = run.tokenRange {
      add("tokens", "\(run.tokens), \(range.lowerBound) to \(range.upperBound) a sequence")
      add("predicted positions", "\(run.positions), \(run.scoredPositions) of them count")
    }
    if run.vocabulary > 0 {
      add(
        "distinct tokens",
        "\(run.vocabulary)\(run.tokenIDsAreOriginal ? "" : ", numbered here: the input has no token ids")"
      )
    }
    for column in run.columns {
      var value = column.sequences == run.sequences ? "all" : "\(column.sequences) sequences"
      if let low = column.minimum, let high = column.maximum {
        value += ", \(short(low)) to \(short(high))"
      }
      if column.infinite > 0 { value += ", \(column.infinite) infinite" }
      add(SafeText.oneLine(column.name), value)
    }
    if let verified = ExporterVerification(run.run) {
      lines.append("  Verified by " + SafeText.oneLine(verified.by))
      for finding in verified.findings { add("  " + finding.name, SafeText.oneLine(finding.value)) }
    }
    return lines
  }

  private static func described(_ run: Run) -> String {
    var facts: [String] = []
    if let method = run.method { facts.append(method.rawValue) }
    if let model = run.model { facts.append(SafeText.oneLine(model)) }
    if let reference = run.reference { facts.append("against " + SafeText.oneLine(reference)) }
    return facts.isEmpty ? "" : " (" + facts.joined(separator: ", ") + ")"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  /// A number with four decimals at most.
  private static func short(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(saturating: value)) }
    guard abs(value) >= 1e-3, abs(value) < 1e9 else { return value.description }
    return ((value * 10_000).rounded() / 10_000).description
  }
}
