import Basics
import ScoringCore
import Testing

@Suite struct SetInferenceTests {
  /// Members stand for the set.
  private static func inference(
    shift: Double, seed: UInt64, size: Int = 60, clusters: [Int]? = nil
  ) -> SetInference? {
    let sample = Sample(members: size, nonMembers: 100, shift: shift, seed: seed)
    return SetInference.test(
      sample.ranking, label: .member, clusters: clusters, permutations: 199, splits: 20)
  }

  /// Where nothing is to be found p is uniform: a tenth of the audits in each tenth.
  @Test func pIsUniformWithoutALeak() throws {
    var tenths = [Int](repeating: 0, count: 10)
    var exact = 0
    let trials = 300
    for trial in 0..<trials {
      let test = try #require(Self.inference(shift: 0, seed: UInt64(1000 + trial))?.test)
      tenths[min(9, Int(saturating: test.pValue * 10))] += 1
      exact += try #require(test.permutationPValue) <= 0.05 ? 1 : 0
    }
    let expected = Double(trials) / 10
    let chiSquare =
      tenths.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) }
      / expected
    // The 99.9 % point of chi-square with 9 degrees of freedom.
    #expect(chiSquare < 27.88, "\(tenths)")
    #expect((4...30).contains(exact), "\(exact)")
  }

  @Test(arguments: [(0.0, 0...0.12), (0.3, 0.45...0.85), (0.6, 0.95...1)])
  func powerGrowsWithTheShift(_ shift: Double, _ power: ClosedRange<Double>) throws {
    var found = 0
    for trial in 0..<60 {
      let test = try #require(Self.inference(shift: shift, seed: UInt64(trial))?.test)
      found += test.pValue < 0.05 ? 1 : 0
      #expect(abs((test.permutationPValue ?? 1) - test.pValue) < 0.15)
    }
    #expect(power.contains(Double(found) / 60), "\(found)")
  }

  @Test func controlsFindNothingAmongNonMembersOfOneKind() throws {
    let found = try #require(Self.inference(shift: 1, seed: 3))
    #expect(found.test.pValue < 1e-5 && found.splits == 20)
    #expect(found.isSound && !found.isDrifting)
    #expect(try #require(found.control).pValue > 0.01)
    #expect(try #require(found.control).setCount == 50)
    let few = SetInference.test(
      Sample(members: 30, nonMembers: 10, shift: 0, seed: 1).ranking, label: .member)
    #expect(few?.control == nil && few?.splits == 0 && few?.isSound == true)
    #expect(SetInference.test(Sample.tied.ranking) == nil)
  }

  @Test func nonMembersThatDriftAlongTheFileAreSeen() throws {
    let sample = Sample(members: 0, nonMembers: 200, shift: 0, seed: 5)
    let values = sample.values.enumerated().map { $1 + ($0 < 100 ? 0 : 1.5) } + [0, 1]
    let ranking = Ranking(values: values, labels: sample.labels + [.unknown, .unknown])
    #expect(try #require(SetInference.test(ranking, permutations: 0)).isDrifting)
  }

  /// Sequences of one document score alike: taken as independent they reject far too often, and the
  /// control says so; by documents they do not.
  @Test func documentsAreRelabelledWhole() throws {
    let rows = 240
    var generator = SplitMix64(seed: 11)
    let documents = (0..<rows).map { $0 / 8 }
    let heights = (0..<rows / 8).map { _ in 2 * generator.normal() }
    let values = (0..<rows).map { heights[documents[$0]] + 0.2 * generator.normal() }
    let ranking = Ranking(
      values: values, labels: (0..<rows).map { $0 < 80 ? .unknown : .nonMember })
    let whole = try #require(
      SetInference.test(ranking, clusters: documents, permutations: 499, splits: 200))
    let apart = try #require(SetInference.test(ranking, permutations: 499, splits: 200))
    #expect(near(whole.test.superiority, apart.test.superiority))
    #expect(
      whole.test.interval.upper - whole.test.interval.lower
        > 1.8 * (apart.test.interval.upper - apart.test.interval.lower))
    // Splits by document, tested as if rows were independent, are what a set of documents meets.
    #expect(Double(whole.rejections) / 200 < 0.16)
    for threads in [1, 3] {
      #expect(
        SetInference.test(
          ranking, clusters: documents, permutations: 499, splits: 200, threads: threads) == whole)
    }
  }
}
