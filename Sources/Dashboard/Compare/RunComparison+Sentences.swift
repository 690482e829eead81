import Analysis
import Basics
import ScoringCore
import TerminalUI

extension RunComparison {
  /// What the comparison comes to, in one sentence.
  package var verdict: String {
    let (one, two) = (Sanitize.text(left.run.name), Sanitize.text(right.run.name))
    guard count > 0 else { return "\(one) and \(two) have no sequence in common." }
    guard let areas else {
      return "\(one) and \(two) share \(NumberFormat.counted(count, "sequence")), "
        + "too few of them known members and non-members to compare."
    }
    // The names come in the order of the figures that follow.
    let order = areas.difference < 0 ? "less" : "more"
    let isClear = areas.pValue < 0.05 && areas.difference != 0
    let claim =
      isClear
      ? "\(one) leaks \(order) than \(two)" : "\(one) and \(two) do not differ in leakage by AUC"
    return "\(claim): \(areaPart(areas)); \(ratePart)."
  }

  private func areaPart(_ areas: AUCComparison) -> String {
    var text = "AUC \(NumberFormat.fixed(areas.first, 3)) vs \(NumberFormat.fixed(areas.second, 3))"
    text += ", difference \(NumberFormat.signed(areas.difference, 3))"
    if let interval = areas.interval {
      text += " \(NumberFormat.interval(interval.lower, interval.upper, 3))"
    }
    return text + ", DeLong \(Figures.pValue(areas.pValue))"
  }

  private var ratePart: String {
    guard let one = left.point, let two = right.point else { return "no TPR" }
    var text = "TPR@\(NumberFormat.rate(Self.fpr)) \(NumberFormat.percent(one.tpr)) vs "
    text += NumberFormat.percent(two.tpr)
    if let detections {
      text += " (McNemar \(Figures.pValue(detections.pValue)))"
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
