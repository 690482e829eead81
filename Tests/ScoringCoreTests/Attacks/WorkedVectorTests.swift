import Foundation
import ScoringCore
import Testing

/// Attacks on few numbers, worked by hand or by the code that defines them.
@Suite struct WorkedVectorTests {
  /// A text by its mean log-probabilities: one position each.
  private static func text(
    _ target: Float, _ reference: Float = -1, numbers: [ExtraNumber: Double] = [:],
    lists: [ExtraList: [Double]] = [:]
  ) -> Record {
    var record = Record(target: [target], reference: [reference])
    record.numbers = numbers
    record.lists = lists
    return record
  }

  @Test(
    arguments: [
      ("perplexity", text(-2.5), -12.1824939607),
      ("flora", text(-2, -4), -0.5),
      ("lowercase", text(-2, numbers: [.lowercase: -2.5]), -0.8),
      ("lowercase:form=perplexity", text(-2, numbers: [.lowercase: -2.5]), -0.6065306597),
      ("neighborhood", text(-2, lists: [.neighbors: [-2.5, -2.4]]), 0.45),
      ("recall", text(-2, numbers: [.nonmemberPrefix: -3]), 1.5),
      (
        "con-recall:gamma=0.5", text(-2, numbers: [.nonmemberPrefix: -3, .memberPrefix: -1.5]),
        1.125
      ),
      (
        "con-recall", text(-2, numbers: [.nonmemberPrefix: -3, .memberPrefix: -1.5]), 0.75
      ),
      (
        "spv",
        text(
          -2, -2.6, lists: [.neighbors: [-2.5, -2.4], .referenceNeighbors: [-2.7, -2.8]]),
        0.0386680167
      ),
    ] as [(String, Record, Double)])
  func lossesOnly(_ attack: String, _ record: Record, _ expected: Double) throws {
    let score = try score(attack, record)
    // The target is a Float: −2.6 is not exact.
    #expect(agree(score, Score(.ordinary, expected), within: 1e-6), "\(score)")
  }

  @Test(arguments: [
    ("zlib", -0.0637254902), ("zlib:form=chars", -2.8039215686),
    ("zlib:form=chars-wbc", -2.8038980154), ("zlib:form=perplexity-bits", -0.0632116174),
    ("zlib-lora", -0.0637254902),
  ])
  func zlibForms(_ attack: String, _ expected: Double) throws {
    var record = Self.text(-3.25)
    record.text = "The quick brown fox jumps over the lazy dog."
    let score = try score(attack, record)
    #expect(agree(score, Score(.ordinary, expected), within: 1e-9), "\(score)")
  }

  /// Characters are not bytes: "naïve café" has 10 of the one and 12 of the other.
  @Test func zlibCountsCharacters() throws {
    var record = Self.text(-2)
    record.text = "naïve café"
    let score = try score("zlib:form=chars", record)
    #expect(agree(score, Score(.ordinary, -1)), "\(score)")
  }

  /// Three positions over a vocabulary of three.
  @Test(arguments: [
    ("entropy", -0.9570641100), ("max-renyi:k=0", -1.0397207709),
    ("max-renyi:k=67", -1.0346868900), ("max-renyi:k=100", -0.9570641100),
    ("min-k++:k=40", -1.5900075700), ("min-k++:k=100", -0.5795398000),
  ])
  func distributions(_ attack: String, _ expected: Double) throws {
    var record = Record()
    record.target = [-1.6094379124, -0.6931471806, -1.6094379124]
    record.means = [-0.80181855, -1.03972077, -1.02965301]
    record.stds = [0.49438681, 0.12011325, 0.13296441].map { Float($0.squareRoot()) }
    let score = try score(attack, record)
    #expect(agree(score, Score(.ordinary, expected), within: 2e-6), "\(score)")
  }

  @Test(arguments: [
    ("surp", Score(.ordinary, -3.5)), ("surp:k=80", Score(.ordinary, -2.5)),
    ("surp:entropy=1.5", Score(.ordinary, -3.5 - 0.5)),
    ("surp:entropy=0.1", .none(.undefined)), ("surp:k=19", .none(.tooShort)),
    ("surp:entropy=0.1:empty=released", Score(.ordinary, -100)),
    ("surp:k=19:empty=released", Score(.ordinary, -100)),
  ])
  func surprisingTokens(_ attack: String, _ expected: Score) throws {
    var record = Record()
    record.target = [-0.1, -4, -2, -0.5, -3]
    record.means =
      attack.contains("1.5")
      ? [-0.3, -1.25, -2.5, -1, -1.875] : [-0.3, -1.5, -2.5, -1, -1.875]
    let score = try score(attack, record)
    #expect(agree(score, expected), "\(score)")
  }

