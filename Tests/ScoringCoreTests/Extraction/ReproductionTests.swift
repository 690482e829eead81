import ScoringCore
import Testing

@Suite struct ReproductionTests {
  private static let truth = (0..<60).map { Int32($0) }

  /// A continuation of sixty tokens with these of the truth changed.
  private static func changed(_ places: [Int], keeping count: Int = 60) -> Continuation {
    var made = Array(truth.prefix(count))
    for place in places { made[place] = 999 }
    return Continuation(decoding: "greedy", tokenIDs: made, suffixTokenIDs: truth)
  }

  static let cases: [(Continuation, verbatim: Bool, near: Bool, edits: Int, run: Int)] = [
    (changed([]), true, true, 0, 60),
    // Only the first fifty decide.
    (changed([50, 59]), true, true, 0, 50),
    (changed([49]), false, true, 1, 49),
    (changed([0, 10, 20, 30, 40]), false, true, 5, 19),
    (changed([0, 10, 20, 30, 40, 45]), false, false, 6, 14),
    (changed([], keeping: 50), true, true, 0, 50),
    (changed([], keeping: 45), false, true, 5, 45),
    (changed([], keeping: 44), false, false, 6, 44),
    (changed([], keeping: 0), false, false, 50, 0),
    // The whole of a shorter suffix.
    (
      Continuation(tokenIDs: [1, 2, 3, 4], suffixTokenIDs: [1, 2, 3]), true, true, 0, 3
    ),
    (Continuation(tokenIDs: [1, 2], suffixTokenIDs: [1, 2, 3]), false, false, 1, 2),
  ]

  @Test(arguments: cases)
  func verbatimAndNear(
    _ continuation: Continuation, _ verbatim: Bool, _ near: Bool, _ edits: Int, _ run: Int
  ) throws {
    let found = try #require(Reproduction(continuation))
    #expect(found.isVerbatim == verbatim && found.isNearVerbatim == near)
    #expect(found.editDistance == edits && found.longestRun == run && found.unit == .tokenIDs)
    #expect(found.comparedTokens == min(50, continuation.suffixTokenIDs?.count ?? 0))
  }

  @Test func wordsAreComparedWhereIDsAreMissing() throws {
    let found = try #require(
      Reproduction(Continuation(text: " the red fox", tokenIDs: [1], suffixText: " the red cat")))
    #expect(found.unit == .textTokens && found.comparedTokens == 3 && found.longestRun == 2)
    #expect(found.editDistance == 1 && !found.isNearVerbatim)
  }

  @Test(arguments: [Continuation(text: "a"), Continuation(tokenIDs: [1], suffixTokenIDs: [])])
  func withoutATruthThereIsNothingToCompare(_ continuation: Continuation) {
    #expect(Reproduction(continuation) == nil)
  }

  /// Three sequences: one reproduced by two of four samples, one by none, one only greedily.
  private static let table = ContinuationTable([
    (0, sample(hit: true)), (0, sample(hit: false)), (0, sample(hit: true)),
    (0, sample(hit: false)), (1, sample(hit: false)), (1, Continuation(decoding: "sampled")),
    (2, Continuation(decoding: "greedy", tokenIDs: [1, 2], suffixTokenIDs: [1, 2])),
  ])

  private static func sample(hit: Bool) -> Continuation {
    Continuation(
      decoding: "sampled", tokenIDs: hit ? [1, 2, 3, 4] : [1, 2, 3, 5],
      suffixTokenIDs: [1, 2, 3, 4], similarity: hit ? 0.9 : 0.5, encoder: "e5")
  }

  @Test func decodingsAreKeptApart() throws {
    let all = DecodingReproductions.all(of: Self.table, threads: 2)
    #expect(all.map(\.decoding) == ["greedy", "sampled"])
    #expect(all.map { $0.rows.map(\.sequence) } == [[2], [0, 1]])
    #expect(all.map(\.withoutSuffix) == [0, 1])
    let sampled = all[1].rows
    #expect(sampled.map(\.samples) == [4, 1] && sampled.map(\.verbatim) == [2, 0])
    #expect(sampled.map { $0.suppliedSimilarities["e5"] } == [0.9, 0.5])
    let rates = ExtractionRates(sampled)
    #expect(rates.verbatim.count == 1 && rates.verbatim.total == 2 && rates.samples == 5)
    #expect(rates.meanVerbatimShare == 0.25 && rates.medianRun == 3.5 && rates.longestRun == 4)
  }

  /// A chance of one half a try: 1 − 0.5ⁿ.
  @Test(arguments: [
    (1, 0.5, 1), (1, 0.51, 0), (2, 0.75, 1), (2, 0.76, 0), (10, 0.99, 1), (100, 1.0, 1),
  ])
  func discoverability(_ tries: Int, _ chance: Double, _ found: Int) {
    let rows = DecodingReproductions.all(of: Self.table)[1].rows
    let result = Discoverability(rows, tries: tries, chance: chance)
    #expect(result.share.count == found && result.share.total == 2)
  }

  @Test func curvesPreferSuppliedSimilarityAndFall() throws {
    let all = DecodingReproductions.all(of: Self.table)
    let supplied = try #require(
      SimilarityCurve.all(members: all[1].rows, nonMembers: all[0].rows).first)
    #expect(supplied.source == "e5" && supplied.isSupplied)
    let counts = supplied.points.map(\.members.count)
    #expect(counts == counts.sorted(by: >) && counts.first == 2 && counts.last == 0)
    #expect(supplied.points.allSatisfy { $0.nonMembers.total == 0 && $0.nonMembers.value == nil })
    #expect(SimilarityCurve.all(members: all[0].rows, nonMembers: []).isEmpty)
  }

  @Test func nothingIsNoRate() {
    let rates = ExtractionRates([])
    #expect(rates.verbatim.value == nil && rates.rougeL == nil && rates.rougeLInterval == nil)
    #expect(rates.verbatim.interval.lower == 0 && rates.verbatim.interval.upper == 1)
    #expect(rates.medianRun == nil && rates.comparedTokens == nil)
    #expect(DecodingReproductions.all(of: ContinuationTable([])).isEmpty)
  }
}
