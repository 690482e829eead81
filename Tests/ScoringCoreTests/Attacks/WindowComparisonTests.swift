import Basics
import ScoringCore
import Testing

@Suite struct WindowComparisonTests {
  /// The reference is 0 everywhere but where it must be minus infinity: the shifts are the target.
  private static func record(_ shifts: [Float]) -> Record {
    Record(target: shifts.map { $0 - 8 }, reference: shifts.map { _ in -8 })
  }

  private static let shifts: [Float] = [0.3, -0.5, 0.1, 0.4, -0.2, 0.6]

  @Test(
    arguments: [
      ("wbc", shifts, 0.87666666666667), ("wbc:windows=1", shifts, 0.66666666666667),
      ("wbc:windows=2", shifts, 0.6), ("wbc:windows=3", shifts, 0.5),
      ("wbc:windows=4", shifts, 0.66666666666667), ("wbc:windows=6", shifts, 1),
      ("wbc:windows=40", shifts, 1), ("wbc", [0.5], 1), ("wbc", [-0.5], 0),
      // A tie is no win, whatever its window's length.
      ("wbc", [0], 0), ("wbc:windows=2", [0.5, -0.5, 0.5], 0),
      ("wbc:windows=1-2", [0.5, -0.5], 0.25),
    ] as [(String, [Float], Double)])
  func votes(_ attack: String, _ shifts: [Float], _ expected: Double) throws {
    let score = try score(attack, Self.record(shifts))
    #expect(agree(score, Score(.ordinary, expected)), "\(score)")
  }

  @Test func nothingToVoteOnHasNoScore() throws {
    #expect(try score("wbc", Self.record([])) == .none(.tooShort))
    var masked = Self.record([0.5, 0.5])
    masked.scored = [0, 0]
    #expect(try score("wbc", masked) == .none(.tooShort))
  }

  @Test(arguments: [UInt64](21...24))
  func agreesWithSummingEveryWindow(_ seed: UInt64) throws {
    var numbers = SplitMix64(seed: seed)
    for length in Array(1...48) + [127] {
      var record = Record.random(positions: length, infinities: seed % 2 == 0, from: &numbers)
      if seed > 22 {
        record.scored = [1] + (1..<length).map { _ in UInt8.random(in: 0...1, using: &numbers) }
      }
      let expected = Self.slowVotes(record)
      let score = try score("wbc", record)
      #expect(agree(score, Score(.ordinary, expected)), "seed \(seed), length \(length): \(score)")
    }
  }

  private static func slowVotes(_ record: Record) -> Double {
    let kept = (0..<record.positions).filter { record.scored?[$0] != 0 }
    let target = kept.map { -Double(record.target?[$0] ?? .nan) }
    let reference = kept.map { -Double(record.reference?[$0] ?? .nan) }
    let shares = [2, 3, 4, 6, 9, 13, 18, 25, 32, 40].map { window in
      let width = min(window, kept.count)
      let wins = (0...(kept.count - width)).filter { start in
        reference[start..<start + width].reduce(0, +) > target[start..<start + width].reduce(0, +)
      }
      return Double(wins.count) / Double(kept.count - width + 1)
    }
    return shares.reduce(0, +) / 10
  }
}
