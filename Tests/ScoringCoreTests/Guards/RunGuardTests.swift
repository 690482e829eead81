import Testing

@testable import ScoringCore

/// All guards over whole runs.
@Suite struct RunGuardTests {
  private static func subject(_ table: EvidenceTable) -> GuardSubject {
    GuardSubject(
      run: table.run, table: table, ids: table.ids, labels: table.labels,
      isPrimary: Array(repeating: true, count: table.count), metadata: Metadata(columns: []))
  }

  /// Words by their place in a vocabulary; one more place than there are words is a special token.
  private static let words = ["the ", "old ", "house ", "by ", "river ", "is ", "empty ", "now "]

  /// A table whose sequence i spells some words; `texts` are what their texts say.
  private static func table(
    _ tokens: [[Int32]], texts: [String], name: String = "run"
  ) throws -> EvidenceTable {
    var columns = EvidenceChunk.Columns(ids: TextColumn(tokens.indices.map { "s\($0)" }))
    columns.labels = Column(tokens.indices.map { Int8($0 % 2) })
    columns.texts = TextColumn(texts)
    columns.tokenOffsets = Column(
      tokens.reduce(into: [Int64(0)]) { $0.append($0[$0.count - 1] + Int64($1.count)) })
    columns.tokenIDs = Column(tokens.flatMap { $0 })
    columns.vocabulary = Vocabulary(
      ids: Column((0...8).map { Int32($0) }), texts: TextColumn(words + ["<s>"]))
    return EvidenceTable(run: Run(name: name), chunks: [try EvidenceChunk(columns)])
  }

  /// Tokens of a sequence, its text, and how they go together.
  @Test(
    arguments: [
      ([0, 2, 5, 6], "the house is empty ", .whole), ([8, 0, 2], "the house ", .whole),
      ([0, 2, 8], "the house ", .whole), ([8, 0, 2, 8], "the house ", .whole),
      ([0, 2], "the house by the river", .part), ([8, 0, 2], "the house by the", .part),
      ([4, 5], "house by the river is ", .part), ([0, 2], "the horse ", .different),
      ([8, 0, 2, 8], "the house by the", .part), ([8, 0, 2], "he house ", .different),
      ([0, 99], "the house ", .different), ([0, 2], "", .unknown),
    ] as [([Int32], String, TokenCoverage.Match)])
  func tokensAndTexts(_ tokens: [Int32], _ text: String, match: TokenCoverage.Match) throws {
    let table = try Self.table([tokens], texts: [text])
    #expect(TokenCoverage(table, rows: [0]).matches == [match])
  }

