import Analysis
import Basics
import ScoringCore
import TerminalUI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What text runs give away, with hidden what is to be hidden of it.
package struct RedactedLeaks: TabularReport {
  package let report: LeakReport
  package let redaction: Redaction

  package init(_ report: LeakReport, _ redaction: Redaction) {
    self.report = report
    self.redaction = redaction
  }

  /// The report for people, at most 100 columns wide.
  package var text: String {
    report.runs.map { run in
      var text = FigureText.wrapped(RunWords.heading(run.run))
      for section in sections(run) { text += section.text }
      return text + "\n"
    }.joined() + footer.map { FigureText.wrapped($0) }.joined()
  }

  /// The report for documents.
  package var markdown: String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    return report.runs.map { run in
      "## \(cell(RunWords.heading(run.run)))\n" + sections(run).map(\.markdown).joined() + "\n"
    }.joined() + footer.map(cell).joined(separator: "\n\n") + "\n"
  }

  func sections(_ run: RunLeaks) -> [ReportSection] {
    guard let table = run.table, let leaks = run.leaks else {
      return [ReportSection(title: "No spans", remarks: run.remarks)]
    }
    var sections = [ReportSection(title: title(run, leaks), tables: [groups(run)])]
    if report.settings.ledgerKey == nil {
      sections.append(
        ReportSection(
          title: "Spans, those that cost least first"
            + (run.unlisted > 0 ? "; \(NumberFormat.count(run.unlisted)) more not listed" : ""),
          tables: [spans(run, table)]))
    } else {
      sections.append(ledger(run, table))
    }
    sections[sections.count - 1].remarks = run.remarks
    return sections
  }

  /// `41 spans in 38 of 904 sequences; greedy; the reference would need 40 bits or more`.
  private func title(_ run: RunLeaks, _ leaks: Leaks) -> String {
    let settings = report.settings.leaks
    let bits = leaks.calibrationBits
    let budget =
      settings.decoder == .greedy
      ? "greedy"
      : "by \(settings.decoder.rawValue) within 2^\(NumberFormat.plain(settings.budget)) tries"
    var parts = [
      "\(NumberFormat.counted(run.spans.count + run.unlisted, "span")) in "
        + "\(NumberFormat.count(run.leaking)) of "
        + "\(NumberFormat.counted(leaks.bestBits.count, "sequence")); \(budget); the reference "
        + "would need \(NumberFormat.plain(settings.referenceBits)) bits or more for tokens that "
        + "no other record has"
    ]
    if let most = bits.last, most > 0 {
      let high = leaks.calibration99 ?? most
      parts.append(
        "non-members' best spans need \(NumberFormat.fixed(most, 1)) bits at most, 99% of them "
          + "\(NumberFormat.fixed(high, 1))")
    }
    if let rate = report.settings.falseDiscoveryRate {
      parts.append("named at a false-discovery rate of \(NumberFormat.rate(rate))")
    }
    return parts.joined(separator: "; ") + "."
  }

  private func groups(_ run: RunLeaks) -> AlignedTable {
    var table = AlignedTable([
      "sequences", ">n", ">with a span", ">\(NumberFormat.rate(report.settings.level)) interval",
      ">spans", ">per 1,000", ">above all",
    ])
    for group in run.groups {
      table.add([
        group.slice.map { "  \($0.key) \($0.value)" } ?? group.name,
        NumberFormat.count(group.sequences.total),
        group.sequences.value.map { NumberFormat.percent($0) } ?? "-",
        FigureText.percentInterval(group.sequences.interval), NumberFormat.count(group.spans),
        NumberFormat.fixed(
          1000 * Double(group.spans) / Double(max(1, group.sequences.total)), 1),
        group.aboveAll.value.map { NumberFormat.percent($0) } ?? "-",
      ])
    }
    return table
  }

  private func spans(_ run: RunLeaks, _ table: EvidenceTable) -> AlignedTable {
    var rows = AlignedTable([
      "sequence", ">draws", ">base", ">tokens", ">own", "holds", ">p", ">FDR", "span",
    ])
    for span in run.spans {
      rows.add([
        table.id(span.sequence), LeakWords.draws(span), LeakWords.power(span.referenceBits),
        NumberFormat.count(span.tokens.count), NumberFormat.count(span.ownCount),
        LeakWords.classes(span), NumberFormat.pValue(span.pValue),
        span.falseDiscoveryRate.isNaN ? "-" : NumberFormat.pValue(span.falseDiscoveryRate),
        clipped(span, table),
      ])
    }
    return rows
  }

  private func ledger(_ run: RunLeaks, _ table: EvidenceTable) -> ReportSection {
    let key = report.settings.ledgerKey ?? ""
    var rows = AlignedTable([
      key, "sequence", ">spans", ">draws", ">base", ">p", "worst span",
    ])
    let leaking = run.ledger.filter { $0.leaking > 0 }
    for entry in leaking {
      rows.add([
        entry.value,
        "\(entry.leaking) of \(NumberFormat.counted(entry.records.count, "record"))",
        NumberFormat.count(entry.records.reduce(0) { $0 + $1.spans }), "", "",
        NumberFormat.pValue(entry.pValue), "",
      ])
      for record in entry.records {
        rows.add([
          "", table.id(record.sequence), NumberFormat.count(record.spans),
          record.worst.map(LeakWords.draws) ?? "-",
          record.worst.map { LeakWords.power($0.referenceBits) } ?? "-",
          record.worst.map { NumberFormat.pValue($0.pValue) } ?? "-",
          record.worst.map { clipped($0, table) }
            ?? "",
        ])
      }
    }
    return ReportSection(
      title: "By meta.\(key): \(NumberFormat.count(leaking.count)) of "
        + "\(NumberFormat.count(run.ledger.count)) have a span; each record with its worst span",
      tables: [rows])
  }

  private func clipped(_ span: LeakSpan, _ table: EvidenceTable) -> String {
    Clip.text(LeakWords.text(span, table, redaction), to: 22, escaping: .preview)
  }

  var footer: [String] {
    let hidden =
      redaction == .off || report.runs.allSatisfy(\.spans.isEmpty)
      ? [] : ["Texts are hidden (--redact \(redaction.rawValue)); --redact off shows them."]
    return [
      "draws: samples at temperature 1 that bring the span with a probability of "
        + "\(NumberFormat.plain(report.settings.leaks.probability)), 1 where greedy decoding does; "
        + "top-k or another temperature need fewer or more. base: tries that the reference would need "
        + "for the span's own "
        + "tokens. p: how often a sequence like the primary non-members has a span as good. above all: "
        + "sequences with a better span than any non-member. No "
        + "span says little about texts seen once: ezscope evaluate tells those."
    ] + hidden
  }
}

