import Basics
import ScoringCore

/// The false-discovery rates at which suspects can be named, in the order the key steps through.
package enum DiscoveryRate: Double, CaseIterable, Sendable {
  case off = 0
  case five = 0.05
  case ten = 0.1
  case one = 0.01

  package var next: DiscoveryRate {
    let all = Self.allCases
    return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }

  package var text: String { NumberFormat.rate(rawValue) }
}

/// Which suspects of a run can be named by one attack at a false-discovery rate.
package struct Discoveries: Sendable {
  package let rate: DiscoveryRate
  /// The smallest rate at which each row would be named; NaN for all but suspects.
  package let adjusted: [Double]
  package let suspectCount: Int
  package let namedCount: Int

  /// Nil without suspects, without known non-members, or where something else tells them apart.
  package init?(_ rate: DiscoveryRate, _ analysis: RunAnalysis, attack: Int) {
    guard rate != .off, analysis.problemOfSuspects(attack: attack) == nil else { return nil }
    let adjusted = analysis.adjustedPValues(attack: attack)
    self.rate = rate
    self.adjusted = adjusted
    suspectCount = adjusted.count { !$0.isNaN }
    namedCount = adjusted.count { $0 <= rate.rawValue }
  }

  package func names(_ row: Int) -> Bool { adjusted[row] <= rate.rawValue }

  /// What the line in the list says.
  package var label: String {
    let counts = "\(namedCount) of \(suspectCount) suspects"
    return "named at a false-discovery rate of \(rate.text): \(counts)"
  }
}

extension RunAnalysis {
  /// For each row the smallest false-discovery rate at which it would be named (Benjamini and
  /// Hochberg over the suspects); NaN for all but suspects.
  package func adjustedPValues(attack: Int) -> [Double] {
    let pValues = attacks[attack].pValues
    return FalseDiscovery.adjusted(
      pValues.indices.map { scores.labels[$0] == .unknown ? pValues[$0] : .nan })
  }

  /// Why no suspect can be named; nil if some can.
  package func problemOfSuspects(attack: Int) -> SuspectObstacle? {
    guard suspectCount > 0 else {
      return SuspectObstacle(
        short: "no suspects", long: "This run has no suspects: every sequence has a known label.")
    }
    guard attacks.indices.contains(attack), !attacks[attack].pValues.isEmpty else {
      return SuspectObstacle(
        short: "no known non-members",
        long: "Suspects are named by comparison with known non-members, and there are none.")
    }
    guard let suspectGuards else {
      return SuspectObstacle(
        short: "not checked yet",
        long: "Suspects are named once it is known whether anything else tells them apart.")
    }
    // Suspects that repeat non-members are judged all the better by them.
    let tripped = suspectGuards.tripped.filter { $0.kind != .nearDuplicates }
    guard let first = tripped.first else { return nil }
    return SuspectObstacle(
      short: first.summary, long: tripped.map(\.sentence).joined(separator: " "))
  }
}

/// Why no suspect can be named.
package struct SuspectObstacle: Hashable, Sendable {
  /// In a few words, without a capital or a full stop.
  package let short: String
  /// What was found, why it matters and what to do.
  package let long: String
}
