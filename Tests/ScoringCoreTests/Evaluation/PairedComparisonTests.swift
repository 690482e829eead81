import ScoringCore
import Testing

@Suite struct PairedComparisonTests {
  private static func table(
    _ ids: [String], _ labels: [Label], _ values: [Double]
  ) -> ScoreTable {
    let statuses = values.map { $0.isNaN ? ScoreStatus.undefined : .ordinary }
    return ScoreTable(
      run: Run(name: "r"), ids: TextColumn(ids), labels: labels,
      columns: [ScoreColumn(attack: "a", values: values, statuses: statuses)])
  }

  private static let first = table(
    ["m1", "n1", "m2", "n2", "only"], [.member, .nonMember, .member, .nonMember, .member],
    [4, 1, 3, 2, 9])
  private static let second = table(
    ["n2", "n1", "m2", "m1", "x", "y"],
    [.nonMember, .nonMember, .member, .member, .unknown, .member], [3, 1, 2, 4, 0, 0])

  @Test func sequencesAreSharedByIDWhateverTheirOrder() {
    let shared = SharedSequences(Self.first, Self.second)
    #expect(shared.first == [0, 1, 2, 3] && shared.second == [3, 1, 2, 0])
    #expect(shared.labels == [.member, .nonMember, .member, .nonMember])
    #expect([shared.onlyFirst, shared.onlySecond, shared.memberCount] == [1, 2, 2])
  }

  @Test func differentLabelsAndExcludedSequencesAreCounted() {
    let other = Self.table(["m1", "n1", "m2"], [.nonMember, .nonMember, .member], [0, 0, 0])
    let shared = SharedSequences(
      Self.first, other, isIncluded: ([true, true, false, true, true], []))
    #expect(shared.labelConflicts == 1 && shared.excluded == 1 && shared.first == [1])
  }

  @Test func figuresAreThoseOfTheSharedSequences() throws {
    let shared = SharedSequences(Self.first, Self.second)
    var options = EvaluationOptions()
    options.fprs = [0]
    options.replicates = 50
    let comparison = try #require(
      PairedComparison(
        Self.first.columns[0], Self.second.columns[0], over: shared, options: options))
    let auc = try #require(comparison.auc)
    // Of four pairs the second run has one the wrong way round: 2 below 3.
    #expect(auc.first == 1 && auc.second == 0.75)
    let rate = try #require(comparison.rates.first)
    #expect(rate.first.tpr == 1 && rate.second.tpr == 0.5)
    #expect([rate.members.onlyFirst, rate.members.onlySecond, rate.members.both] == [1, 0, 1])
    #expect(rate.difference?.estimate == 0.5)
  }

  /// With less than one expected false positive nothing is tested, and the interval is as wide as
  /// the single ones.
  @Test func whatIsNotResolvableIsNotTested() throws {
    let one = Sample(members: 400, nonMembers: 400, shift: 2, seed: 1)
    let other = Sample(members: 400, nonMembers: 400, shift: 1, seed: 2)
    let comparison = try #require(
      Bootstrap(replicates: 200).compare(
        one.ranking, other.ranking, targets: [RateTarget(fpr: 0.1), RateTarget(fpr: 0.001)]))
    let (resolved, unresolved) = (
      try #require(comparison.rates[0]), try #require(comparison.rates[1])
    )
    #expect(resolved.pValue < 0.05 && resolved.interval.lower > 0)
    #expect(unresolved.pValue.isNaN && unresolved.interval.contains(0))
    #expect(unresolved.interval.method == .bootstrapWidened)
  }

  @Test func undefinedRowsStayOrAreDroppedFromBoth() throws {
    let holes = Self.table(
      ["m1", "n1", "m2", "n2"], [.member, .nonMember, .member, .nonMember], [4, 1, .nan, 2])
    let shared = SharedSequences(Self.first, holes)
    var options = EvaluationOptions()
    options.replicates = 0
    for (policy, members, dropped) in [(UndefinedPolicy.keep, 2, 0), (.drop, 1, 1)] {
      options.undefined = policy
      let comparison = try #require(
        PairedComparison(
          Self.first.columns[0], holes.columns[0], over: shared, options: options))
      #expect(comparison.first.memberCount == members && comparison.droppedCount == dropped)
      #expect(comparison.second.memberCount == members)
    }
  }
}
