import Basics
import ScoringCore
import Testing

/// What attacks do where evidence is missing, or where there is next to none.
@Suite struct EvidenceGapTests {
  /// Every attack at its defaults, and those parameters that take another path.
  static let spellings =
    AttackCatalog.all.map { $0.init().spelling } + [
      "ez:aggregate=count-fraction", "ez:zone=all:aggregate=median", "ez:policy=released",
      "min-k:k=40:window=2", "gap-k:k=100:window=1", "max-renyi:k=0", "surp:k=40:empty=released",
      "wbc:aggregate=mean", "wbc:aggregate=median", "wbc:aggregate=min", "zlib:form=chars",
      "dc-pdd:repeats=all", "rmia:models=shadows", "lira:mode=offline", "lira:variance=global",
      "lira:mode=offline:variance=global-in", "lowercase:form=perplexity",
    ]

  private static let frequencies = TokenFrequencies([(1, 5), (2, 3)])

  private static func table(_ records: [Record]) throws -> EvidenceTable {
    try EvidenceTable(records, tokenFrequencies: frequencies)
  }

  /// Removes one kind of evidence from one of two sequences; then which attacks give it no score.
  @Test(
    arguments: [
      ("lowercase", ["lowercase"]), ("nonmember_prefix", ["recall", "con-recall"]),
      ("member_prefix", ["con-recall"]), ("neighbors", ["neighborhood", "spv"]),
      ("reference_neighbors", ["spv"]), ("shadow_in", ["lira"]), ("shadow_out", ["lira"]),
      ("means", ["entropy", "max-renyi", "surp", "min-k++"]), ("top1", ["gap-k"]),
      ("tokens", ["dc-pdd"]), ("text", ["zlib", "zlib-lora"]),
    ] as [(String, Set<String>)])
  func oneSequenceMayLackEvidence(_ removed: String, _ expected: Set<String>) throws {
    var numbers = SplitMix64(seed: 61)
    let full = Record.complete(positions: 8, from: &numbers)
    var (poor, population) = (full, full)
    population.isPopulation = true
    switch removed {
    case "means": (poor.means, poor.stds) = (nil, nil)
    case "top1": (poor.top1Logprobs, poor.top1IDs) = (nil, nil)
    case "tokens": poor.tokenIDs = nil
    case "text": poor.text = nil
    default:
      if let key = ExtraNumber(rawValue: removed) { poor.numbers[key] = nil }
      if let key = ExtraList(rawValue: removed) { poor.lists[key] = nil }
    }
    let table = try Self.table([full, poor, population])
    var lacking: Set<String> = []
    for type in AttackCatalog.all {
      let column = try column(type.init().spelling, table)
      #expect(column.statuses[0].isDefined && column.statuses[2].isDefined, "\(column.attack)")
      guard column.statuses[1] == .missingEvidence else { continue }
      lacking.insert(type.card.id)
      #expect(ScoreCounts(column.statuses).undefined == 1)
    }
    #expect(lacking == expected)
  }

  /// Removes one kind of evidence everywhere; then which attacks are unavailable, and the remedy.
  @Test(
    arguments: [
      ("lowercase", ["lowercase"], "lower-cased"),
      ("neighbors", ["neighborhood", "spv"], "changed versions"),
      ("reference_neighbors", ["spv"], "under the reference"),
      ("nonmember_prefix", ["recall", "con-recall"], "prefix of known non-members"),
      ("member_prefix", ["con-recall"], "prefix of known members"),
      ("shadow_in", ["lira"], "lira:mode=offline does without"),
      ("shadow_out", ["lira"], "shadow models not trained on it"),
      ("population", ["rmia"], "\"population\": true"),
      ("frequencies", ["dc-pdd"], "--token-frequencies"),
      ("entropies", ["min-k++", "entropy", "max-renyi", "surp"], "Σ p·ln p"),
      ("top1", ["gap-k"], "first choice"),
    ])
  func unavailableNamesTheRemedy(
    _ removed: String, _ expected: [String], _ remedy: String
  ) throws {
    var numbers = SplitMix64(seed: 62)
    var record = Record.complete(positions: 8, from: &numbers)
    record.isPopulation = removed != "population"
    if removed == "entropies" { (record.means, record.stds) = (nil, nil) }
    if removed == "top1" { record.top1Logprobs = nil }
    if let key = ExtraNumber(rawValue: removed) { record.numbers[key] = nil }
    if let key = ExtraList(rawValue: removed) { record.lists[key] = nil }
    let table = try EvidenceTable(
      [record], tokenFrequencies: removed == "frequencies" ? nil : Self.frequencies)
    let problems = Scorer.availability(of: AttackCatalog.all.map { $0.init() }, for: table)
      .compactMap(\.problem)
    #expect(problems.map { String($0.attack.prefix { $0 != ":" }) } == expected)
    #expect(problems.allSatisfy { "\($0)".contains(remedy) }, "\(problems)")
  }

