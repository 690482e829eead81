import Analysis
import ScoringCore

extension ContentReport {
  /// The document scripts read.
  package var json: JSON {
    .object([
      ("version", .int(1)),
      (
        "runs",
        .list(
          runs.map { run in
            .object(RunWords.json(run.run) + run.members(settings))
          })
      ),
      ("population", .string(settings.population.rawValue)), ("level", .number(settings.level)),
      ("replicates", .int(settings.replicates)), ("seed", .string(String(settings.seed))),
      ("intervals_over", .string("sequences")),
    ])
  }
}

extension RunContent {
  fileprivate func members(_ settings: ContentReport.Settings) -> [(key: String, value: JSON)] {
    guard let content else { return [("missing", .string(missing))] }
    return [
      ("members", .int(content.members)), ("non_members", .int(content.nonMembers)),
      ("non_finite", .int(content.nonFinite)),
      ("total_excess", content.totalExcess.json), ("has_excess", .bool(content.hasExcess)),
      (
        "token_classes",
        .list(
          content.entries.map { entry in
            .object(
              [
                ("token_class", .string(entry.tokenClass.rawValue)),
                ("member_tokens", .int(entry.tokens.members)),
                ("non_member_tokens", .int(entry.tokens.nonMembers)),
              ] + entry.figures.map { ($0.name, $0.figure.json) })
          })
      ),
    ]
  }
}

extension LeakedContent.Entry {
  /// The figures under the names outputs use.
  package var figures: [(name: String, figure: LeakedContent.Figure)] {
    [
      ("token_share", LeakedContent.Figure(value: tokenShare, interval: nil)),
      ("up_share", upShare), ("down_share", downShare), ("member_shift", memberShift),
      ("non_member_shift", nonMemberShift), ("excess", excess), ("excess_share", excessShare),
    ]
  }
}

extension LeakedContent.Figure {
  fileprivate var json: JSON {
    .object([("value", .number(value)), ("interval", .interval(interval))])
  }
}
