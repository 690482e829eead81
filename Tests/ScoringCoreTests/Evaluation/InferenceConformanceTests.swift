import Foundation
import ScoringCore
import Testing

/// Intervals, bounds and joined scores are those of a second implementation in plain Python.
@Suite struct InferenceConformanceTests {
  private struct Figures: Decodable {
    var scores: [Double]
    var labels: [Int]
    var keys: [String]
    var intervals: [Rate]
    var bounds: [Bound]
    var groups: [String: Group]
    var advantage: [Double]
    var shares: [Share]

    /// Hits and totals of suspects, held-out members and held-out non-members.
    struct Share: Decodable {
      var suspects: [Int]
      var members: [Int]
      var nonMembers: [Int]
      var interval: [Double]
    }

    struct Rate: Decodable {
      var fpr: Double
      var limits: String
      var interval: [Double]
    }

    struct Bound: Decodable {
      var right: Int
      var guesses: Int
      var sequences: Int
      var delta: Double
      var epsilon: Double
    }

    struct Group: Decodable {
      var label: Int
      var harmonicP: Double
      var mean: Double
      var max: Double

      enum CodingKeys: String, CodingKey {
        case label, mean, max
        case harmonicP = "harmonic-p"
      }
    }
  }

  private static func figures() throws -> Figures {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("../../Conformance/inference.json")
    return try JSONDecoder().decode(Figures.self, from: Data(contentsOf: file))
  }

  @Test func intervalsAgree() throws {
    let figures = try Self.figures()
    let roc = try #require(ROC(Sample(figures.scores, figures.labels).ranking))
    #expect(figures.intervals.count == 8)
    for expected in figures.intervals {
      let limits = try #require(BinomialLimits(rawValue: expected.limits))
      let interval = roc.tprInterval(fpr: expected.fpr, limits: limits)
      #expect(
        near(interval.lower, expected.interval[0], 1e-8)
          && near(interval.upper, expected.interval[1], 1e-8), "\(expected) \(interval)")
    }
  }

  @Test func theAdvantagesIntervalAgrees() throws {
    let figures = try Self.figures()
    let roc = try #require(ROC(Sample(figures.scores, figures.labels).ranking))
    let interval = roc.advantageInterval()
    #expect(near(interval.lower, figures.advantage[0], 1e-8) && interval.lower > 0)
    #expect(near(interval.upper, figures.advantage[1], 1e-8) && interval.upper < 1)
  }

  @Test func limitsOfSharesAgree() throws {
    let shares = try Self.figures().shares
    #expect(shares.count == 5)
    for expected in shares {
      func rate(_ counts: [Int]) -> Double { Double(counts[0]) / Double(counts[1]) }
      let interval = MemberShare.limits(
        hitRate: rate(expected.suspects), suspects: expected.suspects[1],
        tpr: rate(expected.members), members: expected.members[1],
        fpr: rate(expected.nonMembers), nonMembers: expected.nonMembers[1])
      #expect(
        near(interval.lower, expected.interval[0], 1e-7)
          && near(interval.upper, expected.interval[1], 1e-7), "\(expected) \(interval)")
    }
  }

  @Test func boundsWithDeltaAgree() throws {
    let bounds = try Self.figures().bounds
    #expect(bounds.count == 20)
    for expected in bounds {
      let bound = EpsilonWithDelta.bound(
        right: expected.right, of: expected.guesses, sequences: expected.sequences,
        delta: expected.delta)
      #expect(near(bound, expected.epsilon, 1e-8), "\(expected) \(bound)")
    }
  }

  @Test(arguments: GroupAggregation.allCases)
  func joinedScoresAgree(_ aggregation: GroupAggregation) throws {
    let figures = try Self.figures()
    let sample = Sample(figures.scores, figures.labels)
    let column = ScoreColumn(
      attack: "a", values: sample.values, statuses: sample.values.map { _ in .ordinary })
    let groups = GroupedScores(column, labels: sample.labels, keys: figures.keys, by: aggregation)
    #expect(Set(groups.keys) == Set(figures.groups.keys) && groups.mixedGroups == 1)
    for (place, key) in groups.keys.enumerated() {
      let expected = try #require(figures.groups[key])
      let value =
        switch aggregation {
        case .harmonicP: expected.harmonicP
        case .mean: expected.mean
        case .max: expected.max
        }
      #expect(near(groups.column[place].value, value, 1e-9))
      #expect(groups.labels[place] == (expected.label == 1 ? .member : .nonMember))
    }
  }
}