  @Test(arguments: [
    ("gap-k:k=34:window=2", -2.5), ("gap-k:k=100:window=2", -1.5), ("gap-k:k=50:window=1", -2.5),
    ("gap-k:k=100:window=4", -1.5), ("gap-k:k=50", -2.0),
  ])
  func gaps(_ attack: String, _ expected: Double) throws {
    var record = Record()
    record.target = [-1, -2, -3, -4]
    record.top1Logprobs = [-1, -1, -1, -1]
    let score = try score(attack, record)
    #expect(agree(score, Score(.ordinary, expected)), "\(score)")
    #expect(try ScoringCoreTests.score("gap-k:k=100:window=5", record) == .none(.tooShort))
  }

  @Test(arguments: [
    ("min-k:k=50:window=2", -1.675), ("min-k:k=50:window=2:stride=2", -1.75),
    ("min-k:k=100:window=5", -1.16), ("min-k:k=40:stride=2", -0.5),
  ])
  func windowsOfLogprobs(_ attack: String, _ expected: Double) throws {
    var record = Record()
    record.target = [-0.1, -2, -0.5, -3, -0.2]
    let score = try score(attack, record)
    #expect(agree(score, Score(.ordinary, expected), within: 1e-6), "\(score)")
    #expect(try ScoringCoreTests.score("min-k:k=100:window=6", record) == .none(.tooShort))
  }

  /// The lowest positions of the target are not those of the reference.
  @Test(
    arguments: [
      ("ref-min-k:k=20", 1.5), ("ref-min-k:k=40", 0.75), ("ref-min-k:k=100", 0.4),
      ("ref-min-k:k=19", nil),
    ] as [(String, Double?)])
  func lowestOfBothModels(_ attack: String, _ expected: Double?) throws {
    var record = Record()
    record.target = [-0.5, -1, -0.25, -3, -0.25]
    record.reference = [-1, -4.5, -0.5, -0.5, -0.5]
    let score = try score(attack, record)
    let wanted = expected.map { Score(.ordinary, $0) } ?? Score.none(.tooShort)
    #expect(agree(score, wanted, within: 1e-6), "\(score)")
  }

  @Test(arguments: [
    ("wbc:windows=2:aggregate=mean", -0.25 / 3), ("wbc:windows=2:aggregate=median", -0.5),
    ("wbc:windows=2:aggregate=min", -0.5), ("wbc:windows=1:aggregate=mean", 0.0625),
    ("wbc:windows=1:aggregate=median", 0.375), ("wbc:windows=1-4:aggregate=min", -0.375),
    ("wbc:windows=1", 0.75), ("ez:aggregate=count-fraction", 0.75),
    ("ez:aggregate=median", 0.375), ("ez:aggregate=mean", 0.0625),
    ("ht-style:zone=all", 0.0625), ("ht-style:zone=all:aggregate=difference", 0.25),
    ("ht-style:zone=reference-lowest-50", -0.25), ("ht-style:zone=target-lowest-25", -1),
  ])
  func shifts(_ attack: String, _ expected: Double) throws {
    // ez skips the first position: one that counts nowhere else stands there for it.
    let isZone = attack.hasPrefix("ez")
    var record = Record(
      target: [-2.5, -5, -1.5, -1.75], reference: [-3, -4, -2, -2], errors: [1, 1, 1, 1])
    if isZone {
      record = Record(
        target: [-9, -2.5, -5, -1.5, -1.75], reference: [-1, -3, -4, -2, -2],
        errors: [1, 1, 1, 1, 1])
    }
    let score = try score(attack, record)
    #expect(agree(score, Score(.ordinary, expected)), "\(score)")
  }

