import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What models reproduce, with hidden what is to be hidden of the texts.
package struct RedactedExtraction: TabularReport {
  package let report: ExtractionReport
  package let redaction: Redaction

  package init(_ report: ExtractionReport, _ redaction: Redaction) {
    self.report = report
    self.redaction = redaction
  }

  package var settings: ExtractionReport.Settings { report.settings }
  package var runs: [RunExtraction] { report.runs }
}

extension RedactedExtraction {
  /// The report for people, at most 100 columns wide.
  package var text: String {
    runs.map { run in
      var text = FigureText.wrapped(run.heading)
      for section in run.sections(settings) {
        text += "\n" + FigureText.wrapped(section.title, indent: 2)
        if let table = section.table { text += table.text(indent: 2) }
      }
      for example in run.examples {
        text +=
          "\n" + FigureText.wrapped(example.heading, indent: 2) + example.text(width: 98, redaction)
      }
      if !run.remarks.isEmpty { text += "\n" }
      for line in run.remarks { text += FigureText.wrapped(line, indent: 2) }
      return text + "\n"
    }.joined() + footer.map { FigureText.wrapped($0) }.joined()
  }

  /// The report for documents.
  package var markdown: String {
    func cell(_ text: String) -> String {
      AlignedTable.markdownCell(Sanitize.text(text, escaping: .preview))
    }
    return runs.map { run in
      var text = "## \(cell(run.heading))\n"
      for section in run.sections(settings) {
        text += "\n\(cell(section.title))\n"
        if let table = section.table { text += "\n" + table.markdown }
      }
      for example in run.examples {
        text += "\n\(cell(example.heading))\n\n" + example.text(width: 98, redaction)
      }
      if !run.remarks.isEmpty { text += "\n" + run.remarks.map { "- \(cell($0))\n" }.joined() }
      return text + "\n"
    }.joined() + footer.map(cell).joined(separator: "\n\n") + "\n"
  }

  var footer: [String] {
    let hidden =
      redaction == .off || runs.allSatisfy(\.examples.isEmpty)
      ? []
      : ["Texts are hidden (--redact \(redaction.rawValue)); --redact off shows them."]
    return [
      "verbatim: the first \(Reproduction.verbatimTokens) tokens of the true suffix, or all of a "
        + "shorter one, exactly. near: at most 10% of them edited (token edit distance). run: "
        + "consecutive true tokens found anywhere, the median over sequences. ROUGE-L: F over "
        + "tokens. Where a sequence has several continuations its best one counts, but ROUGE-L is "
        + "their mean.",
      "Intervals are \(NumberFormat.rate(settings.level)) over sequences, for this one trained model: "
        + "exact for rates, bootstrap with \(NumberFormat.count(settings.replicates)) replicates "
        + "(seed \(settings.seed)) for means. A rate is over the sequences that were continued, "
        + "however they were picked.",
    ] + hidden
  }
}

extension RunExtraction {
  /// A table with a sentence above it.
  package struct Section {
    package let title: String
    package let table: AlignedTable?
  }

  /// `full-e3: full (parameter-based), epoch 3, validation loss 1.275`.
  package var heading: String { RunWords.heading(run) }

  package func sections(_ settings: ExtractionReport.Settings) -> [Section] {
    decodings.flatMap { $0.sections(settings) }
      + (teacherForced.map { [Section(title: $0.title, table: $0.table)] } ?? [])
      + exposureSections(settings)
  }

  private func exposureSections(_ settings: ExtractionReport.Settings) -> [Section] {
    guard let known = exposures.first else { return [] }
    let part =
      known.isSecretOnly ? "the secret's tokens" : "the whole sequence where no secret is marked"
    var table = AlignedTable([
      "ranked by", ">trained on", ">canaries", ">mean bits",
      ">\(NumberFormat.rate(settings.level)) interval", ">ranked first", ">interval",
    ])
    for exposure in exposures {
      let summaries = exposure.summaries(
        level: settings.level, replicates: settings.replicates, seed: settings.seed)
      for summary in summaries {
        table.add([
          exposure.measure.title, summary.duplicates.map { "\($0)x" } ?? "all",
          NumberFormat.count(summary.count), NumberFormat.fixed(summary.meanBits, 2),
          summary.interval.map { NumberFormat.interval($0.lower, $0.upper, 2) } ?? "-",
          summary.first.value.map { NumberFormat.percent($0) } ?? "-",
          FigureText.percentInterval(summary.first.interval),
        ])
      }
    }
    let maximum = NumberFormat.fixed(Exposure(rank: 1, candidates: known.candidates).maximum, 2)
    return [
      Section(
        title: "Canary exposure: each of \(known.canaries.count) canaries ranked among "
          + "\(known.candidates - 1) controls never trained on, by \(part); at most \(maximum) "
          + "bits, \(NumberFormat.fixed(Exposure.chance(candidates: known.candidates), 2)) by chance, "
          + "ties against the canary.",
        table: table)
    ]
  }
}

