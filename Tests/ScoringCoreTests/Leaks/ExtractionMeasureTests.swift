import Basics
import Foundation
import Testing

@testable import ScoringCore

@Suite struct ExtractionMeasureTests {
  @Test func windowsAreThoseOfEveryStart() {
    var numbers = SplitMix64(seed: 7)
    for _ in 0..<300 {
      let count = Int.random(in: 0...14, using: &numbers)
      let costs = (0..<count).map { _ in Double(Int.random(in: 0...6, using: &numbers)) }
      let marked = costs.map { _ in Int.random(in: 0..<6, using: &numbers) > 0 }
      let length = Int.random(in: 1...5, using: &numbers)
      let windows = (0..<max(0, count - length + 1)).map { $0..<$0 + length }
        .filter { marked[$0].allSatisfy { $0 } }
      let sums = windows.map { costs[$0].reduce(0, +) }
      #expect(WindowCosts.least(costs, marked, length: length) == sums.min())
      #expect(WindowCosts.most(costs, marked, length: length) == sums.max())
      let around = WindowCosts.leastAround(costs, marked, length: length)
      for place in 0..<count {
        let expected = zip(windows, sums).filter { $0.0.contains(place) }.map(\.1).min()
        #expect(expected == (around[place].isNaN ? nil : around[place]))
      }
      let budget = Double(Int.random(in: 0...12, using: &numbers))
      let longest = Self.longest(within: budget, costs, marked)
      #expect(WindowCosts.within(budget, costs, marked) == longest)
    }
  }

  /// Windows of marked positions within a budget that lie in no other, by looking at all.
  private static func longest(
    within budget: Double, _ costs: [Double], _ marked: [Bool]
  ) -> [Range<Int>] {
    var all: [Range<Int>] = []
    for start in costs.indices {
      for end in start + 1..<costs.count + 1 {
        let isMarked = marked[start..<end].allSatisfy { $0 }
        if isMarked, costs[start..<end].reduce(0, +) <= budget { all.append(start..<end) }
      }
    }
    return all.filter { window in
      !all.contains { other in other != window && window.clamped(to: other) == window }
    }
  }

  @Test(arguments: [(1.0, 0.5, 1.0), (1.0, 0.9, 4), (10, 0.5, 710), (0, 0.5, 1), (3, 0.9, 18)])
  func drawsAreTheFewestThatSuffice(_ bits: Double, _ probability: Double, _ draws: Double) {
    #expect(exp2(SamplingDraws.log2Draws(bits: bits, probability: probability)).rounded() == draws)
    let log = SamplingDraws.log2Draws(bits: bits, probability: probability)
    #expect(SamplingDraws.probability(bits: bits, log2Draws: log) >= probability - 1e-12)
  }

  @Test func drawsStayFiniteForTheLeastProbable() {
    // 1e-300 is 996.58 bits.
    let log = SamplingDraws.log2Draws(bits: 996.58, probability: 0.5)
    #expect(abs(log - (996.58 - 0.5287663729448977)) < 1e-9)
    #expect(abs(SamplingDraws.probability(bits: 996.58, log2Draws: log) - 0.5) < 1e-9)
    #expect(SamplingDraws.probability(bits: 5000, log2Draws: 10) == 0)
    #expect(SamplingDraws.log2Draws(bits: .nan, probability: 0.5).isNaN)
  }

  @Test func aSequenceIsMeasured() throws {
    var record = Record(
      target: [-1, -0.5, -2, -0.25, -0.25], reference: [-3, -3, -3, -3, -3],
      errors: [0, 0, 1, 0, 0])
    record.tokenIDs = [1, 2, 3, 4, 5, 6]
    var settings = ExtractionSettings()
    (settings.prefix, settings.suffix, settings.window) = (4, 2, 2)
    let measures = try #require(ExtractionMeasures(EvidenceTable([record]), settings: settings))
    #expect(measures.memorized == [0.75] && measures.strength == [0.5])
    #expect(measures.longestRun == [2] && measures.suffixIsGreedy == [1])
    #expect(abs(measures.suffixBits[0] - 0.5 / 0.6931471805599453) < 1e-12)
    #expect(measures.windowBits == [0] && measures.referenceMemorized[0].isNaN)
    #expect(abs(measures.greedyWindowReferenceBits[0] - 6 / 0.6931471805599453) < 1e-9)
    settings.prefix = 5
    let short = try #require(ExtractionMeasures(EvidenceTable([record]), settings: settings))
    #expect(short.suffixBits[0].isNaN && short.log2Draws(0).isNaN)
  }

  @Test func theCurveRisesWithTheDraws() throws {
    let records = (0..<8).map { index -> Record in
      var record = Record(
        target: [-1, -Float(index), -1], reference: [-1, -1, -1], errors: [1, 1, 1])
      record.id = "r\(index)"
      record.label = index < 4 ? .member : .nonMember
      return record
    }
    var settings = ExtractionSettings()
    (settings.prefix, settings.suffix) = (2, 1)
    let measures = try #require(ExtractionMeasures(EvidenceTable(records), settings: settings))
    let curve = DiscoveryCurve(
      measures, members: [0, 1, 2, 3], nonMembers: [4, 5, 6, 7], largest: 12)
    let members = curve.points.map { $0.members.count }
    #expect(members.first == 1 && members.last == 4 && members == members.sorted())
    #expect(curve.point(log2Draws: 3).nonMembers.count == 0)
    #expect(curve.points.last?.nonMembers.count == 4 && curve.membersLeftOut == 0)
    #expect(curve.points.allSatisfy { $0.members.interval.contains($0.members.value ?? -1) })
  }
}
