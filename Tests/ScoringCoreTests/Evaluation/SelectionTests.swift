import ScoringCore
import Testing

@Suite struct SelectionTests {
  private static func columns(
    _ count: Int, seed: UInt64, shift: Double = 0, best: Int? = nil
  ) -> ([ScoreColumn], [Label]) {
    var labels: [Label] = []
    let columns = (0..<count).map { index in
      let sample = Sample(
        members: 100, nonMembers: 100, shift: index == best ? shift + 1.5 : shift,
        seed: seed &* 100 &+ UInt64(index))
      labels = sample.labels
      return ScoreColumn(
        attack: "v\(index)", values: sample.values, statuses: sample.values.map { _ in .ordinary })
    }
    return (columns, labels)
  }

  private static var options: EvaluationOptions {
    var options = EvaluationOptions()
    options.replicates = 0
    return options
  }

  /// The best of 30 blind variants looks like a leak on its own half, and like nothing on the other.
  @Test func whatIsReportedIsNotInflated() throws {
    var (sum, best) = (0.0, 0.0)
    let trials = 20
    for trial in 0..<trials {
      let (columns, labels) = Self.columns(30, seed: UInt64(trial + 1))
      let selection = try #require(
        VariantSelection(columns, labels: labels, options: Self.options))
      sum += try #require(selection.report.auc).auc
      best += columns.map { Ranking($0, labels: labels).auc() ?? 0 }.max() ?? 0
      #expect(selection.variants.count == 30 && selection.choosingCount == 100)
      #expect(selection.report.members == 50 && selection.report.nonMembers == 50)
    }
    #expect(abs(sum / Double(trials) - 0.5) < 0.03)
    #expect(best / Double(trials) > 0.56)
  }

  @Test(arguments: [VariantSelection.Criterion.auc, .tpr])
  func theBestVariantIsFound(_ criterion: VariantSelection.Criterion) throws {
    let (columns, labels) = Self.columns(6, seed: 7, shift: 0.3, best: 4)
    var options = Self.options
    options.fprs = [0.1]
    let selection = try #require(
      VariantSelection(columns, labels: labels, criterion: criterion, options: options))
    #expect(selection.chosen == 4 && selection.otherChoice == 4 && selection.baseline == 0)
    #expect(selection.variants[4].behind == 0)
    #expect(selection.variants.allSatisfy { $0.behind >= 0 })
    #expect(selection.variants[0].pAgainstBaseline == nil)
    #expect(try #require(selection.variants[4].pAgainstBaseline) < 0.01)
    let difference = try #require(selection.difference)
    #expect(difference.first > difference.second && difference.pValue < 0.01)
    #expect(near(difference.first, try #require(selection.report.auc).auc))
    #expect(near(difference.second, try #require(selection.baselineReport.auc).auc))
  }

  @Test func tooFewSequencesAreNotSplit() {
    let (columns, labels) = Self.columns(2, seed: 1)
    let included = labels.indices.map { $0 < 19 || $0 >= 100 }
    #expect(VariantSelection(columns, labels: labels, isIncluded: included) == nil)
    #expect(VariantSelection([], labels: labels) == nil)
  }

  @Test func lengthsAreCutAtTheirQuantiles() {
    let lengths = [5, 1, 9, 9, 2, 7, 9, 3]
    let all = [Bool](repeating: true, count: 8)
    let halves = LengthQuantiles(lengths, isIncluded: all, count: 2)
    #expect(halves.ranges == [1...5, 7...9])
    #expect(halves.groups == [0, 0, 1, 1, 0, 1, 1, 0])
    let quarters = LengthQuantiles(lengths, isIncluded: all, count: 4)
    #expect(quarters.ranges == [1...2, 3...5, 7...9])
    let some = LengthQuantiles(lengths, isIncluded: all.map { !$0 }, count: 4)
    #expect(some.ranges == [] && some.groups.allSatisfy { $0 == nil })
    let same = LengthQuantiles([4, 4, 4], isIncluded: [true, true, false], count: 3)
    #expect(same.ranges == [4...4] && same.groups == [0, 0, nil])
  }
}
