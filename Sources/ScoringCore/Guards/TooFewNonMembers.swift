import Basics

/// Whether there are enough non-members for the false-positive rates that were asked for.
public struct TooFewNonMembers: Hashable, Sendable {
  /// The rates asked for, each with the non-members it is a share of.
  public let rates: [Rate]

  /// A false-positive rate and how many non-members there are.
  public struct Rate: Hashable, Sendable {
    /// The rate.
    public var fpr: Double
    /// The non-members, those without a score not counted where they are left out.
    public var nonMembers: Int

    /// Joins both.
    public init(fpr: Double, nonMembers: Int) {
      self.fpr = fpr
      self.nonMembers = nonMembers
    }

    var expected: Double { Double(nonMembers) * fpr }
    var resolution: Resolution { Resolution(expectedFalsePositives: expected) }
  }

  /// Judges rates.
  public init(_ rates: [Rate]) { self.rates = rates }

  /// The smallest FPR at points of curves, each with the fewest non-members an attack has there.
  public init(_ points: [OperatingPoint]) {
    var fewest: [Rate] = []
    for point in points {
      let rate = Rate(fpr: point.fpr, nonMembers: point.nonMemberCount)
      if let place = fewest.firstIndex(where: { $0.fpr == point.fpr }) {
        fewest[place].nonMembers = min(fewest[place].nonMembers, point.nonMemberCount)
      } else {
        fewest.append(rate)
      }
    }
    rates = fewest
  }

  /// One finding for each rate that is short of non-members, or a single one that all is well.
  public var findings: [GuardFinding] {
    guard !rates.isEmpty else {
      return [
        .notChecked(
          .tooFewNonMembers, because: "no figure at a false-positive rate could be computed")
      ]
    }
    let short = rates.filter { $0.resolution != .ok }.map(Self.finding)
    guard short.isEmpty else { return short }
    let names = rates.map { NumberFormat.rate($0.fpr) }.joined(separator: ", ")
    return [
      GuardFinding(
        .tooFewNonMembers, .passed,
        sentence: "There are enough non-members for an FPR of \(names).", summary: "")
    ]
  }

  private static func finding(_ rate: Rate) -> GuardFinding {
    let name = "FPR \(NumberFormat.rate(rate.fpr))"
    let expected = NumberFormat.fixed(rate.expected, 1)
    let what =
      "\(name) is \(expected) of \(NumberFormat.counted(rate.nonMembers, "non-member"))"
    // At 0 no number is enough: whatever the highest non-member scores decides.
    let needed = rate.fpr > 0 ? (10 / rate.fpr).rounded(.up) : .infinity
    let remedy =
      (needed < 1e9 ? "bring \(NumberFormat.count(Int(saturating: needed))), or " : "")
      + "look at a higher FPR"
    let sentence =
      rate.resolution == .weak
      ? "\(what): weak, since so few make the figure unsteady; \(remedy)."
      : "\(what): not resolvable, so the figure is no evidence; \(remedy)."
    return GuardFinding(
      .tooFewNonMembers, .tripped,
      figures: [
        .init("fpr", rate.fpr), .init("non_members", rate.nonMembers),
        .init("expected_false_positives", rate.expected),
      ], sentence: sentence,
      summary: "\(name) is " + (rate.resolution == .weak ? "weak" : "not resolvable"))
  }
}