  @Test func everyKindOfEvidenceHasARemedy() {
    let kinds = AttackCatalog.all.reduce(into: EvidenceKinds()) { $0.formUnion($1.card.needs) }
    for bit in 0..<32 {
      let kind = EvidenceKinds(rawValue: 1 << bit)
      #expect(kinds.isDisjoint(with: kind) || kind.columnNames.count == 1)
    }
  }

  /// 0, 1 and 2 sequences of 0, 1 and 2 positions, all tied, all of one class.
  @Test(arguments: [0, 1, 2], [0, 1, 2])
  func extremeSizes(_ sequences: Int, _ positions: Int) throws {
    var numbers = SplitMix64(seed: 63)
    var record = Record.complete(positions: positions, from: &numbers)
    record.label = .member
    record.isPopulation = true
    let table = try Self.table(Array(repeating: record, count: sequences))
    for spelling in Self.spellings {
      let attack = try AttackCatalog.attack(spelling)
      guard sequences > 0, positions > 0 || !spelling.hasPrefix("rmia") else {
        // No sequences, no evidence; and nobody to compare with.
        #expect(throws: MissingEvidence.self) { try Scorer([attack], for: table) }
        continue
      }
      let column = try column(spelling, table)
      #expect(column.count == sequences)
      let isZone = column.zones != nil || spelling.contains("empty=released")
      #expect(positions > 0 || isZone || column.statuses.allSatisfy { $0 == .tooShort })
      #expect((0..<sequences).allSatisfy { column[$0] == column[0] }, "\(spelling)")
      #expect(zip(column.values, column.statuses).allSatisfy { !$0.isNaN || !$1.isDefined })
      let evaluation = AttackEvaluation(column, labels: table.labels)
      #expect(evaluation.auc == nil && evaluation.roc == nil && evaluation.points.isEmpty)
    }
  }

  /// Nothing tells members from non-members that are the same text.
  @Test(arguments: spellings)
  func tiedScoresHaveHalfTheArea(_ spelling: String) throws {
    var numbers = SplitMix64(seed: 64)
    let record = Record.complete(positions: 12, from: &numbers)
    let records = (0..<10).map { index in
      var copy = record
      copy.label = index % 2 == 0 ? .member : .nonMember
      copy.isPopulation = index == 0
      return copy
    }
    let table = try Self.table(records)
    let ranking = Ranking(try column(spelling, table), labels: table.labels)
    #expect(ranking.auc() == 0.5 && ranking.groupCount == 1)
    #expect(
      AttackEvaluation(try column(spelling, table), labels: table.labels).tiedNonMembers == 5)
  }

  @Test(arguments: spellings)
  func infinitiesGiveNoNonsense(_ spelling: String) throws {
    var numbers = SplitMix64(seed: 65)
    let records = (0..<40).map { index in
      var record = Record.complete(positions: 1 + index % 7, infinities: true, from: &numbers)
      record.isPopulation = index % 5 == 0
      return record
    }
    let column = try column(spelling, Self.table(records))
    for index in 0..<column.count {
      #expect(column[index].value.isNaN != column.statuses[index].isDefined, "\(column[index])")
    }
  }
}
