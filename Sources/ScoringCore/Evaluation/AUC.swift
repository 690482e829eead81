import Basics

extension Ranking {
  /// The area under the ROC curve: the chance that a member outranks a non-member, ties one half.
  ///
  /// The Mann-Whitney statistic in whole numbers, so it is exact up to one rounding and does not
  /// depend on the order of rows. Rows without a score tie below the rest. Nil without both
  /// members and non-members.
  public func auc() -> Double? {
    guard memberCount > 0, nonMemberCount > 0 else { return nil }
    var twice = 0
    var (membersAbove, nonMembersAbove) = (0, 0)
    for group in 0..<groupCount {
      let (member, nonMember) = (Int(memberEnds[group]), Int(nonMemberEnds[group]))
      twice += (nonMember - nonMembersAbove) * (membersAbove + member)
      (membersAbove, nonMembersAbove) = (member, nonMember)
    }
    return Double(twice) / (2 * Double(memberCount) * Double(nonMemberCount))
  }
}
