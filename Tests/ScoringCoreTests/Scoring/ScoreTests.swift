import ScoringCore
import Testing

@Suite struct ScoreTests {
  /// Ascending; scores in one row tie.
  private static let ladder: [[Score]] = [
    [
      .none(.noMovement), .none(.missingEvidence), .none(.tooShort), .none(.undefined),
      .none(.nonFinite),
    ],
    [Score(.ordinary, -.infinity)], [Score(.ordinary, -2)],
    [Score(.ordinary, 0), Score(.insufficient, 0), Score(.zeroed, 0)], [Score(.ordinary, 1.5)],
    [Score(.ordinary, .infinity)], [Score(.forcedN0, 0.1), Score(.forcedN0, 0.1)],
    [Score(.forcedN0, 9)], [Score(.forcedN0, .infinity)], [Score(.forcedNoErrors, .infinity)],
  ]

  @Test func classesThenValuesOrder() {
    let places = Self.ladder.enumerated().flatMap { place, scores in scores.map { (place, $0) } }
    for (leftPlace, left) in places {
      for (rightPlace, right) in places {
        let isRight =
          (left < right) == (leftPlace < rightPlace)
          && left.ties(with: right)
            == (leftPlace == rightPlace)
        if !isRight { Issue.record("\(left) and \(right)") }
      }
    }
  }

  @Test func equalReasonsAreEqual() {
    #expect(Score.none(.undefined) == .none(.undefined))
    #expect(Set([Score.none(.undefined), .none(.undefined), .none(.tooShort)]).count == 2)
    #expect(Score(.ordinary, 0) != Score(.insufficient, 0))
    #expect(Score.ordinary(.nan) == .none(.nonFinite))
  }

  @Test func countsNameEveryClass() {
    let counts = ScoreCounts(ScoreStatus.allCases + [.ordinary, .forcedN0])
    #expect(counts.scored == 7 && counts.forcedNoErrors == 1 && counts.forcedN0 == 2)
    #expect(counts.insufficient == 1 && counts.zeroed == 1 && counts.noMovement == 1)
    #expect(counts.undefined == 3 && counts.nonFinite == 1)
  }
}
