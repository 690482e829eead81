import Basics

/// Which point of a curve stands for "TPR at FPR x".
public enum FPRConvention: String, CaseIterable, Hashable, Sendable {
  /// The best vertex whose FPR is at most x: what a threshold did on these sequences. The default.
  ///
  /// Too high on average where few non-members decide: the threshold is the lowest that they allow.
  case achievable
  /// A straight line between vertices (as `numpy.interp` on the curve); optimistic inside ties.
  case interpolated
  /// The best vertex whose FPR is below x (Carlini et al. 2022); undefined at x = 0.
  case strict
  /// The best vertex with k false positives of n where (k + 1)/(n + 1) is at most x.
  ///
  /// The FPR that the threshold has on further non-members is then at most x on average, whatever
  /// their distribution. Below 1/x − 1 non-members no threshold qualifies, and nothing is detected.
  case conservative
}

/// Whether there are enough non-members to speak about an FPR.
public enum Resolution: String, CaseIterable, Hashable, Sendable {
  /// At least 10 false positives are expected.
  case ok
  /// From 1 to under 10 false positives are expected: the figure is unsteady.
  case weak
  /// Fewer than one false positive is expected: the figure is no evidence.
  case notResolvable = "not_resolvable"

  /// Judges a number of expected false positives.
  public init(expectedFalsePositives expected: Double) {
    // 49 × (1/49) is a hair below 1 and must not be judged by the rounding.
    let tolerant = expected * (1 + 1e-12)
    self = tolerant < 1 ? .notResolvable : tolerant < 10 ? .weak : .ok
  }
}

/// What an attack detects at one setting: the TPR at a wanted FPR, or at a given threshold.
public struct OperatingPoint: Hashable, Sendable {
  /// The wanted FPR, or the achieved one when a threshold was given.
  public var fpr: Double
  /// The true-positive rate by the convention.
  public var tpr: Double
  /// Rows at or above it are detected; nil lies above every score, so nothing is.
  public var threshold: Score?
  /// The FPR of that threshold.
  public var fprAchieved: Double
  /// Members at or above the threshold.
  public var truePositives: Int
  /// Non-members at or above the threshold.
  public var falsePositives: Int
  /// All ranked members.
  public var memberCount: Int
  /// All ranked non-members.
  public var nonMemberCount: Int
  /// How the point was chosen.
  public var convention: FPRConvention

  /// False positives expected at the wanted FPR: non-members × FPR.
  public var expectedFalsePositives: Double { Double(nonMemberCount) * fpr }
  /// Whether there are enough non-members for the wanted FPR.
  public var resolution: Resolution {
    Resolution(expectedFalsePositives: expectedFalsePositives)
  }

  /// The share of detections that are members when members are a share `prior` of all rows.
  ///
  /// Uses the FPR that goes with the TPR: the wanted one on an interpolated curve, else the
  /// achieved one. Nil when nothing would be detected.
  public func precision(prior: Double) -> Double? {
    let rate = convention == .interpolated ? fpr : fprAchieved
    return positivePredictiveValue(tpr: tpr, fpr: rate, prior: prior)
  }

  /// The interval of the precision: exact limits of both rates, which hold together at `level`.
  ///
  /// Takes the threshold as given. Nil where nothing would be detected, or on an interpolated curve,
  /// whose points no threshold has.
  public func precisionInterval(prior: Double, level: Double = 0.95) -> Interval? {
    guard convention != .interpolated, precision(prior: prior) != nil else { return nil }
    let (hits, misses) = (tprInterval(level: (1 + level) / 2), fprInterval(level: (1 + level) / 2))
    guard
      let lower = positivePredictiveValue(tpr: hits.lower, fpr: misses.upper, prior: prior),
      let upper = positivePredictiveValue(tpr: hits.upper, fpr: misses.lower, prior: prior)
    else { return nil }
    return Interval(lower: lower, upper: upper, level: level, method: .clopperPearson)
  }

