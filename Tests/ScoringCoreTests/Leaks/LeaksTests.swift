import Basics
import ScoringCore
import Testing

@Suite struct LeaksTests {
  /// A member that repeats a rare text, a member and a non-member that share a phrase.
  private static func records() -> [Record] {
    func record(_ id: String, _ label: Label, _ tokens: [Int32], errors: [Int]) -> Record {
      let count = tokens.count - 1
      var record = Record(
        target: errors.map { $0 == 0 ? -0.125 : -4 },
        reference: Array(repeating: -8, count: count), errors: errors)
      record.id = id
      record.label = label
      record.tokenIDs = tokens
      return record
    }
    return [
      record("secret", .member, [1, 2, 3, 4, 5, 6, 7, 8], errors: [1, 0, 0, 0, 0, 0, 1]),
      record("phrase", .member, [11, 12, 13, 14, 15, 16, 17, 18], errors: [1, 0, 0, 0, 0, 0, 1]),
      record(
        "phrase too", .nonMember, [12, 13, 14, 15, 16, 17, 98, 99],
        errors: Array(repeating: 1, count: 7)),
      record(
        "nothing", .nonMember, [21, 22, 23, 24, 25, 26, 27, 28], errors: [1, 0, 1, 1, 0, 1, 1]),
    ]
  }

  @Test func namesTheSpanThatNobodyElseHas() throws {
    let table = try EvidenceTable(Self.records())
    let leaks = try #require(try Leaks.find(in: table))
    let span = try #require(leaks.spans.first)
    #expect(leaks.spans.count == 1 && span.sequence == 0 && span.tokens == 2..<7)
    #expect(span.isGreedy && span.log2Draws == 0 && span.guessBits == 0)
    let bits = 8 / 0.6931471805599453
    #expect(abs(span.referenceBits - 5 * bits) < 1e-9 && span.ownCount == 5)
    #expect(abs(span.targetBits - 5 * 0.125 / 0.6931471805599453) < 1e-9)
    #expect(span.pValue == 1.0 / 3 && span.falseDiscoveryRate == 2.0 / 3)
    #expect(leaks.bestBits.map { $0 > 0 } == [true, false, false, false])
    #expect(leaks.calibrationCount == 2 && leaks.testedCount == 2 && leaks.smallestP == 1.0 / 3)
    let rate = leaks.rate(of: [0, 1])
    #expect(rate.sequences.count == 1 && rate.sequences.total == 2 && rate.spans == 1)
  }

  @Test func phrasesCountWhereEveryTokenDoes() throws {
    var settings = LeakSettings()
    settings.sharedLength = 0
    let table = try EvidenceTable(Self.records())
    let leaks = try #require(try Leaks.find(in: table, settings: settings))
    #expect(Set(leaks.spans.map(\.sequence)) == [0, 1])
  }

  /// Copies of a text and the sequences of one document do not take it from one another.
  @Test func copiesAndDocumentsShareWithThemselves() throws {
    var records = Self.records()
    var copy = records[0]
    copy.id = "copy"
    records.append(copy)
    let table = try EvidenceTable(records)
    let copies = try #require(try Leaks.find(in: table))
    #expect(Set(copies.spans.map(\.sequence)) == [0, 4])
    let documents = try #require(try Leaks.find(in: table, clusters: [0, 1, 1, 2, 0]))
    #expect(Set(documents.spans.map(\.sequence)) == [0, 1, 4])
  }

  /// A record of 40 tokens, all but the first given away, and others made from it.
  private static func version(
    _ id: String, changing: Range<Int> = 0..<0, isGivenAway: Bool = false
  ) -> Record {
    let errors = (0..<39).map { isGivenAway && $0 > 0 ? 0 : 1 }
    var record = Record(
      target: errors.map { $0 == 0 ? -0.125 : -4 }, reference: Array(repeating: -12, count: 39),
      errors: errors)
    record.id = id
    record.label = isGivenAway ? .member : .nonMember
    record.tokenIDs = (0..<40).map { Int32(changing.contains($0) ? 900 + $0 : 100 + $0) }
    return record
  }

  /// The same record with another date does not make the rest of it common property.
  @Test func nearDuplicatesAreOneRecord() throws {
    // Of 37 n-grams four tokens are in seven: 30 of 44 are shared, three are in six: 31 of 43.
    let near = try EvidenceTable([
      Self.version("own", isGivenAway: true), Self.version("another date", changing: 20..<23),
    ])
    let leaks = try #require(try Leaks.find(in: near))
    #expect(leaks.spans.map(\.ownCount) == [38] && leaks.nearDuplicates == 1)
    let far = try EvidenceTable([
      Self.version("own", isGivenAway: true), Self.version("another", changing: 20..<24),
    ])
    let others = try #require(try Leaks.find(in: far))
    #expect(others.nearDuplicates == 0)
    // What is its own are the changed tokens: they alone are in no n-gram that both have.
    #expect(others.spans.map(\.ownCount) == [4])
    var settings = LeakSettings()
    settings.versionShare = 0.6
    #expect(try Leaks.find(in: far, settings: settings)?.spans.map(\.ownCount) == [38])
    settings.versionShare = 1
    #expect(try Leaks.find(in: near, settings: settings)?.spans.map(\.ownCount) == [3])
  }

