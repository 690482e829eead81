import Basics

/// p-values of single sequences against known non-members.
public struct Calibration: Sendable {
  /// One p-value per input row: 1 for rows without a score, NaN for rows outside the selection.
  public let pValues: [Double]
  /// The non-members the p-values rest on.
  public let nonMemberCount: Int

  /// The smallest p a suspect or a member can get: 1/(n + 1).
  public var smallestPossible: Double { 1 / Double(nonMemberCount + 1) }

  /// Calibrates every row of a ranking.
  ///
  /// For a known non-member p is (1 + other non-members at least as high)/n; for anything else
  /// (1 + non-members at least as high)/(n + 1). Valid as a p-value for a sequence drawn like the
  /// non-members, for any score (conformal p-values, Bates et al. 2023).
  public init(_ ranking: Ranking) {
    let nonMembers = ranking.nonMemberCount
    var result = [Double](repeating: .nan, count: ranking.labels.count)
    for row in ranking.droppedRows { result[Int(row)] = 1 }
    for group in 0..<ranking.groupCount {
      let asHigh = Double(ranking.nonMemberEnds[group])
      let isDefined = group < ranking.definedGroupCount
      let other = isDefined ? (1 + asHigh) / Double(nonMembers + 1) : 1
      let ofNonMember = isDefined ? asHigh / Double(max(1, nonMembers)) : 1
      for index in ranking.range(ofGroup: group) {
        let row = Int(ranking.order[index])
        result[row] = ranking.labels[row] == .nonMember ? ofNonMember : other
      }
    }
    pValues = result
    nonMemberCount = nonMembers
  }
}
