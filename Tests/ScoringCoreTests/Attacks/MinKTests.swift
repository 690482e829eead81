import Basics
import ScoringCore
import Testing

@Suite struct MinKTests {
  private static let target: [Float] = [-0.1, -2, -0.5, -3, -0.2]

  @Test(arguments: [
    (20, Score(.ordinary, -3)), (40, Score(.ordinary, -2.5)), (50, Score(.ordinary, -2.5)),
    (100, Score(.ordinary, -1.16)), (19, .none(.tooShort)), (1, .none(.tooShort)),
  ])
  func keepsTheLowestShare(_ percent: Int, _ expected: Score) throws {
    var record = Record()
    record.target = Self.target
    let score = try score("min-k:k=\(percent)", record)
    #expect(agree(score, expected, within: 1e-7), "\(score)")
  }

  @Test func sharesAreFloorsOfIntegers() throws {
    // 100 · 0.29 is 28.999999999999996 in floating point; and 10.9 positions are ten.
    var record = Record()
    record.target = (0..<100).map { Float(-$0) }
    let lowest = (71..<100).map(Double.init).reduce(0, +) / 29
    #expect(try score("min-k:k=29", record) == Score(.ordinary, -lowest))
    record.target = (0..<109).map { Float(-$0) }
    #expect(try score("min-k:k=10", record) == Score(.ordinary, -103.5))
  }

  @Test(arguments: [[UInt64](1...6)][0])
  func selectionAgreesWithSorting(_ seed: UInt64) throws {
    var numbers = SplitMix64(seed: seed)
    for length in Array(0...70) + [127, 128, 129, 1000] {
      var record = Record.random(positions: length, infinities: seed % 2 == 0, from: &numbers)
      if seed > 3 { record.target = record.target?.map { $0 * 1.37e-5 } }
      if seed == 6 { record.scored = record.target?.map { $0 < -2e-5 ? 1 : 0 } }
      let values = zip(record.target ?? [], record.scored ?? Array(repeating: 1, count: length))
        .filter { $0.1 == 1 }.map { Double($0.0) }.sorted()
      for percent in [1, 10, 20, 37, 99, 100] {
        let kept = values.count * percent / 100
        let expected =
          kept == 0
          ? Score.none(.tooShort) : .ordinary(values[0..<kept].reduce(0, +) / Double(kept))
        let score = try score("min-k:k=\(percent)", record)
        #expect(agree(score, expected), "seed \(seed), length \(length), k \(percent): \(score)")
      }
    }
  }

  /// Three positions over a vocabulary of three.
  private static func surprising(weighted: Bool) -> Record {
    var record = Record()
    record.target = [-1.6094379124, -0.6931471806, -1.6094379124]
    if weighted {
      record.means = [-0.80181855, -1.03972077, -1.02965301]
      record.stds = [0.49438681, 0.12011325, 0.13296441].map { Float($0.squareRoot()) }
    } else {
      record.means = [-1.42289932, -1.1552453, -1.16885263]
      record.stds = [0.98627535, 0.40018871, 0.45915384]
    }
    return record
  }

  @Test(arguments: [(34, -1.5900076), (67, -1.3693097), (100, -0.5795398)])
  func standardisesByWeightedMoments(_ percent: Int, _ expected: Double) throws {
    let score = try score("min-k++:k=\(percent)", Self.surprising(weighted: true))
    #expect(agree(score, Score(.ordinary, expected), within: 1e-6), "\(score)")
  }

  @Test func unweightedMomentsDefineAnotherAttack() throws {
    let table = try EvidenceTable([Self.surprising(weighted: false)], momentsAreWeighted: false)
    #expect {
      try column("min-k++:k=100", table)
    } throws: { error in
      String(describing: error).contains("logprob_stds_unweighted")
        && (error as? MissingEvidence)?.missing == .targetMoments
    }
  }

  @Test func deviationsNearZeroCountAsTheLeast() throws {
    var record = Self.surprising(weighted: true)
    record.stds?[2] = 0
    let one = try score("min-k++:k=50", record)
    let last = (-1.6094379124 + 1.02965301) / MinKPlusPlus.leastDeviation
    #expect(agree(one, Score(.ordinary, last), within: 1e-6), "\(one)")
    record.stds = [0, 1e-9, 0]
    let all = try score("min-k++:k=100", record)
    let first = (-1.6094379124 + 0.80181855) / MinKPlusPlus.leastDeviation
    let second = (-0.6931471806 + 1.03972077) / MinKPlusPlus.leastDeviation
    #expect(agree(all, Score(.ordinary, (first + second + last) / 3), within: 1e-6), "\(all)")
  }

  @Test(arguments: [UInt64](11...14))
  func standardisedSelectionAgreesWithSorting(_ seed: UInt64) throws {
    var numbers = SplitMix64(seed: seed)
    for length in Array(1...40) + [127, 400] {
      var record = Record.random(positions: length, infinities: seed > 12, from: &numbers)
      record.means = (0..<length).map { _ in Float.random(in: -5...0, using: &numbers) }
      record.stds = (0..<length).map { _ in
        max(0, Float.random(in: -0.2...3, using: &numbers))
      }
      let values = (0..<length).compactMap { index -> Double? in
        guard let target = record.target?[index], let mean = record.means?[index],
          let deviation = record.stds?[index]
        else { return nil }
        let spread = max(Double(deviation), MinKPlusPlus.leastDeviation)
        return (Double(target) - Double(mean)) / spread
      }.sorted()
      let kept = values.count * 30 / 100
      let expected =
        values.isEmpty
        ? Score.none(.undefined)
        : kept == 0 ? .none(.tooShort) : .ordinary(values[0..<kept].reduce(0, +) / Double(kept))
      let score = try score("min-k++:k=30", record)
      #expect(agree(score, expected, within: 1e-7), "seed \(seed), length \(length): \(score)")
    }
  }
}