  /// f = (c + 1)/(Σc + V) is 1e-3, 1e-5 and 1e-2 for tokens 1, 2 and 3.
  @Test(arguments: [
    ("dc-pdd", [1, 2, 3], 0.01), ("dc-pdd:a=1", [1, 2, 3], 0.3678720948),
    ("dc-pdd:a=1", [2, 2, 2], 1.0), ("dc-pdd:a=1:repeats=all", [2, 2, 2], 0.4139238065),
    // A token that the file does not list: f = 1/Σ'.
    ("dc-pdd:a=20", [9, 9, 9], 6.9077552790),
    ("dc-pdd:a=20:vocabulary=1000004", [9, 9, 9], 7.2543288700),
  ])
  func corpus(_ attack: String, _ tokens: [Int32], _ expected: Double) throws {
    var record = Record()
    record.target = [-0.6931471806, -6.9077552790, -3.9120230054]
    record.tokenIDs = [2] + tokens
    let frequencies = try #require(
      TokenFrequencies([(0, 988_989), (3, 9999), (1, 999), (2, 9)]))
    #expect(frequencies.vocabularySize == 4 && frequencies.total == 999_996)
    let table = try EvidenceTable([record], tokenFrequencies: frequencies)
    let score = try column(attack, table)[0]
    #expect(agree(score, Score(.ordinary, expected), within: 1e-6), "\(score)")
  }

  /// One text and a population of three.
  @Test(arguments: [
    ("rmia", 1.0), ("rmia:gamma=1.6", 2.0 / 3), ("rmia:gamma=2", 1.0 / 3), ("rmia:gamma=3", 0),
    ("rmia:models=shadows", 1.0), ("rmia:models=shadows:gamma=1.6", 2.0 / 3),
  ])
  func population(_ attack: String, _ expected: Double) throws {
    let levels = [(0.6, 0.2), (0.3, 0.3), (0.5, 0.4), (0.7, 0.9)]
    let records = levels.enumerated().map { index, level in
      var record = Self.text(Float(log(level.0)), Float(log(level.1)))
      record.lists[.shadowOut] = [log(level.1 - 0.1), log(level.1 + 0.1)]
      record.isPopulation = index > 0
      return record
    }
    let column = try column(attack, EvidenceTable(records))
    #expect(agree(column[0], Score(.ordinary, expected)), "\(column[0])")
  }

  /// A text that equals one of two population texts beats it by a factor of exactly 1.
  @Test(arguments: [("rmia", 0.5), ("rmia:rule=at-least", 1.0)])
  func meetingTheFactor(_ attack: String, _ expected: Double) throws {
    var records = [Self.text(-1, -2), Self.text(-1, -2), Self.text(-3, -2)]
    records[1].isPopulation = true
    records[2].isPopulation = true
    #expect(try column(attack, EvidenceTable(records))[0] == Score(.ordinary, expected))
  }

  /// φ = 2; OUT has mean and median 0.5 and deviation 1, IN 1.8 and 0.5.
  @Test(arguments: [
    ("lira", 1.7381471806), ("lira:center=mean", 1.7381471806),
    ("lira:variance=global", 1.7381471806), ("lira:variance=global-in", 4.42),
    ("lira:mode=offline", -0.0691434556), ("lira:mode=offline:offline=two-sided", 2.0439385332),
  ])
  func likelihoodRatio(_ attack: String, _ expected: Double) throws {
    func logprob(_ phi: Double) -> Double { -log(1 + exp(-phi)) }
    var record = Self.text(Float(logprob(2)))
    record.lists = [.shadowOut: [-0.5, 1.5].map(logprob), .shadowIn: [1.3, 2.3].map(logprob)]
    let score = try score(attack, record)
    #expect(agree(score, Score(.ordinary, expected), within: 1e-6), "\(score)")
  }

  /// Shadow models whose median is −3, mean −2 and deviation √2; the text itself is at −1.
  @Test(arguments: [("median", 2.2655121235), ("mean", 1.5155121235)])
  func centers(_ center: String, _ expected: Double) throws {
    let record = Self.text(-1, lists: [.shadowOut: [-3, 0, -3]])
    let score = try score(
      "lira:mode=offline:offline=two-sided:signal=log-prob:center=\(center)", record)
    #expect(agree(score, Score(.ordinary, expected), within: 1e-9), "\(score)")
  }

  /// ln Pr[N ≤ z], also where the probability itself is no Double.
  @Test(arguments: [
    (-40, -804.60844201375379), (-25, -316.63940800802026), (-20, -203.91715537109725),
    (-19, -184.36612866916097), (-3, -6.6077262215103495), (0, -0.69314718055994531),
    (9, -1.1285884059538406e-19),
  ])
  func farTails(_ z: Float, _ expected: Double) throws {
    let record = Self.text(-64 + z, lists: [.shadowOut: [-65, -63]])
    let score = try score("lira:mode=offline:signal=log-prob", record)
    #expect(agree(score, Score(.ordinary, expected), within: 1e-9), "\(score)")
  }

  /// One shadow model, or all alike, have no deviation.
  @Test(arguments: [[-2.0], [-2, -2, -2]])
  func noDeviationIsUndefined(_ shadows: [Double]) throws {
    let record = Self.text(-1, lists: [.shadowOut: shadows, .shadowIn: [-1, -2]])
    #expect(try score("lira", record) == .none(.undefined))
    #expect(try score("lira:mode=offline", record) == .none(.undefined))
  }

  /// The variance of all texts together is the one thing a score takes from other rows.
  @Test func globalVarianceIsOfAllTexts() throws {
    let records = [[-1.0, -3], [-5, -5]].map { Self.text(-1, lists: [.shadowOut: $0]) }
    let column = try column(
      "lira:mode=offline:offline=two-sided:signal=log-prob:variance=global", EvidenceTable(records))
    // −1, −3, −5, −5: mean −3.5, variance 2.75.
    let constant = 0.5 * log(2.75) + 0.5 * log(2 * Double.pi)
    #expect(agree(column[0], Score(.ordinary, 0.5 / 2.75 + constant)), "\(column[0])")
    #expect(agree(column[1], Score(.ordinary, 8 / 2.75 + constant)), "\(column[1])")
  }
}
