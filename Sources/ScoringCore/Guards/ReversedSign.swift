import Basics

/// Whether a score ranks members below non-members.
///
/// A perplexity as other tools write it falls with membership. Read as a score it shows an AUC near 0
/// and a TPR of 0 where everything leaked: no leak by the letter, a total one by the order.
public struct ReversedSign: Hashable, Sendable {
  /// The attack.
  public let attack: String
  /// Its area under the curve.
  public let estimate: AUCEstimate

  /// Judges an attack's area.
  public init(attack: String, estimate: AUCEstimate) {
    self.attack = attack
    self.estimate = estimate
  }

  /// The guard over all attacks of a run: one finding for each that is reversed.
  ///
  /// Some of many harmless scores fall below one half by chance, so the more are judged, the surer
  /// each must be (Bonferroni's correction of a one-sided 2.5 %).
  public static func findings(_ attacks: [(spelling: String, estimate: AUCEstimate?)])
    -> [GuardFinding]
  {
    let known = attacks.compactMap { attack in
      attack.estimate.map { ReversedSign(attack: attack.spelling, estimate: $0) }
    }
    guard !known.isEmpty else {
      return [
        .notChecked(.reversedSign, because: "no area under a curve could be computed")
      ]
    }
    let reversed = known.filter { $0.estimate.ranksMembersBelow(among: known.count) }
    guard reversed.isEmpty else { return reversed.map(\.finding) }
    return [
      GuardFinding(
        .reversedSign, .passed, figures: [.init("attacks", known.count)],
        sentence: "No attack ranks members below non-members.", summary: "")
    ]
  }

  private var finding: GuardFinding {
    let interval = estimate.interval
    let ends = NumberFormat.interval(interval.lower, interval.upper, 3)
    return GuardFinding(
      .reversedSign, .tripped, attacks: [attack],
      figures: [.init("auc", estimate.auc, interval)],
      sentence:
        "\(attack) ranks members below non-members (AUC \(NumberFormat.fixed(estimate.auc, 3)) "
        + "\(ends)): is the score's sign turned? Its TPRs say nothing of leakage. A column that "
        + "falls with membership is declared as '\(attack):negated'; otherwise look for what else "
        + "tells the groups apart.",
      summary: "\(attack) ranks members below non-members")
  }
}

extension AUCEstimate {
  /// Whether members score lower than non-members, beyond chance: the whole interval is below one
  /// half.
  public var ranksMembersBelow: Bool { ranksMembersBelow(among: 1) }

  /// The same where it is one of several areas looked at (Bonferroni).
  public func ranksMembersBelow(among count: Int) -> Bool {
    guard interval.upper < 0.5 else { return false }
    guard count > 1, let error = standardError, error > 0 else { return true }
    return Normal.cdf((auc - 0.5) / error) < 0.025 / Double(count)
  }

  /// Whether members rank above non-members by more than chance explains, where it is one of
  /// several areas looked at (Bonferroni).
  ///
  /// - Parameter count: how many areas are looked at.
  /// - Returns: false as well where the interval reaches one half.
  public func ranksMembersAbove(among count: Int) -> Bool {
    guard interval.lower > 0.5 else { return false }
    guard count > 1, let error = standardError, error > 0 else { return true }
    return Normal.cdf((0.5 - auc) / error) < 0.025 / Double(count)
  }
}
