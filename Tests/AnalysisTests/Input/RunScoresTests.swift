import ScoringCore
import Testing

@testable import Analysis

/// Runs of which scores are kept of all sequences and tokens of some.
@Suite struct RunScoresTests {
  private static let kept = 40
  private static let all = 400

  /// Scores in which members lead, over four hundred sequences; tokens of the first forty.
  private static func input(
    attacks: [String] = ["loss"], primary: [Experiment.PrimaryRule] = []
  ) throws -> RunInput {
    var columns = EvidenceChunk.Columns(ids: TextColumn((0..<kept).map { "s\($0)" }))
    columns.labels = Column((0..<kept).map { label($0).rawValue })
    columns.tokenOffsets = Column((0...kept).map { Int64($0 * 3) })
    columns.target.logprobs = Column((0..<kept * 2).map { -Float(score($0 / 2)) - 5 })
    columns.reference.logprobs = Column((0..<kept * 2).map { _ in -5 })
    let scores = ScoreTable(
      run: Run(name: "made"), ids: TextColumn((0..<all).map { "s\($0)" }),
      labels: (0..<all).map(label),
      columns: attacks.map { attack in
        ScoreColumn(
          attack: attack, values: (0..<all).map { -score($0) - 5 },
          statuses: Array(repeating: .ordinary, count: all))
      })
    let table = EvidenceTable(
      run: Run(name: "made"), chunks: [try EvidenceChunk(columns)], scores: scores)
    return RunInput(.evidence(table), primary: primary, annotations: .none)
  }

  private static func label(_ row: Int) -> Label { row % 2 == 0 ? .member : .nonMember }

  /// Negative losses: every fourth member is as hard as any non-member.
  private static func score(_ row: Int) -> Double {
    Double(row * 7 % 11) / 8 + (row % 2 == 0 && row % 8 != 0 ? -1.25 : 0)
  }

  private static func analysis(_ input: RunInput, _ attacks: String) throws -> RunAnalysis {
    try #require(
      input.analysis(
        AttackRequest(attacks), population: .primary, options: EvaluationOptions(),
        texts: TextGuards()))
  }

  @Test func figuresRestOnAllSequences() throws {
    let found = try Self.analysis(try Self.input(), "loss")
    let evaluation = try #require(found.attacks.first).evaluation
    #expect(evaluation.members == 200 && evaluation.nonMembers == 200)
    #expect(found.count == 400 && found.countWithoutTokens == 360 && found.table?.count == 40)
    #expect(found.hasTokens(39) && !found.hasTokens(40))
    let scoresOnly = RunInput(
      .scores(found.scores), primary: [], annotations: .none)
    #expect(
      try Self.analysis(scoresOnly, "loss").attacks[0].evaluation.auc == evaluation.auc)
    #expect(found.mismatches.isEmpty)
  }

  @Test func anAttackWithoutScoresOfAllIsUnavailableWithTheReason() throws {
    let found = try Self.analysis(try Self.input(), "loss,ref-diff")
    #expect(found.attacks.map(\.spelling) == ["loss"])
    #expect(found.unavailable.map(\.attack) == ["ref-diff"])
    #expect("\(found.unavailable[0])".contains("360 sequences have scores only"))
  }

  @Test func foreignColumnsAreFound() throws {
    let input = try Self.input(attacks: ["loss", "house-score"])
    let request = AttackRequest("house-score")
    try request.check(against: [input])
    let found = try Self.analysis(input, "house-score")
    #expect(found.attacks.map(\.spelling) == ["house-score"])
    #expect(try Self.analysis(input, "all").attacks.count == 2)
  }

  @Test func tokensOfAnotherModelAreNoticed() throws {
    let input = try Self.input(attacks: ["ref-diff"])
    let found = try Self.analysis(input, "ref-diff")
    let mismatch = try #require(found.mismatches.first)
    #expect(mismatch.compared == 40 && mismatch.differing > 30)
    #expect(found.guards().tripped.contains { $0.kind == .otherScores })
  }

  @Test func guardsLookAtTheSequencesWithTokensAlone() throws {
    let found = try Self.analysis(try Self.input(), "loss")
    // Nothing may reach for tokens that are not there.
    #expect(found.guards().contains { $0.kind == .selfReference })
    #expect(
      RunWarnings.sentences(found.run, analysis: found, attack: "loss")
        .contains { $0.contains("tokens are kept of 40") })
  }

  @Test func stepsEndWithTheSameFigures() throws {
    let input = try Self.input()
    let progressive = ProgressiveAnalysis([input], order: [0])
    let focus = AnalysisFocus(run: 0, attack: "loss")
    var last: RunAnalysis?
    while let step = progressive.next(focus) {
      for news in try #require(progressive.perform(step)) {
        if case .analysed(_, let analysis) = news { last = analysis }
      }
    }
    let whole = try Self.analysis(input, "all")
    #expect(last?.attacks.first?.evaluation.auc == whole.attacks.first?.evaluation.auc)
    #expect(last?.available == ["loss"])
  }
}