  /// A text that very many records nearly repeat is a template; copies are one however many.
  @Test(arguments: [(15, 38), (40, 3)])
  func templatesAreCommonProperty(_ others: Int, _ own: Int) throws {
    let records =
      [Self.version("own", isGivenAway: true)]
      + (0..<others).map { Self.version("version \($0)", changing: 20..<23) }
    var changed = records
    for place in changed.indices.dropFirst() {
      changed[place].tokenIDs?[21] = Int32(2000 + place)
    }
    let leaks = try #require(try Leaks.find(in: EvidenceTable(changed)))
    #expect(leaks.spans.map(\.ownCount) == [own])
    let copies = (0..<60).map {
      Self.version("copy \($0)", isGivenAway: $0 == 0)
    }
    let copied = try #require(try Leaks.find(in: EvidenceTable(copies)))
    #expect(copied.spans.map(\.ownCount) == [38] && copied.nearDuplicates == 0)
  }

  /// Near duplicates are found through some of their n-grams; all of those of real length are.
  @Test(arguments: [20, 50, 100]) func nearDuplicatesAreFound(_ length: Int) throws {
    var numbers = SplitMix64(seed: UInt64(length))
    var records: [Record] = []
    for pair in 0..<200 {
      let tokens = (0..<length).map { _ in Int32.random(in: 0..<50_000, using: &numbers) }
      for isOwn in [true, false] {
        let errors = (1..<length).map { isOwn && $0 > 1 ? 0 : 1 }
        var record = Record(
          target: errors.map { $0 == 0 ? -0.125 : -4 },
          reference: Array(repeating: -40, count: length - 1), errors: errors)
        record.id = "\(pair) \(isOwn)"
        record.label = isOwn ? .member : .nonMember
        record.tokenIDs = tokens
        // The last tokens of the other version are not the same: nine tenths are.
        if !isOwn {
          for place in (length - length / 10)..<length {
            record.tokenIDs?[place] = Int32.random(in: 50_000..<60_000, using: &numbers)
          }
        }
        records.append(record)
      }
    }
    let leaks = try #require(try Leaks.find(in: EvidenceTable(records, chunkSize: 64)))
    #expect(leaks.spans.count == 200)
    // A version that is not found leaves the changed tokens alone their own.
    #expect(leaks.nearDuplicates >= (length == 20 ? 190 : 200))
  }

  /// Five tokens cost 0.902 bits; four would be too few for 57 bits of the reference.
  @Test(arguments: [
    (LeakSettings.Decoder.sampling, 0.91, true), (.sampling, 0.9, false), (.ranking, 0, true),
  ])
  func budgetsDecide(_ decoder: LeakSettings.Decoder, _ budget: Double, _ isLeak: Bool) throws {
    var settings = LeakSettings()
    (settings.decoder, settings.budget, settings.referenceBits) = (decoder, budget, 57)
    let leaks = try #require(
      try Leaks.find(in: EvidenceTable(Self.records()), settings: settings))
    #expect(leaks.spans.map(\.tokens) == (isLeak ? [2..<7] : []))
  }

  @Test func evidenceThatIsMissingIsNamed() throws {
    var records = Self.records()
    for index in records.indices { records[index].ranks = nil }
    let table = try EvidenceTable(records)
    let error = #expect(throws: MissingEvidence.self) { try Leaks.find(in: table) }
    #expect(error?.description.contains("leaks needs target.ranks") == true)
    var settings = LeakSettings()
    settings.decoder = .sampling
    #expect(try Leaks.find(in: table, settings: settings)?.withoutEvidence == 0)
    #expect(try Leaks.find(in: table, settings: settings, isCancelled: { true }) == nil)
  }

  @Test(arguments: [1, 2, 3], LeakSettings.Decoder.allCases)
  func chunksAndThreadsDoNotMatter(_ seed: UInt64, _ decoder: LeakSettings.Decoder) throws {
    var numbers = SplitMix64(seed: seed)
    var records = (0..<60).map { _ in
      Record.random(
        positions: Int.random(in: 1...40, using: &numbers), infinities: true, from: &numbers)
    }
    for index in records.indices {
      records[index].label = index % 3 == 0 ? .nonMember : .member
      // Few different tokens, so that n-grams are shared.
      records[index].tokenIDs = records[index].tokenIDs?.map { $0 % 5 }
    }
    var settings = LeakSettings()
    (settings.decoder, settings.referenceBits, settings.budget) = (decoder, 5, 12)
    let whole = try #require(
      try Leaks.find(in: EvidenceTable(records), settings: settings, threads: 1))
    let parts = try #require(
      try Leaks.find(in: EvidenceTable(records, chunkSize: 7), settings: settings, threads: 4))
    // Rates of non-members are no numbers, which are not equal to themselves.
    func described(_ leaks: Leaks) -> [String] { leaks.spans.map { "\($0)" } }
    #expect(!whole.spans.isEmpty && described(whole) == described(parts))
    #expect(whole.bestBits == parts.bestBits)
    for row in records.indices {
      let spans = whole.spans(of: row)
      #expect(
        zip(spans, spans.dropFirst()).allSatisfy { $0.tokens.upperBound <= $1.tokens.lowerBound })
      #expect(spans.allSatisfy { $0.referenceBits >= 5 && $0.referenceBits <= whole.bestBits[row] })
    }
  }

  @Test func tokensThatAreImpossibleStayFinite() throws {
    var record = Record(
      target: [-1, -0.5, -.infinity, -0.5], reference: [-1, -.infinity, -.infinity, -2],
      errors: [1, 0, 1, 0])
    record.tokenIDs = [1, 2, 3, 4, 5]
    record.label = .member
    let leaks = try #require(try Leaks.find(in: EvidenceTable([record])))
    #expect(leaks.spans.map(\.tokens) == [2..<3] && leaks.spans[0].referenceBits == 1024)
    #expect(leaks.spans[0].pValue == 1)
    let costs = try #require(SequenceCosts(0, in: EvidenceTable([record]), window: 2))
    #expect(costs.targetBits[2] == 1024 && costs.isEligible == [false, true, true, true])
  }
}