/// Words for spans.
package enum LeakWords {
  /// The span's text with hidden what is to be hidden, as the whole sequence shows it.
  package static func text(
    _ span: LeakSpan, _ table: EvidenceTable, _ redaction: Redaction
  ) -> String {
    let pieces = RedactedText.pieces(table.tokens(span.sequence), redaction)
    guard pieces.count >= span.tokens.upperBound else { return "" }
    return pieces[span.tokens].joined()
  }

  /// `1` where greedy decoding gives the span, `1,200`, `2^43`.
  package static func draws(_ span: LeakSpan) -> String { power(span.log2Draws) }

  /// A number given by its log2: whole up to a million, else `2^43`.
  package static func power(_ bits: Double) -> String {
    bits < 20
      ? NumberFormat.count(Int(saturating: exp2(bits).rounded(.up)))
      : "2^" + NumberFormat.count(Int(saturating: bits.rounded()))
  }

  /// `digits, names`: what its own tokens are, most frequent first, at most two.
  package static func classes(_ span: LeakSpan) -> String {
    span.classes.prefix(2).map { word($0.tokenClass) }.joined(separator: ", ")
  }

  /// A class of tokens in a sentence.
  static func plural(_ kind: TokenClass) -> String {
    switch kind {
    case .secretLike: "addresses and codes"
    case .digits: "digits"
    case .capitalised: "names"
    case .punctuation: "punctuation"
    case .rare: "rare words"
    case .other: "plain words"
    case .unknown: "tokens of unknown text"
    }
  }

  /// A class of tokens in one word.
  private static func word(_ kind: TokenClass) -> String {
    switch kind {
    case .secretLike: "secret"
    case .digits: "digits"
    case .capitalised: "names"
    case .punctuation: "marks"
    case .rare: "rare"
    case .other: "words"
    case .unknown: "unknown"
    }
  }
}

extension Leaks {
  /// What 99 of 100 non-members' best spans stay within, in bits.
  var calibration99: Double? {
    let bits = calibrationBits
    return bits.isEmpty ? nil : bits[min(bits.count - 1, bits.count * 99 / 100)]
  }
}
