import Analysis
import ScoringCore
import Testing

@testable import Dashboard

@Suite struct RunComparisonTests {
  /// 100 non-members at 0.00 to 0.99 under both; one false positive is allowed at 1 %.
  private static func nonMembers() -> [(id: String, label: Label, score: Double)] {
    (0..<100).map { ("n\($0)", .nonMember, Double($0) / 100) }
  }

  /// Members by hand: found by both, only left (two), only right (one), neither.
  private static func pair() -> [RunAnalysis] {
    let left: [(id: String, label: Label, score: Double)] = [
      ("both", .member, 5), ("left-1", .member, 4), ("left-2", .member, 3),
      ("right-1", .member, 0.1), ("none", .member, 0.5), ("only-here", .member, 9),
    ]
    let right: [(id: String, label: Label, score: Double)] = [
      ("none", .member, 0.2), ("right-1", .member, 7), ("left-2", .member, 0.305),
      ("left-1", .member, 0.001), ("both", .member, 6),
    ]
    return Sample.scored([
      (Sample.run("full-e3", .full), left + nonMembers()),
      (Sample.run("lora-e3", .lora), right + nonMembers().reversed()),
    ]).1
  }

  private static func comparison() throws -> RunComparison {
    let pair = pair()
    return try #require(
      RunComparison(ComparisonRequest(left: pair[0], right: pair[1], attack: "ez")))
  }

  @Test func joinsByIDAndCountsWhatIsDropped() throws {
    let comparison = try Self.comparison()
    #expect(comparison.count == 105)
    #expect(comparison.join.leftOnly == 1 && comparison.join.rightOnly == 0)
    #expect(comparison.joinNote.contains("1 only in full-e3 dropped"))
    for joined in 0..<comparison.count {
      let (left, right) = (comparison.join.left[joined], comparison.join.right[joined])
      #expect(comparison.joined(leftRow: Int(left)) == joined)
      #expect(comparison.joined(rightRow: Int(right)) == joined)
    }
    #expect(comparison.joined(leftRow: 5) == nil)
  }

  @Test func countsFlipsAndQuadrants() throws {
    let comparison = try Self.comparison()
    #expect(comparison.quadrants.total == comparison.count)
    // One non-member, n99, is at the threshold of both runs.
    #expect(comparison.quadrants.both == 2)
    #expect(comparison.quadrants.onlyLeft == 2)
    #expect(comparison.quadrants.onlyRight == 1)
    #expect(comparison.detections == McNemar(onlyFirst: 2, onlySecond: 1, both: 1, neither: 1))
    let flips = FlipList(comparison, .flips).rows.map { comparison.id(of: Int($0)) }
    #expect(flips == ["left-1", "right-1", "left-2"])
    #expect(FlipList(comparison, .onlyRight).rows.map { comparison.id(of: Int($0)) } == ["right-1"])
    #expect(FlipList(comparison, .onlyLeft).rows.count == 2)
    #expect(FlipList(comparison, .all).rows.count == 105)
  }

  @Test func leadsAreDifferencesOfPlaces() throws {
    let comparison = try Self.comparison()
    let joined = try #require((0..<comparison.count).first { comparison.id(of: $0) == "left-1" })
    #expect(comparison.left.places[joined] == 2)
    let leads = FlipList(comparison, .all).rows.map { abs(comparison.lead(of: Int($0))) }
    #expect(leads == leads.sorted(by: >))
  }

  @Test func figuresAreTheCores() throws {
    let pair = Sample.analyses
    let comparison = try #require(
      RunComparison(ComparisonRequest(left: pair[0], right: pair[1], attack: "ez")))
    #expect(comparison.left.area == pair[0].attacks[0].evaluation.auc)
    #expect(comparison.areas == DeLong.compare(comparison.left.ranking, comparison.right.ranking))
    #expect(comparison.outside == 1)
    #expect(comparison.left.point == pair[0].attacks[0].evaluation.points[0].point)
  }

  @Test func contradictingLabelsCountAsUnknown() throws {
    let (_, pair) = Sample.scored([
      (Sample.run("one", .full), [("a", .member, 1), ("b", .nonMember, 0), ("c", .unknown, 2)]),
      (Sample.run("two", .lora), [("a", .nonMember, 1), ("b", .nonMember, 0), ("c", .member, 2)]),
    ])
    let comparison = try #require(
      RunComparison(ComparisonRequest(left: pair[0], right: pair[1], attack: "ez")))
    #expect(comparison.contradictions == 1)
    #expect(comparison.labels == [.unknown, .nonMember, .member])
  }

  @Test func refusesWhatCannotBeCompared() {
    let pair = Self.pair()
    #expect(
      RunComparison(ComparisonRequest(left: pair[0], right: pair[1], attack: "loss")) == nil)
    let request = ComparisonRequest(left: pair[0], right: pair[1], attack: "ez")
    #expect(RunComparison(request, isCancelled: { true }) == nil)
  }

  @Test func sentencesNameTheWorseRunAndBothLosses() throws {
    let (_, pair) = Sample.scored([
      (Sample.run("weak", .lora), Sample.ladder(members: 80, nonMembers: 200, lift: -1)),
      (Sample.run("strong", .full), Sample.ladder(members: 80, nonMembers: 200, lift: 2)),
    ])
    let comparison = try #require(
      RunComparison(ComparisonRequest(left: pair[0], right: pair[1], attack: "ez")))
    #expect(comparison.verdict.hasPrefix("weak leaks less than strong by ez: AUC "))
    #expect(comparison.verdict.hasSuffix(". P is of one attack, uncorrected."))
    // The difference of the TPRs has its interval, as that of the areas has.
    #expect(comparison.verdict.contains(/TPR@1% .* vs .*, [+-].*% \[.*\] \(p/))
    #expect(comparison.verdict.contains("DeLong p < 0.001"))
    #expect(comparison.verdict.contains("weak: 200 non-members"))
    #expect(comparison.losses == "validation loss 1.275 vs 1.275 (base 1.320)")
  }

  /// Members that a run had not been trained on are non-members to it: nothing follows from them.
  @Test func nothingIsConcludedOfARunWithinItsFirstEpoch() throws {
    var early = Sample.run("early", .full)
    early.epoch = 0.5
    let ladder = Sample.ladder(members: 80, nonMembers: 200, lift: 2)
    let (_, pair) = Sample.scored([(early, ladder), (Sample.run("whole", .lora), ladder)])
    let comparison = try #require(
      RunComparison(ComparisonRequest(left: pair[0], right: pair[1], attack: "ez")))
    #expect(comparison.verdict.hasPrefix("early is not compared, because it was saved after 0.5"))
    #expect(!comparison.verdict.contains("leaks"))
  }
}
