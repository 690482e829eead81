import Analysis
import Basics
import ScoringCore
import TerminalUI

extension RunComparison {
  /// What the comparison comes to, in one sentence.
  package var verdict: String {
    let (one, two) = (Sanitize.text(left.run.name), Sanitize.text(right.run.name))
    guard count > 0 else { return "\(one) and \(two) have no sequence in common." }
    if let refusal { return refusal }
    guard let areas else {
      return "\(one) and \(two) share \(NumberFormat.counted(count, "sequence")), "
        + "too few of them known members and non-members to compare."
    }
    return "\(claim(one, two, areas)): \(areaPart(areas)); \(ratePart). "
      + (isOverDocuments ? "Over documents; p" : "P")
      + " is of one attack, uncorrected."
  }

  /// Why nothing is concluded: some members of a run are non-members to it; nil if they are not.
  private var refusal: String? {
    for side in [left, right] {
      guard let reason = side.analysis.guardSubject.unseenMembers.refusal else { continue }
      return "\(Sanitize.text(side.run.name)) is not compared, because \(Sanitize.text(reason)); "
        + "take a checkpoint at a whole epoch."
    }
    return nil
  }

  /// Who leaks more, as far as it is shown, the names in the order of the figures that follow.
  private func claim(_ one: String, _ two: String, _ areas: AUCComparison) -> String {
    let turned = [(one, left.area), (two, right.area)].filter { $0.1?.ranksMembersBelow == true }
    guard turned.isEmpty else {
      let names = turned.map(\.0).joined(separator: " and ")
      return "\(names): members score below non-members; is the sign turned? Nothing follows"
    }
    // The name of a column may be anything.
    let attack = Sanitize.text(attack)
    guard areas.pValue < 0.05, areas.difference != 0 else {
      return "No difference shown between \(one) and \(two) by \(attack)"
    }
    return "\(one) leaks \(areas.difference < 0 ? "less" : "more") than \(two) by \(attack)"
  }

  private func areaPart(_ areas: AUCComparison) -> String {
    var text = "AUC \(NumberFormat.fixed(areas.first, 3)) vs \(NumberFormat.fixed(areas.second, 3))"
    text += ", difference \(NumberFormat.signed(areas.difference, 3))"
    if let interval = areas.interval {
      text += " \(NumberFormat.interval(interval.lower, interval.upper, 3))"
    }
    return text + ", DeLong \(FigureWords.pValue(areas.pValue))"
  }

  private var ratePart: String {
    guard let one = left.point, let two = right.point else { return "no TPR" }
    var text = "TPR@\(NumberFormat.rate(Self.fpr)) \(NumberFormat.percent(one.tpr)) vs "
    text += NumberFormat.percent(two.tpr)
    if let rates {
      let ends = rates.interval
      text +=
        ", \(NumberFormat.signed(rates.estimate * 100, 1))% "
        + NumberFormat.interval(ends.lower * 100, ends.upper * 100, 1)
    }
    if let rates, !rates.pValue.isNaN {
      // With a thousand replicates nothing smaller than 0.002 can be shown.
      text +=
        " (p \(rates.pValue < 0.0025 ? "< 0.003" : "= \(NumberFormat.fixed(rates.pValue, 3))"))"
    }
    let others = NumberFormat.counted(one.nonMemberCount, "non-member")
    switch one.resolution {
    case .ok: return text
    case .weak: return text + ", weak: \(others)"
    case .notResolvable: return text + ", not resolvable with \(others)"
    }
  }

  /// Both validation losses: leakage is judged at what it bought.
  package var losses: String {
    guard let one = left.run.validationLoss, let two = right.run.validationLoss else {
      return "validation loss unknown for "
        + (left.run.validationLoss == nil && right.run.validationLoss == nil
          ? "both" : Sanitize.text((left.run.validationLoss == nil ? left : right).run.name))
    }
    let base = (left.run.referenceValidationLoss, right.run.referenceValidationLoss)
    var text = "validation loss \(NumberFormat.fixed(one, 3)) vs \(NumberFormat.fixed(two, 3))"
    switch base {
    case (let a?, let b?) where a == b: text += " (base \(NumberFormat.fixed(a, 3)))"
    case (let a?, let b?):
      text += " (bases \(NumberFormat.fixed(a, 3)) and \(NumberFormat.fixed(b, 3)))"
    case (let a?, nil), (nil, let a?): text += " (base \(NumberFormat.fixed(a, 3)))"
    case (nil, nil): break
    }
    return text
  }

  /// What was joined and what was not: nothing is dropped silently.
  package var joinNote: String {
    var parts = ["\(NumberFormat.count(count)) joined"]
    if join.leftOnly > 0 {
      parts.append(
        "\(NumberFormat.count(join.leftOnly)) only in \(Sanitize.text(left.run.name)) dropped")
    }
    if join.rightOnly > 0 {
      parts.append(
        "\(NumberFormat.count(join.rightOnly)) only in \(Sanitize.text(right.run.name)) dropped")
    }
    if outside > 0 { parts.append("\(NumberFormat.count(outside)) outside") }
    if contradictions > 0 {
      parts.append("\(NumberFormat.count(contradictions)) labelled differently, counted as unknown")
    }
    return parts.joined(separator: ", ")
  }
}
