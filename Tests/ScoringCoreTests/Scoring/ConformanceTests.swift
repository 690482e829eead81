import ScoringCore
import Testing

/// Sequences score as a second implementation in NumPy and float64 has them.
@Suite struct ConformanceTests {
  private static let notAttacks: Set = [
    "run", "id", "label", "ez_class", "ez_up", "ez_down", "ez_errors",
  ]

  @Test(arguments: [("full-e3", 50), ("lora-e3", 50), ("synthetic/tuned", 36)])
  func everyAttackAgrees(_ run: String, _ count: Int) throws {
    let table = try run == "synthetic/tuned" ? Fixture.synthetic() : Fixture.table(run)
    let (header, rows) = try Fixture.scores(run)
    let spellings = header.filter { !Self.notAttacks.contains($0) }
    let attacks = try spellings.map { try AttackCatalog.attack($0) }
    #expect(attacks.map(\.spelling) == spellings && spellings.count > 20)
    let columns = try #require(try Scorer(attacks, for: table).scores())
    #expect(rows.count == count && rows.map { $0["id"] } == rows.indices.map { table.id($0) })
    #expect(rows.map { $0["label"] } == table.labels.map(\.name))
    for column in columns {
      let wrong = rows.indices.filter { !Self.agrees(column[$0], rows[$0][column.attack]) }
      #expect(wrong.isEmpty, "\(column.attack): \(wrong.map { "\(rows[$0]) \(column[$0])" })")
    }
  }

  /// The invented experiment has every kind of evidence: nothing is unavailable, and every attack,
  /// at its defaults and at every choice of its parameters, has a score for some sequence.
  @Test func everyAttackIsComputed() throws {
    let table = try Fixture.synthetic()
    let attacks = AttackCatalog.all.map { $0.init() }
    let computed = Scorer.availability(of: attacks, for: table).filter { $0.problem == nil }
    #expect(computed.map(\.attack.spelling) == attacks.map(\.spelling))
    let columns = try #require(try Scorer(attacks, for: table).scores())
    for column in columns {
      let scored = column.statuses.count(where: \.isDefined)
      #expect(scored > 25, "\(column.attack): \(scored) of \(column.count) scored")
    }
    let compared = Set(try Fixture.scores("synthetic/tuned").columns)
    #expect(attacks.allSatisfy { compared.contains($0.spelling) })
  }

  @Test(arguments: [("full-e3", 17, 0), ("lora-e3", 5, 0)])
  func classesAndMassesAgree(_ run: String, _ withoutDownward: Int, _ withoutErrors: Int) throws {
    let (_, rows) = try Fixture.scores(run)
    let column = try column("ez", Fixture.table(run))
    let zones = try #require(column.zones)
    let names: [ScoreStatus: String] = [
      .ordinary: "ordinary", .forcedN0: "forced_n0", .forcedNoErrors: "forced_no_errors",
    ]
    #expect(rows.map { $0["ez_class"] } == column.statuses.map { names[$0] })
    #expect(rows.map { $0["ez_errors"] } == zones.errors.map(String.init))
    #expect(
      rows.indices.allSatisfy { Self.agrees(Score(.ordinary, zones.up[$0]), rows[$0]["ez_up"]) })
    #expect(
      rows.indices.allSatisfy { Self.agrees(Score(.ordinary, zones.down[$0]), rows[$0]["ez_down"]) }
    )
    let counts = ScoreCounts(column.statuses)
    #expect(counts.forcedN0 == withoutDownward && counts.forcedNoErrors == withoutErrors)
  }

  @Test func repeatedTextsRankAboveAllOthersOnlyUnderThePapersPolicy() throws {
    let table = try Fixture.table("full-e3")
    let paper = try column("ez", table)
    let released = try column("ez:policy=released", table)
    let forced = table.labels.indices.filter { paper.statuses[$0] != .ordinary }
    let others = table.labels.indices.filter { paper.statuses[$0] == .ordinary }
    #expect(forced.allSatisfy { high in others.allSatisfy { paper[$0] < paper[high] } })
    #expect(forced.allSatisfy { low in others.allSatisfy { released[low] < released[$0] } })
  }

  /// Whether a score is printed so, within 1e-5 relative.
  private static func agrees(_ score: Score, _ field: String?) -> Bool {
    guard let field else { return false }
    switch score.status {
    case .forcedN0, .forcedNoErrors: return field == "inf"
    case let status where !status.isDefined: return field.isEmpty
    default:
      guard let expected = Double(field) else { return false }
      return agree(Score(.ordinary, score.value), Score(.ordinary, expected), within: 1e-5)
    }
  }
}
