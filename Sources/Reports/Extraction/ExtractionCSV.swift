import Analysis
import ScoringCore

extension RedactedExtraction {
  /// The rates, a line for each group of sequences.
  package var csv: String {
    let header = [
      "run", "decoding", "group", "key", "value", "sequences", "continuations", "verbatim",
      "verbatim_lower", "verbatim_upper", "near_verbatim", "near_verbatim_lower",
      "near_verbatim_upper", "median_run", "longest_run", "rouge_l", "rouge_l_lower",
      "rouge_l_upper",
    ]
    var lines = [header.joined(separator: ",")]
    for run in runs {
      for decoding in run.decodings {
        for row in decoding.rows {
          let rates = row.rates
          let words = [
            run.run.name, decoding.decoding, row.group, row.slice?.key ?? "",
            row.slice?.value ?? "",
          ]
          let figures: [Double?] = [
            Double(rates.sequences), Double(rates.samples), rates.verbatim.value,
            rates.verbatim.interval.lower, rates.verbatim.interval.upper,
            rates.nearVerbatim.value, rates.nearVerbatim.interval.lower,
            rates.nearVerbatim.interval.upper, rates.medianRun, Double(rates.longestRun),
            rates.rougeL, rates.rougeLInterval?.lower, rates.rougeLInterval?.upper,
          ]
          let fields =
            words.map(AlignedTable.csvField)
            + figures.map { $0.map { JSON.number($0).line } ?? "" }
          lines.append(fields.joined(separator: ","))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
