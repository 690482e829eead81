import Basics

/// The best of several variants of an attack, chosen on one half of the sequences and reported on
/// the other.
///
/// The best of many variants looks better than it is on the sequences it was chosen by: no figure
/// here is of the choosing half but differences between variants.
public struct VariantSelection: Sendable {
  /// What the best variant is best in.
  public enum Criterion: Hashable, Sendable {
    /// The area under the curve.
    case auc
    /// The TPR at the first FPR asked for; ties go to the larger area.
    case tpr
  }

  /// One variant on the choosing half.
  public struct Variant: Hashable, Sendable {
    /// The attack's spelling.
    public let attack: String
    /// How far its figure lies below the chosen one's; 0 for the chosen one.
    public let behind: Double
    /// The p-value of an equal area under the baseline, DeLong's paired test, after Holm's
    /// correction over all variants; nil for the baseline and where it cannot be tested.
    public let pAgainstBaseline: Double?
  }

  /// Every variant, in the order given.
  public let variants: [Variant]
  /// The chosen variant.
  public let chosen: Int
  /// The variant that others are compared with.
  public let baseline: Int
  /// The chosen variant on the reporting half.
  public let report: AttackEvaluation
  /// The baseline on the reporting half.
  public let baselineReport: AttackEvaluation
  /// Chosen minus baseline on the reporting half; nil when they are the same variant.
  ///
  /// One test, planned before the half was seen.
  public let difference: AUCComparison?
  /// The variant the reporting half would have chosen; where it is another, the choice is unsteady.
  public let otherChoice: Int
  /// Members and non-members of the choosing half.
  public let choosingCount: Int

  /// The fewest sequences of a class that are split.
  public static let fewest = 20

  /// Chooses among variants scored on the same sequences.
  ///
  /// - Parameters:
  ///   - columns: the variants' scores.
  ///   - labels: the label of each sequence.
  ///   - isIncluded: which sequences figures are over; nil means all.
  ///   - clusters: one id per sequence; those of one cluster stay in one half.
  ///   - baseline: the variant others are compared with, such as the attack's defaults.
  ///   - criterion: what the best variant is best in.
  ///   - options: how figures are computed; the split is drawn from its seed.
  /// - Returns: nil with fewer than `fewest` members or non-members, or without variants.
  public init?(
    _ columns: [ScoreColumn], labels: [Label], isIncluded: [Bool]? = nil, clusters: [Int]? = nil,
    baseline: Int = 0, criterion: Criterion = .auc,
    options: EvaluationOptions = EvaluationOptions()
  ) {
    let known = labels.indices.filter { isIncluded?[$0] ?? true }
    let (members, nonMembers) = (
      known.count { labels[$0] == .member }, known.count { labels[$0] == .nonMember }
    )
    guard columns.indices.contains(baseline), min(members, nonMembers) >= Self.fewest else {
      return nil
    }
    let counted = zip(labels, isIncluded ?? Array(repeating: true, count: labels.count))
      .map { $1 ? $0 : Label.unknown }
    let isChoosing = HoldoutSplit.firstHalf(of: counted, clusters: clusters, seed: options.seed)
    func part(_ choosing: Bool) -> [Int] {
      known.filter { isChoosing[$0] == choosing && labels[$0] != .unknown }
    }
    let halves = [part(true), part(false)]
    let rankings = halves.map { rows in
      parallelItems(count: columns.count, threads: availableThreads) {
        Ranking(columns[$0], labels: labels, rows: rows, undefined: options.undefined)
      }
    }
    let figures = rankings.map { $0.map { Self.figure($0, criterion, options) } }
    guard let chosen = Self.best(figures[0]), let other = Self.best(figures[1]) else { return nil }
    let tests = rankings[0].indices.map { index in
      index == baseline
        ? nil
        : DeLong.compare(
          rankings[0][index], rankings[0][baseline], level: options.level, clusters: clusters)
    }
    let holm = Holm.adjusted(tests.map { $0?.pValue ?? .nan })
    variants = columns.indices.map { index in
      Variant(
        attack: columns[index].attack, behind: figures[0][chosen].0 - figures[0][index].0,
        pAgainstBaseline: holm[index].isNaN ? nil : holm[index])
    }
    func reported(_ index: Int) -> AttackEvaluation {
      let isReporting = labels.indices.map { !isChoosing[$0] && (isIncluded?[$0] ?? true) }
      return AttackEvaluation(
        columns[index], labels: labels, isIncluded: isReporting, clusters: clusters,
        options: options)
    }
    self.chosen = chosen
    self.baseline = baseline
    otherChoice = other
    report = reported(chosen)
    baselineReport = chosen == baseline ? report : reported(baseline)
    difference =
      chosen == baseline
      ? nil
      : DeLong.compare(
        rankings[1][chosen], rankings[1][baseline], level: options.level, clusters: clusters)
    choosingCount = halves[0].count
  }

  /// The figure that is wanted high, and what decides between equals.
  private static func figure(
    _ ranking: Ranking, _ criterion: Criterion, _ options: EvaluationOptions
  ) -> (Double, Double) {
    guard let auc = ranking.auc() else { return (-.infinity, 0) }
    switch criterion {
    case .auc: return (auc, 0)
    case .tpr:
      let target = options.targets.first ?? RateTarget(fpr: 0.01)
      let point = ROC(ranking)?.operatingPoint(fpr: target.fpr, convention: target.convention)
      return (point?.tpr ?? 0, auc)
    }
  }

  /// The first of the best.
  private static func best(_ figures: [(Double, Double)]) -> Int? {
    figures.indices.max { figures[$0] < figures[$1] || figures[$0] == figures[$1] && $0 > $1 }
  }
}
