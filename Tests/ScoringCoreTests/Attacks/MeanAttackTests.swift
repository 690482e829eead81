import ScoringCore
import Testing

/// LOSS, reference difference and reference ratio.
@Suite struct MeanAttackTests {
  private static let no = -Float.infinity

  @Test(
    arguments: [
      ("loss", [-1, -2, -4.5], [-2, -2, -2], Score(.ordinary, -2.5)),
      ("ref-diff", [-1, -2, -4.5], [-2, -2, -2], Score(.ordinary, -0.5)),
      ("ref-ratio", [-1, -2, -4.5], [-2, -2, -2], Score(.ordinary, -1.25)),
      ("ref-ratio", [-1, -2], [0, 0], .none(.undefined)),
      ("ref-ratio", [0, 0], [-1, -1], Score(.ordinary, 0)),
      ("loss", [-1, no], [-1, -1], Score(.ordinary, -.infinity)),
      ("ref-diff", [-1, no], [-1, -1], Score(.ordinary, -.infinity)),
      ("ref-diff", [-1, -1], [-1, no], Score(.ordinary, .infinity)),
      ("ref-diff", [-1, no], [-1, no], .none(.nonFinite)),
      ("ref-ratio", [-1, no], [-1, no], .none(.nonFinite)),
      ("ref-ratio", [-1, -1], [-1, no], Score(.ordinary, 0)),
      ("loss", [], [], .none(.tooShort)), ("ref-diff", [], [], .none(.tooShort)),
      ("ref-ratio", [], [], .none(.tooShort)), ("loss", [-3], [-1], Score(.ordinary, -3)),
    ] as [(String, [Float], [Float], Score)])
  func scores(_ attack: String, _ target: [Float], _ reference: [Float], _ expected: Score) throws {
    let score = try score(attack, Record(target: target, reference: reference))
    #expect(agree(score, expected), "\(score)")
  }

  @Test(arguments: [("loss", -2.0), ("ref-diff", -1.5), ("ref-ratio", -4.0)])
  func unscoredPositionsDoNotCount(_ attack: String, _ expected: Double) throws {
    var record = Record(target: [-7, -1, -7, -3], reference: [-9, -0.5, -9, -0.5])
    record.scored = [0, 1, 0, 1]
    #expect(try score(attack, record) == Score(.ordinary, expected))
    record.scored = [0, 0, 0, 0]
    #expect(try score(attack, record) == .none(.tooShort))
  }

  @Test(arguments: [0, 1, 15, 16, 17, 31, 32, 33, 127, 1000])
  func sumsCountEveryPositionOnce(_ length: Int) throws {
    let target = (0..<length).map { Float(-($0 + 1)) }
    let record = Record(target: target, reference: target.map { $0 * 2 })
    let mean = -Double(length + 1) / 2
    let expected = length == 0 ? Score.none(.tooShort) : Score(.ordinary, mean)
    #expect(agree(try score("loss", record), expected))
    #expect(
      agree(try score("ref-diff", record), length == 0 ? expected : Score(.ordinary, -mean)))
  }

  @Test(arguments: ["loss", "ref-diff", "ref-ratio", "min-k:k=20", "wbc", "ez"])
  func recordsWithoutAColumnHaveNoScore(_ attack: String) throws {
    let full = Record(target: [-1, -2, -3, -2, -1], reference: [-2, -1, -3, -2, -1])
    var (ranked, empty) = (full, full)
    ranked.ranks = [2, 2, 2, 2, 2]
    empty.target = nil
    let column = try column(attack, EvidenceTable([ranked, empty]))
    #expect(column.statuses == [.ordinary, .missingEvidence])
  }
}
