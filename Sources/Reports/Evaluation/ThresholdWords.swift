import Analysis
import Basics
import ScoringCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension RunReport {
  /// What is known at an FPR that has too few non-members for a lower end.
  ///
  /// That is what the thresholds used do, by exact intervals of both of their rates. Nil where every
  /// TPR has both ends.
  func knownWithoutLowerEnd(_ fpr: Double, _ level: Double) -> String? {
    let bounded = attacks.compactMap { attack -> (name: String, point: OperatingPoint)? in
      let rate = attack.evaluation.points.first { $0.point.fpr == fpr }
      guard let rate, rate.interval?.isUpperBound == true else { return nil }
      return (attack.spelling, rate.point)
    }
    guard let first = bounded.first?.point else { return nil }
    let alike = NamesByText(
      bounded.map { name, point in
        let hits = point.tprInterval(level: level)
        let found = FigureText.cell(point.tpr, hits, decimals: 1).drop { $0 == " " }
        return ("\(name) \(found)", Self.falseAlarms(point, level))
      })
    let known = alike.groups.map { figures, alarms in
      "with \(alarms): \(figures.joined(separator: ", "))"
    }
    let name = "TPR@\(NumberFormat.rate(fpr))"
    return
      "\(name) has no lower end with \(NumberFormat.counted(first.nonMemberCount, "non-member")): "
      + "it takes \(NumberFormat.count(Self.neededNonMembers(fpr, level))). What is known is what the "
      + "thresholds used do, each rate by itself with its exact interval; TPR "
      + known.joined(separator: "; ") + "."
  }

  /// `an FPR of 0.0% [0.0, 0.9] (0 of 400)`.
  private static func falseAlarms(_ point: OperatingPoint, _ level: Double) -> String {
    let decimals = point.fprAchieved > 0 && point.fprAchieved < 0.01 ? 2 : 1
    let ends = point.fprInterval(level: level)
    return "an FPR of \(NumberFormat.percent(point.fprAchieved, decimals)) "
      + NumberFormat.interval(ends.lower * 100, ends.upper * 100, decimals)
      + " (\(NumberFormat.count(point.falsePositives)) of "
      + "\(NumberFormat.count(point.nonMemberCount)))"
  }

  /// The least number of non-members of which one exceeds the true threshold nearly always.
  private static func neededNonMembers(_ fpr: Double, _ level: Double) -> Int {
    guard fpr > 0, fpr < 1 else { return 1 }
    return Int(saturating: (log((1 - level) / 2) / log1p(-fpr)).rounded(.up))
  }
}
