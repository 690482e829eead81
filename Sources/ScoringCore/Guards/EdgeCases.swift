import Basics

/// Whether so many sequences have no plain score that a rule, not a number, decides the figures.
///
/// Edge cases are not noise: the released rule of the error-zone attack gives 0, the lowest score,
/// to texts learned so well that no error is left.
public struct EdgeCases: Hashable, Sendable {
  /// The share of sequences from which edge cases can decide the TPR at an FPR of 1 %.
  public static let threshold = 0.01

  /// The attacks that agree on the counts.
  public let attacks: [String]
  /// How many sequences fell into each class.
  public let counts: ScoreCounts

  /// Judges counts that some attacks have in common.
  public init(attacks: [String], counts: ScoreCounts) {
    self.attacks = attacks
    self.counts = counts
  }

  /// Sequences that were scored or could not be.
  public var total: Int {
    counts.scored + counts.noMovement + counts.undefined + counts.nonFinite
  }
  private var forced: Int { counts.forcedNoErrors + counts.forcedN0 }
  private var lost: Int { counts.noMovement + counts.undefined + counts.nonFinite }
  private var zero: Int { counts.insufficient + counts.zeroed }
  /// The share of sequences without a plain score.
  public var share: Double { total == 0 ? 0 : Double(forced + lost + zero) / Double(total) }
  /// Whether there are too many.
  public var areMany: Bool { share >= Self.threshold }

  /// The guard over all attacks of a run: one finding for each set of counts that is too high.
  public static func findings(_ attacks: [(spelling: String, counts: ScoreCounts)])
    -> [GuardFinding]
  {
    guard !attacks.isEmpty else {
      return [.notChecked(.edgeCases, because: "no attack could be computed")]
    }
    var groups: [EdgeCases] = []
    for attack in attacks {
      let place = groups.firstIndex { $0.counts == attack.counts }
      let spellings = (place.map { groups[$0].attacks } ?? []) + [attack.spelling]
      let group = EdgeCases(attacks: spellings, counts: attack.counts)
      if let place { groups[place] = group } else { groups.append(group) }
    }
    let tripped = groups.filter(\.areMany)
    guard tripped.isEmpty else { return tripped.map(\.finding) }
    let worst = groups.map(\.share).max() ?? 0
    let sentence =
      worst == 0
      ? "Every sequence has a plain score."
      : "Under no attack are edge cases more than \(NumberFormat.share(worst)) of the sequences."
    return [
      GuardFinding(
        .edgeCases, .passed, figures: [.init("share", worst)], sentence: sentence, summary: "")
    ]
  }

  private var finding: GuardFinding {
    let all = forced + lost + zero
    var parts: [String] = []
    func add(_ count: Int, _ words: String) {
      if count > 0 { parts.append("\(NumberFormat.count(count)) \(words)") }
    }
    add(forced, "ranked above every number")
    add(counts.zeroed, "set to 0 by the released policy, which puts the worst leaks last")
    add(counts.insufficient, "at 0 for want of positions")
    add(lost, "without a score, never detected")
    let share = "\(NumberFormat.count(all)) of \(NumberFormat.count(total)) sequences "
    return GuardFinding(
      .edgeCases, .tripped, attacks: attacks,
      figures: [
        .init("share", self.share), .init("edge_cases", all), .init("sequences", total),
      ],
      sentence:
        "Under \(attacks.joined(separator: ", ")) \(share)(\(NumberFormat.share(self.share))) "
        + "\(all == 1 ? "is an edge case" : "are edge cases") (\(parts.joined(separator: "; "))): "
        + "a rule and not a number places them, which can decide the TPR at a low FPR. Compare "
        + "with another policy or attack before quoting it.",
      summary: "\(NumberFormat.share(self.share)) edge cases")
  }
}
