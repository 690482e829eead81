import ScoringCore
import Testing

/// EZ on the vectors of arXiv 2601.12104's released code and the edge cases of its appendix.
@Suite struct ErrorZoneTests {
  private static let target: [Float] = [-1, -2, -0.5, -3, -0.1, -4]
  private static let reference: [Float] = [-1.5, -2.5, -0.4, -2, -0.3, -4.5]
  private static let no = -Float.infinity

  struct Case: CustomTestStringConvertible, Sendable {
    var attack: String
    var target = ErrorZoneTests.target
    var reference = ErrorZoneTests.reference
    var errors: [Int]
    var expected: Score

    init(
      _ attack: String, _ errors: [Int], _ status: ScoreStatus, _ value: Double,
      target: [Float] = ErrorZoneTests.target, reference: [Float] = ErrorZoneTests.reference
    ) {
      self.attack = attack
      self.errors = errors
      self.expected = Score(status, value)
      self.target = target
      self.reference = reference
    }

    var testDescription: String { "\(attack) \(errors)" }
  }

  private static let ordinary = [
    Case("ez", [1, 1, 0, 1, 0, 1], .ordinary, 1),
    Case("ez:first=keep", [1, 1, 0, 1, 0, 1], .ordinary, 1.5),
    Case("ez:policy=released", [1, 1, 0, 1, 0, 1], .ordinary, 1),
    Case("ez:first=keep:policy=released", [1, 1, 0, 1, 0, 1], .ordinary, 1.5),
  ]

  private static let edges = [
    Case("ez", [1, 1, 0, 0, 0, 1], .forcedN0, 1),
    Case("ez", [0, 0, 0, 0, 0, 0], .forcedNoErrors, .infinity),
    Case("ez", [1, 0, 0, 0, 0, 0], .forcedNoErrors, .infinity),
    Case("ez", [0, 1, 0, 0, 0, 0], .forcedN0, 0.5),
    Case("ez", [0, 0, 0, 1, 0, 0], .insufficient, 0),
    Case("ez", [0, 0, 1, 1, 0, 0], .ordinary, 0),
    Case("ez:min-errors=1", [0, 0, 0, 1, 0, 0], .ordinary, 0),
    Case("ez:min-errors=4", [1, 1, 0, 1, 0, 1], .insufficient, 0),
    Case("ez:min-errors=4", [1, 1, 0, 0, 0, 1], .forcedN0, 1),
    Case("ez:policy=released", [1, 1, 0, 0, 0, 1], .zeroed, 0),
    Case("ez:policy=released", [0, 0, 0, 0, 0, 0], .zeroed, 0),
    Case("ez:policy=released", [1, 0, 0, 0, 0, 0], .zeroed, 0),
    Case("ez:policy=released", [0, 1, 0, 0, 0, 0], .zeroed, 0),
    Case("ez:policy=released", [0, 0, 0, 1, 0, 0], .zeroed, 0),
    Case("ez:policy=released", [0, 0, 1, 1, 0, 0], .ordinary, 0),
    Case("ez", [1, 1, 1], .noMovement, .nan, target: [-1, -2, -3], reference: [-1, -2, -3]),
    Case("ez", [0, 1, 0], .noMovement, .nan, target: [-1, -2, -3], reference: [-1, -2, -3]),
    Case(
      "ez:policy=released", [1, 1, 1], .zeroed, 0, target: [-1, -2, -3], reference: [-1, -2, -3]),
  ]