  /// The exact binomial interval of the TPR at this threshold, taken as given.
  ///
  /// Too narrow for "the TPR at FPR x": there the threshold is uncertain too, and this interval
  /// holds the truth in as few as 2 of 10 audits. `ROC.tprInterval(fpr:)` counts both.
  public func tprInterval(level: Double = 0.95) -> Interval {
    .clopperPearson(successes: truePositives, of: memberCount, level: level)
  }

  /// The exact binomial interval of the FPR at the fixed threshold.
  public func fprInterval(level: Double = 0.95) -> Interval {
    .clopperPearson(successes: falsePositives, of: nonMemberCount, level: level)
  }
}

/// The chance that a detection is a member (precision) at a prior share of members.
///
/// Nil when both rates are 0, so that nothing is detected.
public func positivePredictiveValue(tpr: Double, fpr: Double, prior: Double) -> Double? {
  let hits = tpr * prior
  let all = hits + fpr * (1 - prior)
  return all > 0 ? hits / all : nil
}

extension ROC {
  /// The TPR at an FPR.
  ///
  /// Rows without a score are never detected, whatever the FPR. Nil where the convention has no
  /// answer: `strict` at 0.
  public func operatingPoint(
    fpr: Double, convention: FPRConvention = .achievable
  ) -> OperatingPoint? {
    let nonMembers = ranking.nonMemberCount
    guard
      let limit = FalsePositiveLimit.largest(
        fpr: fpr, nonMembers: nonMembers, convention: convention)
    else { return nil }
    let index = lastVertex(falsePositivesAtMost: limit)
    let vertex = self[index]
    var tpr = vertex.tpr
    if convention == .interpolated, index + 1 < reachableCount {
      let next = self[index + 1]
      let share = (fpr - vertex.fpr) / (next.fpr - vertex.fpr)
      tpr += share * (next.tpr - vertex.tpr)
    }
    return OperatingPoint(
      fpr: fpr, tpr: tpr, threshold: vertex.threshold, fprAchieved: vertex.fpr,
      truePositives: vertex.truePositives, falsePositives: vertex.falsePositives,
      memberCount: ranking.memberCount, nonMemberCount: nonMembers, convention: convention)
  }

  /// What is detected at a threshold: every row that scores at or above it.
  public func operatingPoint(threshold: Score) -> OperatingPoint {
    let groups = ranking.detectedGroupCount(at: threshold)
    let truePositives = groups == 0 ? 0 : Int(ranking.memberEnds[groups - 1])
    let falsePositives = groups == 0 ? 0 : Int(ranking.nonMemberEnds[groups - 1])
    let fpr = Double(falsePositives) / Double(ranking.nonMemberCount)
    return OperatingPoint(
      fpr: fpr, tpr: Double(truePositives) / Double(ranking.memberCount), threshold: threshold,
      fprAchieved: fpr, truePositives: truePositives, falsePositives: falsePositives,
      memberCount: ranking.memberCount, nonMemberCount: ranking.nonMemberCount,
      convention: .achievable)
  }
}

/// How many false positives an FPR allows.
enum FalsePositiveLimit {
  /// The largest count whose rate is at most `fpr` (below it when strict); nil when there is none.
  ///
  /// Compares the rounded quotient, so that 10 of 1,000 is exactly 0.01. Where the conservative
  /// convention allows no threshold at all the count is −1.
  static func largest(fpr: Double, nonMembers: Int, convention: FPRConvention) -> Int? {
    let total = Double(nonMembers)
    func fits(_ count: Int) -> Bool {
      switch convention {
      case .achievable, .interpolated: Double(count) / total <= fpr
      case .strict: Double(count) / total < fpr
      case .conservative: Double(count + 1) / (total + 1) <= fpr
      }
    }
    var count = Int(saturating: (min(max(fpr, 0), 1) * total).rounded(.down))
    while count < nonMembers, fits(count + 1) { count += 1 }
    while count >= 0, !fits(count) { count -= 1 }
    return count < 0 && convention != .conservative ? nil : count
  }
}