  /// Every how manyth text goes on after its tokens, and every how manyth is another text; 0: none.
  @Test(
    arguments: [
      (0, 0, []), (1, 0, []), (2, 0, [.truncation]), (0, 10, [.misalignedTokens]),
    ] as [(Int, Int, [GuardKind])])
  func cutAndOtherTexts(cutEvery: Int, otherEvery: Int, kinds: [GuardKind]) throws {
    func isDue(_ row: Int, _ period: Int) -> Bool { period > 0 && row % period == 0 }
    let texts = (0..<100).map {
      isDue($0, otherEvery)
        ? "a cat " : "the house is empty " + (isDue($0, cutEvery) ? "since spring" : "")
    }
    let table = try Self.table(Array(repeating: [0, 2, 5, 6], count: 100), texts: texts)
    let result = TextGuards().result(
      table,
      .init(
        .members, first: (0..<50).map { 2 * $0 + 1 }, second: (0..<50).map { 2 * $0 }))
    let tokens = MisalignedTokens(nil, spelled: result.spelled, different: result.different)
    let found = result.findings + [tokens?.finding].compactMap { $0 }
    #expect(
      found.tripped.map(\.kind).filter { [.truncation, .misalignedTokens].contains($0) } == kinds)
  }

  @Test func metadataMaySayWhatWasCut() throws {
    let table = try Self.table(
      Array(repeating: [0, 2], count: 80), texts: Array(repeating: "the house ", count: 80))
    var subject = Self.subject(table)
    func outcome() -> GuardFinding.Outcome? {
      RunGuards.findings(subject).first { $0.kind == .truncation }?.outcome
    }
    #expect(outcome() == .passed)
    subject.isTruncated = (0..<80).map { $0 % 2 == 1 }
    #expect(outcome() == .tripped)
    subject.isTruncated = Array(repeating: true, count: 80)
    #expect(outcome() == .passed)
  }

  @Test func otherTokensOfTheSameTexts() throws {
    let texts = Array(repeating: "the house ", count: 40)
    let one = Self.subject(try Self.table(Array(repeating: [0, 2], count: 40), texts: texts))
    let two = Self.subject(try Self.table(Array(repeating: [8, 2], count: 40), texts: texts))
    func outcome(_ a: GuardSubject, _ b: GuardSubject) -> GuardFinding.Outcome? {
      RunGuards.comparison(a, b).first { $0.kind == .misalignedTokens }?.outcome
    }
    #expect(outcome(one, one) == .passed && outcome(one, two) == .tripped)
    var scores = two
    scores.table = nil
    #expect(outcome(one, scores) == .notChecked)
  }

  /// A run of scores only is told of in full: nothing is left out silently.
  @Test func scoresOnly() {
    let subject = GuardSubject(
      run: Run(name: "scores"), table: nil, ids: TextColumn(["a", "b", "c"]),
      labels: [.member, .nonMember, .unknown], isPrimary: [true, true, true],
      metadata: Metadata(columns: []))
    let findings = RunGuards.findings(subject)
    let kinds = Set(findings.map(\.kind))
    #expect(kinds == Set(GuardKind.allCases).subtracting([.unequalLoss, .otherScores]))
    #expect(findings.allSatisfy { $0.outcome == .notChecked })
    #expect(
      findings.notCheckedSentences.first
        == "Not checked, because only the scores of this run are known: lengths, text alone, "
        + "near-duplicates, cut texts, target other than reference, tokens, precision, target "
        + "better than reference, lengths of suspects, text alone of suspects, near-duplicates of "
        + "suspects, cut texts of suspects.")
  }

  /// Every guard looks at real evidence, and only what is true of it is found.
  @Test(arguments: ["full-e3", "lora-e3"]) func realEvidence(run: String) throws {
    let table = try Fixture.table(run)
    var subject = Self.subject(table)
    let columns = try Scorer([AttackCatalog.attack("ez")], for: table).scores() ?? []
    subject.attacks = columns.map {
      (spelling: $0.attack, evaluation: AttackEvaluation($0, labels: table.labels))
    }
    let findings = RunGuards.findings(subject)
    // Fifty sequences, some of them repeated sixteen times in training: few, and edge cases.
    let tripped = Set(findings.tripped.map(\.kind))
    #expect(tripped.isSubset(of: [.tooFewNonMembers, .edgeCases]))
    #expect(tripped.contains(.tooFewNonMembers))
    let shift = findings.first { $0.kind == .selfReference }?.figure("mean_absolute_shift")
    #expect(shift.map { $0.value > 0.1 } == true)
    let correlation = findings.first { $0.kind == .misalignedTokens }?.figure("correlation")
    #expect(correlation.map { $0.value > 0.6 } == true)
  }

  @Test func sharedTextsAreLookedAtOnce() throws {
    let texts = TextGuards()
    let (one, two) = (try Fixture.table("full-e3"), try Fixture.table("lora-e3"))
    #expect(one.holdsSameTexts(as: two))
    let rows = Array(0..<20)
    let comparison = TextGuards.Comparison(.members, first: rows, second: rows.map { $0 + 20 })
    let first = texts.result(one, comparison)
    #expect(texts.result(two, comparison).findings == first.findings)
    #expect(first.findings == TextGuards().result(two, comparison).findings)
    let other = try Self.table([[0, 2]], texts: ["the house "])
    #expect(!one.holdsSameTexts(as: other))
  }
}
