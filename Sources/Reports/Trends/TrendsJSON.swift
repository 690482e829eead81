import Analysis
import ScoringCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Two to a power.
package func exponential(_ power: Double) -> Double { exp2(power) }

extension TrendsReport {
  /// The document scripts read.
  package var json: JSON {
    .object([
      ("version", .int(1)), ("by", .string(settings.axis.rawValue)),
      ("figure", .string(settings.figure.rawValue)),
      ("attack", settings.figure.needsScores ? .string(settings.attack) : .null),
      ("fpr", settings.figure == .tpr ? .number(settings.fpr) : .null),
      ("extraction", settings.extractionJSON), ("members_too_short", .int(shared.tooShort)),
      ("shared_sequences", .int(shared.count)), ("dropped_sequences", .int(shared.dropped)),
      ("levels", .list(zip(points, figures.estimates).map(Self.json))),
      ("slopes", .list((study?.groups ?? []).compactMap(Self.json))),
      ("comparisons", .list(comparisons)),
      (
        "left_out",
        .list(
          shared.leftOut.map {
            .object([("run", .string($0.run)), ("reason", .string($0.reason))])
          }
        )
      ),
      ("population", .string(settings.population.rawValue)), ("level", .number(settings.level)),
      ("replicates", .int(settings.replicates)), ("seed", .string(String(settings.seed))),
      ("slope_per", settings.axis.isNumeric ? .string(settings.axis.unit) : .null),
      ("correction", .string("holm_over_comparisons")),
      ("intervals_over", .string(shared.clusters == nil ? "sequences" : "documents")),
    ])
  }

  private static func json(_ point: Point, _ estimate: PairedFigures.Estimate) -> JSON {
    .object([
      ("group", .string(point.group)), ("level", .string(point.name)),
      ("value", .number(point.value)), ("run", .string(point.run.name)),
      ("method", .string(point.run.method?.rawValue)),
      ("members", .int(point.figure.count)), ("non_members", .int(point.figure.nonMembers)),
      ("figure", .number(estimate.value)), ("interval", .interval(estimate.interval)),
      ("interval_method", .string(estimate.interval?.method.rawValue)),
      (
        "all_sequences",
        point.own.map {
          .object([
            ("members", .int($0.members)), ("non_members", .int($0.nonMembers)),
            ("figure", .number($0.value)), ("interval", .interval($0.interval)),
          ])
        } ?? .null
      ),
      ("validation_loss", .number(point.run.validationLoss)),
      ("reference_validation_loss", .number(point.run.referenceValidationLoss)),
    ])
  }

  /// A group's line; where its figures lie on none, the scatter that says so and no slope.
  private static func json(_ group: TrendStudy.Group) -> JSON? {
    guard group.slope != nil || group.isOffLine else { return nil }
    return .object([
      ("group", .string(group.name)), ("levels", .int(group.points.count)),
      ("slope", .number(group.slope?.value)), ("interval", .interval(group.slope?.interval)),
      ("p", .pValue(group.slope?.pValue)), ("scatter", .number(group.scatter)),
    ])
  }

  private var comparisons: [JSON] {
    func json(
      _ kind: String, _ subject: String, _ against: String, _ level: Double?,
      _ difference: PairedFigures.Contrast, _ holm: Double, againstLevel: Double? = nil
    ) -> JSON {
      .object([
        ("kind", .string(kind)), ("subject", .string(subject)), ("against", .string(against)),
        ("level", .number(level)), ("against_level", .number(againstLevel)),
        ("difference", .number(difference.value)),
        ("interval", .interval(difference.interval)), ("p", .pValue(difference.pValue)),
        ("p_holm", .pValue(holm)),
      ])
    }
    let slopes = (study?.comparisons ?? []).map { comparison in
      let (kind, level, against): (String, Double?, Double?) =
        switch comparison.kind {
        case .slopes: ("slopes", nil, nil)
        case .sameLevel(let level): ("same_level", level, level)
        case .line(let level): ("line", level, level)
        case .nearestLevel(let level, let against): ("nearest_level", level, against)
        }
      func shown(_ level: Double?) -> Double? {
        settings.axis.isDoubling ? level.map(exponential) : level
      }
      return json(
        kind, comparison.group, comparison.base, shown(level), comparison.difference,
        comparison.holm, againstLevel: shown(against))
    }
    return slopes
      + contrasts.map { json("levels", $0.subject, $0.against, nil, $0.difference, $0.holm) }
  }
}

extension TrendsReport.Settings {
  /// What a figure read off ranks and log-probabilities is made of; null for others.
  var extractionJSON: JSON {
    switch figure {
    case .leaks:
      .object([
        ("decoder", .string(leaks.decoder.rawValue)),
        ("reference_bits", .number(leaks.referenceBits)),
        ("shared_tokens", .int(leaks.sharedLength)), ("per", .int(1000)),
      ])
    case .discoverable:
      .object([
        ("log2_draws", .number(log2Draws)), ("prefix_tokens", .int(windows.prefix)),
        ("suffix_tokens", .int(windows.suffix)), ("probability", .number(windows.probability)),
      ])
    default: .null
    }
  }
}
