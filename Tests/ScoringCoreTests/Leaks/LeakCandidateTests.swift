import Basics
import Testing

@testable import ScoringCore

@Suite struct LeakCandidateTests {
  /// No run that is worth a look may be passed over, wherever it lies.
  @Test func theBoundIsNeverBelowARun() {
    var numbers = SplitMix64(seed: 11)
    for count in 0...80 {
      for start in [0, 1, 3] {
        let reference = (0..<count).map { _ -> Float in
          switch Int.random(in: 0..<20, using: &numbers) {
          case 0: .nan
          case 1: -.infinity
          case 2: 0.001
          default: -Float.random(in: 0...9, using: &numbers)
          }
        }
        let isFirst = Int.random(in: 0...8, using: &numbers)
        let ranks = (0..<count).map { _ -> Int32 in
          Int.random(in: 0..<8, using: &numbers) < isFirst
            ? 1 : Int32.random(in: 2 ... .max, using: &numbers)
        }
        let bound = greedyRunBound(ranks.span, reference.span, from: start)
        let (longest, all) = Self.runs(ranks, reference, from: start)
        #expect(bound >= longest)
        #expect(bound <= all * 1.001 + 1e-5)
      }
    }
  }

  /// Blocks without a first choice between them part what they hold.
  @Test func runsFarApartAreNotAddedUp() {
    var ranks = [Int32](repeating: 2, count: 400)
    for place in stride(from: 8, to: 400, by: 32) { ranks[place] = 1 }
    let bound = greedyRunBound(ranks.span, [Float](repeating: -1, count: 400).span, from: 0)
    #expect(bound >= 1.4426950408889634 && bound < 1.45)
  }

  /// The most bits of a run of first choices, and of all of them.
  private static func runs(
    _ ranks: [Int32], _ reference: [Float], from start: Int
  ) -> (longest: Double, all: Double) {
    var (run, longest, all) = (0.0, 0.0, 0.0)
    for place in ranks.indices where place >= start {
      let bits = reference[place].isNaN ? TokenBits.most : TokenBits.of(reference[place])
      run = ranks[place] == 1 ? run + bits : 0
      all += ranks[place] == 1 ? bits : 0
      longest = max(longest, run)
    }
    return (longest, all)
  }
}
