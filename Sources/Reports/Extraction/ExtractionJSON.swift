import Analysis
import ScoringCore
import TerminalUI

extension RedactedExtraction {
  /// The document scripts read.
  package var json: JSON {
    .object([
      ("version", .int(1)), ("runs", .list(runs.map { $0.json(settings, redaction) })),
      ("verbatim_tokens", .int(Reproduction.verbatimTokens)),
      ("near_verbatim_share", .number(Reproduction.nearVerbatimShare)),
      ("level", .number(settings.level)), ("replicates", .int(settings.replicates)),
      ("seed", .string(String(settings.seed))), ("intervals_over", .string("sequences")),
    ])
  }
}

extension RunExtraction {
  fileprivate func json(_ settings: ExtractionReport.Settings, _ redaction: Redaction) -> JSON {
    .object(
      RunWords.json(run) + [
        ("decodings", .list(decodings.map(\.json))),
        ("canary_exposure", .list(exposures.map { $0.json(settings) })),
        ("read_off_evidence", teacherForced?.json ?? .null),
        ("examples", .list(examples.map { $0.json(redaction) })), ("remarks", .strings(remarks)),
      ])
  }
}

extension DecodingReport {
  fileprivate var json: JSON {
    .object([
      ("decoding", .string(decoding)),
      (
        "compared_by",
        .object(Reproduction.Unit.allCases.map { ($0.rawValue, .int(units[$0] ?? 0)) })
      ),
      ("without_suffix", .int(withoutSuffix)), ("groups", .list(rows.map(\.json))),
      ("discoverable", .list(discoverability.map(\.json))),
      ("similarity", .list(curves.map(\.json))),
    ])
  }
}

extension DecodingReport.Row {
  fileprivate var json: JSON {
    .object([
      ("group", .string(group)), ("key", .string(slice?.key)), ("value", .string(slice?.value)),
      ("sequences", .int(rates.sequences)), ("continuations", .int(rates.samples)),
      ("verbatim", rates.verbatim.json), ("near_verbatim", rates.nearVerbatim.json),
      ("mean_verbatim_share", .number(rates.meanVerbatimShare)),
      ("median_run", .number(rates.medianRun)), ("longest_run", .int(rates.longestRun)),
      ("rouge_l", .number(rates.rougeL)), ("rouge_l_interval", .interval(rates.rougeLInterval)),
      (
        "compared_tokens",
        rates.comparedTokens.map { .list([.int($0.lowerBound), .int($0.upperBound)]) } ?? .null
      ),
    ])
  }
}

extension Proportion {
  /// Count, share and exact interval.
  package var json: JSON {
    .object([
      ("count", .int(count)), ("of", .int(total)), ("share", .number(value)),
      ("interval", .interval(interval)),
    ])
  }
}

extension Discoverability {
  fileprivate var json: JSON {
    .object([("tries", .int(tries)), ("chance", .number(chance)), ("members", share.json)])
  }
}

extension SimilarityCurve {
  fileprivate var json: JSON {
    .object([
      ("source", .string(source)), ("supplied", .bool(isSupplied)),
      (
        "points",
        .list(
          points.map {
            .object([
              ("threshold", .number($0.threshold)), ("members", $0.members.json),
              ("non_members", $0.nonMembers.json),
            ])
          })
      ),
    ])
  }
}

extension CanaryExposures {
  fileprivate func json(_ settings: ExtractionReport.Settings) -> JSON {
    let summaries = summaries(
      level: settings.level, replicates: settings.replicates, seed: settings.seed)
    return .object([
      ("ranked_by", .string(measure.rawValue)), ("candidates", .int(candidates)),
      ("maximum_bits", .number(Exposure(rank: 1, candidates: candidates).maximum)),
      ("secret_only", .bool(isSecretOnly)), ("without_evidence", .int(withoutEvidence)),
      (
        "summaries",
        .list(
          summaries.map {
            .object([
              ("duplicates", .int($0.duplicates)), ("canaries", .int($0.count)),
              ("mean_bits", .number($0.meanBits)), ("interval", .interval($0.interval)),
              ("ranked_first", $0.first.json),
            ])
          })
      ),
      (
        "canaries",
        .list(
          canaries.map {
            .object([
              ("sequence", .string($0.id)),
              ("duplicates", .int($0.canary.duplicates)),
              ("rank", .int($0.exposure.rank)), ("bits", .number($0.exposure.bits)),
              ("p", .pValue($0.exposure.pValue)),
            ])
          })
      ),
    ])
  }
}

extension ContinuationExample {
  fileprivate func json(_ redaction: Redaction) -> JSON {
    let cells = cells(redaction)
    return .object([
      ("id", .string(id)), ("label", .string(label.name)), ("decoding", .string(decoding)),
      ("prefix_tokens", .int(prefixTokens)), ("verbatim", .bool(reproduction.isVerbatim)),
      ("near_verbatim", .bool(reproduction.isNearVerbatim)),
      ("edit_distance", .int(reproduction.editDistance)),
      ("compared_tokens", .int(reproduction.comparedTokens)),
      ("longest_run", .int(reproduction.longestRun)),
      ("rouge_l", .number(reproduction.rougeL.f)),
      ("lexical_similarity", .number(reproduction.lexicalSimilarity)),
      ("similarity", .number(reproduction.suppliedSimilarity)),
      ("encoder", .string(reproduction.encoder)),
      ("suffix_text", .string(cells.map(\.truth).joined())),
      ("text", .string(cells.map(\.made).joined())),
    ])
  }
}
