import Analysis
import Basics
import ScoringCore

extension TeacherForcedExtraction {
  /// What the table is about.
  package var title: String {
    "Read off the evidence, without generating: the \(settings.suffix) tokens after the first "
      + "\(settings.prefix), and windows of \(settings.window). memorized and strength: target, "
      + "reference. long: those with so many tokens, of whom greedy decoding gives the suffix, and "
      + "2^10 draws and more bring it. windows: those with a greedy window for which the reference "
      + "would need \(NumberFormat.plain(Self.windowReferenceBits)) bits. bits: the cheapest window's "
      + "cost to who ranks."
  }

  /// The figures by group of sequences.
  package var table: AlignedTable {
    var table = AlignedTable([
      "sequences", ">n", ">memorized", ">strength", ">long", ">greedy", ">2^10", ">2^20",
      ">2^30", ">windows", ">bits",
    ])
    for row in rows {
      table.add(
        [
          row.slice.map { "  \($0.key) \($0.value)" } ?? row.group,
          NumberFormat.count(row.sequences), Self.pair(row.memorized, row.referenceMemorized),
          Self.pair(row.strength, row.referenceStrength),
          NumberFormat.count(row.within.first?.total ?? 0),
          row.greedy.value.map { NumberFormat.percent($0) } ?? "-",
        ] + row.within.map { $0.value.map { NumberFormat.percent($0) } ?? "-" }
          + [
            row.windows.value.map { NumberFormat.percent($0) } ?? "-",
            row.leastBits.map { NumberFormat.fixed($0, 1) } ?? "-",
          ])
    }
    return table
  }

  private static func pair(_ target: Double?, _ reference: Double?) -> String {
    guard let target else { return "-" }
    let own = NumberFormat.fixed(target, 2)
    return reference.map { "\(own), \(NumberFormat.fixed($0, 2))" } ?? own
  }

  /// The document scripts read.
  package var json: JSON {
    .object([
      ("prefix_tokens", .int(settings.prefix)), ("suffix_tokens", .int(settings.suffix)),
      ("window_tokens", .int(settings.window)), ("rank_limit", .int(settings.rankLimit)),
      ("probability", .number(settings.probability)), ("groups", .list(rows.map(\.json))),
      ("curve", curve?.json ?? .null),
    ])
  }
}

extension TeacherForcedExtraction.Row {
  fileprivate var json: JSON {
    .object([
      ("group", .string(group)), ("key", .string(slice?.key)), ("value", .string(slice?.value)),
      ("sequences", .int(sequences)), ("memorized", .number(memorized)),
      ("reference_memorized", .number(referenceMemorized)), ("strength", .number(strength)),
      ("reference_strength", .number(referenceStrength)), ("greedy", greedy.json),
      (
        "within",
        .list(
          zip(TeacherForcedExtraction.draws, within).map {
            .object([("log2_draws", .number($0)), ("sequences", $1.json)])
          })
      ),
      (
        "greedy_windows",
        .object([
          ("reference_bits", .number(TeacherForcedExtraction.windowReferenceBits)),
          ("sequences", windows.json),
        ])
      ),
      ("least_window_bits", .number(leastBits)),
    ])
  }
}

extension DiscoveryCurve {
  fileprivate var json: JSON {
    .object([
      ("members_left_out", .int(membersLeftOut)),
      ("non_members_left_out", .int(nonMembersLeftOut)),
      (
        "points",
        .list(
          points.map {
            .object([
              ("log2_draws", .number($0.log2Draws)), ("members", $0.members.json),
              ("non_members", $0.nonMembers.json),
            ])
          })
      ),
    ])
  }
}