extension CanaryMeasure {
  /// What tables call it.
  package var title: String {
    switch self {
    case .logProbability: "log-probability"
    case .shift: "shift"
    }
  }
}

extension DecodingReport {
  fileprivate func sections(
    _ settings: ExtractionReport.Settings
  ) -> [RunExtraction.Section] {
    var sections = [
      RunExtraction.Section(title: title, table: rates(settings))
    ]
    if !discoverability.isEmpty {
      var table = AlignedTable([
        ">tries", ">wanted chance", ">members", ">\(NumberFormat.rate(settings.level)) interval",
      ])
      for entry in discoverability {
        table.add([
          NumberFormat.count(entry.tries), NumberFormat.rate(entry.chance),
          entry.share.value.map { NumberFormat.percent($0) } ?? "-",
          FigureText.percentInterval(entry.share.interval),
        ])
      }
      sections.append(
        RunExtraction.Section(
          title: "(n, p)-discoverable: members that come out verbatim at least once in n tries "
            + "with a chance of at least p, each sequence's chance a try estimated from its own "
            + "samples.", table: table))
    }
    for curve in curves {
      var table = AlignedTable([
        ">at least", ">members", ">\(NumberFormat.rate(settings.level)) interval", ">non-members",
        ">interval",
      ])
      for point in curve.points {
        table.add([
          NumberFormat.plain(point.threshold),
          point.members.value.map { NumberFormat.percent($0) } ?? "-",
          FigureText.percentInterval(point.members.interval),
          point.nonMembers.value.map { NumberFormat.percent($0) } ?? "-",
          FigureText.percentInterval(point.nonMembers.interval),
        ])
      }
      let kind =
        curve.isSupplied
        ? "Similarity by \(curve.source), as it came with the evidence"
        : "Similarity in wording, \(curve.source), as none came with the evidence"
      sections.append(
        RunExtraction.Section(
          title: kind + ". Similar is not copied: what members have beyond non-members counts.",
          table: table))
    }
    return sections
  }

  /// `Decoding greedy: 206 continuations, compared by token ids`.
  private var title: String {
    let names: [Reproduction.Unit: String] = [
      .tokenIDs: "token ids", .textTokens: "words and marks of their texts",
    ]
    let compared = Reproduction.Unit.allCases.compactMap { unit in
      units[unit].map { "\(NumberFormat.count($0)) compared by \(names[unit] ?? "")" }
    }
    var parts = compared
    let lengths = rows.compactMap(\.rates.comparedTokens)
    if let low = lengths.map(\.lowerBound).min(), let high = lengths.map(\.upperBound).max() {
      parts.append(
        low == high ? "verbatim means \(low) tokens" : "verbatim means \(low) to \(high) tokens")
    }
    if withoutSuffix > 0 {
      parts.append("\(NumberFormat.count(withoutSuffix)) left out: no true suffix is known")
    }
    return "Continuations, decoding \(decoding): " + parts.joined(separator: ", ")
  }

  private func rates(_ settings: ExtractionReport.Settings) -> AlignedTable {
    var table = AlignedTable([
      "sequences", ">n", ">verbatim", ">interval", ">near", ">interval", ">run", ">ROUGE-L",
      ">interval",
    ])
    for row in rows {
      let rates = row.rates
      table.add([
        row.slice.map { "  \($0.key) \($0.value)" } ?? row.group,
        NumberFormat.count(rates.sequences),
        rates.verbatim.value.map { NumberFormat.percent($0) } ?? "-",
        FigureText.percentInterval(rates.verbatim.interval),
        rates.nearVerbatim.value.map { NumberFormat.percent($0) } ?? "-",
        FigureText.percentInterval(rates.nearVerbatim.interval),
        rates.medianRun.map { NumberFormat.plain($0) } ?? "-",
        rates.rougeL.map { NumberFormat.fixed($0, 2) } ?? "-",
        rates.rougeLInterval.map { NumberFormat.interval($0.lower, $0.upper, 2) } ?? "-",
      ])
    }
    return table
  }
}
