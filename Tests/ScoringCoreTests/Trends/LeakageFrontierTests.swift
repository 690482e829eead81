import Testing

@testable import ScoringCore

@Suite struct LeakageFrontierTests {
  private static func points(_ pairs: [(Double, Double)]) -> [LeakageFrontier.Point] {
    pairs.map { .init(loss: $0.0, leakage: $0.1) }
  }

  @Test func theFrontHoldsWhatNoOtherPointBeatsInBoth() {
    let frontier = LeakageFrontier(
      Self.points([(1.3, 0.6), (1.1, 0.9), (1.2, 0.95), (1.2, 0.7), (1.4, 0.6)]))
    #expect(frontier.front == [1, 3, 0])
  }

  @Test func weightsAddUpToOneAndReachNoFurtherThanTheMethod() throws {
    let points = Self.points([(1.0, 0.8), (1.2, 0.6), (1.3, 0.5)])
    let frontier = LeakageFrontier(points)
    #expect(frontier.weights(atLoss: 0.99) == nil)
    for loss in [1.0, 1.05, 1.2, 1.25, 1.3, 2] {
      let weights = try #require(frontier.weights(atLoss: loss))
      #expect(abs(weights.values.reduce(0, +) - 1) < 1e-12)
      #expect(weights.values.allSatisfy { $0 > 0 })
    }
    #expect(frontier.weights(atLoss: 1.2) == [1: 1])
    #expect(frontier.leakage(atLoss: 5) == 0.5)
    let between = try #require(frontier.leakage(atLoss: 1.1))
    #expect(abs(between - 0.7) < 1e-12)
  }

  @Test func withoutPointsThereIsNoCurve() {
    let frontier = LeakageFrontier([])
    #expect(frontier.front.isEmpty && frontier.weights(atLoss: 1) == nil)
  }
}
