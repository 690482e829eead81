import Basics
import ScoringCore

/// Suspects of whom a share was trained on, beside known members and non-members.
package struct ShareScenario: Sendable {
  /// Known members, and as many known non-members.
  package var known: Int
  package var suspects: Int
  /// The share of suspects that are members.
  package var share: Double
  /// How much higher members score, in standard deviations.
  package var shift: Double

  package var name: String {
    "\(known) + \(known) known, \(suspects) suspects, members higher by \(shift) sd"
  }

  /// A weak and a strong leak, few and many known sequences; none, some, most and all suspects.
  package static let standard = [(20, 300), (200, 300), (2000, 300)].flatMap { known, suspects in
    [0.5, 1, 2.5].flatMap { shift in
      [0.0, 0.1, 0.3, 1].map {
        ShareScenario(known: known, suspects: suspects, share: $0, shift: shift)
      }
    }
  }

  func sample(_ generator: inout SplitMix64) -> Ranking {
    let members = (0..<suspects).count { Double($0) < share * Double(suspects) }
    let labels =
      Array(repeating: Label.member, count: known)
      + Array(repeating: .nonMember, count: known)
      + Array(repeating: .unknown, count: suspects)
    let values = labels.indices.map { row in
      let isHigh = row < known || (2 * known..<2 * known + members).contains(row)
      return generator.normal() + (isHigh ? shift : 0)
    }
    return Ranking(values: values, labels: labels)
  }
}

/// How often the interval of a share of members contains the truth.
package func measureShares(
  _ scenario: ShareScenario, trials: Int, replicates: Int, seed: UInt64 = 1
) -> CoverageRow? {
  var generator = SplitMix64(seed: seed)
  var tally = CoverageTally(truth: scenario.share)
  for trial in 0..<trials {
    let found = MemberShare.estimate(
      scenario.sample(&generator), replicates: replicates, seed: UInt64(trial))
    if let found { tally.add(found.interval) }
  }
  guard tally.count > 0 else { return nil }
  return tally.row(
    scenario: scenario.name, figure: "share \(scenario.share), given in \(tally.count)",
    isReported: true)
}

/// Documents or people of several sequences each, whose scores are joined to one.
package struct GroupScenario: Sendable {
  /// Groups of members, and as many of non-members.
  package var groups: Int
  /// Sequences of a group: from 1 to this many, in turn.
  package var size: Int
  package var shift: Double
  /// The share of variance that the sequences of a group have in common.
  package var common: Double

  package var name: String {
    "\(groups) + \(groups) groups of 1 to \(size) sequences, members higher by \(shift) sd, "
      + "correlation \(common)"
  }

  package static let standard = [50, 400].flatMap { groups in
    [(0.0, 0.5), (0.5, 0.0), (0.5, 0.5)].map {
      GroupScenario(groups: groups, size: 5, shift: $0.0, common: $0.1)
    }
  }

  func sample(_ generator: inout SplitMix64, by aggregation: GroupAggregation) -> GroupedScores {
    var (values, labels, keys): ([Double], [Label], [String?]) = ([], [], [])
    for group in 0..<2 * groups {
      let shared = common.squareRoot() * generator.normal()
      for _ in 0...group % size {
        let own = (1 - common).squareRoot() * generator.normal()
        values.append(shared + own + (group < groups ? shift : 0))
        labels.append(group < groups ? .member : .nonMember)
        keys.append("\(group)")
      }
    }
    let column = ScoreColumn(
      attack: "a", values: values, statuses: values.map { _ in .ordinary })
    return GroupedScores(column, labels: labels, keys: keys, by: aggregation)
  }
}

/// How often the intervals of joined scores' AUC and TPR contain what many audits give on average.
///
/// The p-values that are joined rest on the same non-members, which intervals over groups do not
/// know: this shows what it costs. Without a leak the true AUC is one half.
package func measureGroups(
  _ scenario: GroupScenario, trials: Int, seed: UInt64 = 1
) -> [CoverageRow] {
  GroupAggregation.allCases.compactMap { aggregation in
    var generator = SplitMix64(seed: seed)
    var found: [(auc: Double, interval: Interval)] = []
    for _ in 0..<trials {
      let joined = scenario.sample(&generator, by: aggregation)
      let ranking = Ranking(values: joined.column.values, labels: joined.labels)
      guard let estimate = DeLong.estimate(ranking) else { continue }
      found.append((estimate.auc, estimate.interval))
    }
    let mean = found.reduce(0) { $0 + $1.auc } / Double(max(1, found.count))
    var tally = CoverageTally(truth: scenario.shift == 0 ? 0.5 : mean)
    for one in found { tally.add(one.interval) }
    return tally.count == 0
      ? nil
      : tally.row(
        scenario: scenario.name, figure: "AUC of groups by \(aggregation.rawValue)",
        isReported: true)
  }
}