  private static let nonFinite = ["paper", "released"].flatMap { policy in
    let attack = policy == "paper" ? "ez" : "ez:policy=released"
    let paper = policy == "paper"
    return [
      // Impossible under the reference: nothing weighs against it.
      Case(
        attack, [0, 1, 1], paper ? .forcedN0 : .zeroed, paper ? .infinity : 0,
        target: [-1, -2, -3], reference: [-1, no, -2]),
      Case(
        attack, [0, 1, 0], paper ? .forcedN0 : .zeroed, paper ? .infinity : 0,
        target: [-1, -2, -3], reference: [-1, no, -2]),
      // Impossible under the target.
      Case(attack, [0, 1, 1], .ordinary, 0, target: [-1, no, -2], reference: [-1, -2, -3]),
      // Both at once say nothing.
      Case(
        attack, [0, 1, 1], paper ? .nonFinite : .zeroed, paper ? .nan : 0,
        target: [-1, no, -2], reference: [-1, -2, no]),
      // Impossible under both: the position is skipped.
      Case(
        attack, [0, 1, 1, 1], .ordinary, 2, target: [-1, no, -2, -1],
        reference: [-1, no, -3, -0.5]),
      Case(
        attack, [0, 1, 1], paper ? .insufficient : .zeroed, 0, target: [-1, no, no],
        reference: [-1, no, no]),
      // A shift of exactly 0 is neither up nor down.
      Case(
        attack, [0, 1, 1, 1], .ordinary, 2, target: [-1, -2, -3, -2],
        reference: [-1, -2, -2.5, -3].map { $0 as Float }.enumerated().map {
          $0.offset == 2 ? -2.5 : $0.element
        }),
    ]
  }

  private static let short = [
    Case("ez", [], .insufficient, 0, target: [], reference: []),
    Case("ez", [1], .insufficient, 0, target: [-1], reference: [-2]),
    Case("ez", [0], .insufficient, 0, target: [-1], reference: [-2]),
    Case("ez", [0, 0], .forcedNoErrors, .infinity, target: [-1, -1], reference: [-2, -2]),
    Case("ez", [0, 1], .forcedN0, 1, target: [-1, -1], reference: [-2, -2]),
    Case("ez:first=keep", [1], .forcedN0, 1, target: [-1], reference: [-2]),
    Case("ez:first=keep", [0], .forcedNoErrors, .infinity, target: [-1], reference: [-2]),
  ]

  /// Shifts of 0.5, −1, 0.5 and 0.25 in the zone.
  private static let aggregations = [
    ("ratio", 1.25), ("log-ratio", 0.22314355131421), ("positive-fraction", 0.55555555555556),
    ("difference", 0.25), ("mean", 0.0625), ("median", 0.375),
  ].map { name, value in
    Case(
      name == "ratio" ? "ez" : "ez:aggregate=\(name)", [0, 1, 1, 1, 0, 1], .ordinary, value,
      target: [-9, -1, -2, -1, -7, -1], reference: [-8, -1.5, -1, -1.5, -3, -1.25])
  }

  /// Without downward mass only what would divide by it needs a class.
  private static let onlyUpward = [
    ("ratio", ScoreStatus.forcedN0, 1), ("log-ratio", .forcedN0, 1),
    ("positive-fraction", .ordinary, 1), ("difference", .ordinary, 1), ("mean", .ordinary, 0.5),
    ("median", .ordinary, 0.5),
  ].map { name, status, value in Case("ez:aggregate=\(name)", [0, 1, 0, 0, 0, 1], status, value) }

  @Test(arguments: ordinary + edges + nonFinite + short + aggregations + onlyUpward)
  func scores(_ sample: Case) throws {
    let record = Record(
      target: sample.target, reference: sample.reference, errors: sample.errors)
    let score = try score(sample.attack, record)
    #expect(agree(score, sample.expected, within: 1e-7), "\(score)")
  }

  @Test func zonesTellWhatTheyHold() throws {
    let record = Record(
      target: [-1, Self.no, -2, -1], reference: [-1, Self.no, -3, -0.5], errors: [1, 1, 1, 1])
    let zones = try #require(try column("ez", EvidenceTable([record, record])).zones)
    #expect(zones.up == [1, 1] && zones.down == [0.5, 0.5])
    #expect(zones.errors == [2, 2] && zones.skipped == 2)
  }
}
