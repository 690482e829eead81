import Basics

/// The receiver operating characteristic of a ranking: one vertex per distinct score.
///
/// It starts at (0, 0) with no threshold (nothing detected). Tied rows make one step, however they
/// are ordered. A block of rows without a score closes the curve to (1, 1) as one tie.
public struct ROC: Sendable {
  /// One point that a threshold reaches.
  public struct Vertex: Hashable, Sendable {
    /// Non-members detected, as a share of all non-members.
    public var fpr: Double
    /// Members detected, as a share of all members.
    public var tpr: Double
    /// Rows at or above it are detected; nil lies above every score (+infinity).
    public var threshold: Score?
    /// Non-members detected.
    public var falsePositives: Int
    /// Members detected.
    public var truePositives: Int
  }

  /// The ranking the curve was made from.
  public let ranking: Ranking
  /// Tie groups that hold a known label, where some hold none.
  private let labelledGroups: [UInt32]?

  /// Makes the curve; nil without both members and non-members.
  public init?(_ ranking: Ranking) {
    guard ranking.memberCount > 0, ranking.nonMemberCount > 0 else { return nil }
    self.ranking = ranking
    guard ranking.unknownCount > 0 else {
      labelledGroups = nil
      return
    }
    var labelled: [UInt32] = []
    var known: UInt32 = 0
    for group in 0..<ranking.groupCount {
      let here = ranking.memberEnds[group] + ranking.nonMemberEnds[group]
      if here != known { labelled.append(UInt32(group)) }
      known = here
    }
    labelledGroups = labelled
  }
}

extension ROC {
  /// How many vertices there are, (0, 0) and (1, 1) included.
  public var count: Int { 1 + (labelledGroups?.count ?? ranking.groupCount) }

  /// How many vertices a threshold on a defined score can reach; at least 1, for (0, 0).
  public var reachableCount: Int {
    let last = group(ofVertex: count - 1)
    return last < ranking.definedGroupCount ? count : count - 1
  }

  /// One vertex, counted from (0, 0).
  public subscript(index: Int) -> Vertex {
    guard index > 0 else {
      return Vertex(fpr: 0, tpr: 0, threshold: nil, falsePositives: 0, truePositives: 0)
    }
    let group = group(ofVertex: index)
    let falsePositives = Int(ranking.nonMemberEnds[group])
    let truePositives = Int(ranking.memberEnds[group])
    return Vertex(
      fpr: Double(falsePositives) / Double(ranking.nonMemberCount),
      tpr: Double(truePositives) / Double(ranking.memberCount),
      threshold: ranking.threshold(ofGroup: group), falsePositives: falsePositives,
      truePositives: truePositives)
  }

  /// Every vertex.
  public var vertices: [Vertex] { (0..<count).map { self[$0] } }

  /// The last vertex at or below a false-positive count, among those a threshold can reach.
  public func lastVertex(falsePositivesAtMost limit: Int) -> Int {
    var (low, high) = (1, reachableCount)
    while low < high {
      let middle = (low + high) / 2
      if falsePositives(middle) > limit { high = middle } else { low = middle + 1 }
    }
    return low - 1
  }

  /// The vertices needed to draw the same curve: those inside a straight run are left out.
  public func corners() -> [Vertex] {
    var kept: [Int] = [0]
    for index in 1..<count {
      while kept.count >= 2, isStraight(kept[kept.count - 2], kept[kept.count - 1], index) {
        kept.removeLast()
      }
      kept.append(index)
    }
    return kept.map { self[$0] }
  }

  /// The largest TPR − FPR over all thresholds (Youden's index, the membership advantage).
  public var advantage: Double {
    let (members, nonMembers) = (ranking.memberCount, ranking.nonMemberCount)
    var best = 0
    for group in 0..<ranking.definedGroupCount {
      let here =
        Int(ranking.memberEnds[group]) * nonMembers - Int(ranking.nonMemberEnds[group]) * members
      best = max(best, here)
    }
    return Double(best) / (Double(members) * Double(nonMembers))
  }

  /// The best accuracy over all thresholds when both classes weigh the same.
  public var balancedAccuracy: Double { (1 + advantage) / 2 }

  private func group(ofVertex index: Int) -> Int {
    labelledGroups.map { Int($0[index - 1]) } ?? index - 1
  }

  private func falsePositives(_ index: Int) -> Int {
    index == 0 ? 0 : Int(ranking.nonMemberEnds[group(ofVertex: index)])
  }

  private func truePositives(_ index: Int) -> Int {
    index == 0 ? 0 : Int(ranking.memberEnds[group(ofVertex: index)])
  }

  private func isStraight(_ first: Int, _ middle: Int, _ last: Int) -> Bool {
    let (x, y) = (falsePositives(first), truePositives(first))
    return (falsePositives(middle) - x) * (truePositives(last) - y)
      == (falsePositives(last) - x) * (truePositives(middle) - y)
  }
}
