import ScoringCore
import Testing

@Suite struct ROCTests {
  @Test func verticesGroupTies() throws {
    let roc = try #require(ROC(Sample.tied.ranking))
    let vertices = roc.vertices
    #expect(vertices.map(\.fpr) == [0, 0, 0.25, 0.5, 0.75, 1])
    #expect(vertices.map(\.tpr) == [0, 0.25, 0.75, 0.75, 1, 1])
    #expect(vertices.map { $0.threshold?.value } == [nil, 0.9, 0.8, 0.4, 0.3, 0.1])
    #expect(roc.ranking.auc() == 0.78125)
    #expect(roc.advantage == 0.5)
    #expect(roc.balancedAccuracy == 0.75)
  }

  struct Case: Sendable {
    var data: [Double]
    var labels: [Int]
    var fpr: Double
    var interpolated: Double
    var achievable: Double
    var strict: Double?

    init(
      _ sample: Sample, _ fpr: Double, interpolated: Double, achievable: Double, strict: Double?
    ) {
      data = sample.values
      labels = sample.labels.map { Int($0.rawValue) }
      (self.fpr, self.interpolated, self.achievable, self.strict) =
        (fpr, interpolated, achievable, strict)
    }
  }

  @Test(arguments: [
    Case(.tied, 0, interpolated: 0.25, achievable: 0.25, strict: nil),
    Case(.tied, 0.1, interpolated: 0.45, achievable: 0.25, strict: 0.25),
    Case(.tied, 0.25, interpolated: 0.75, achievable: 0.75, strict: 0.25),
    Case(.tied, 0.5, interpolated: 0.75, achievable: 0.75, strict: 0.75),
    Case(.tied, 1, interpolated: 1, achievable: 1, strict: 1),
    Case(.allTied, 0.01, interpolated: 0.01, achievable: 0, strict: 0),
    Case(.allTied, 0.001, interpolated: 0.001, achievable: 0, strict: 0),
    Case(.perfect, 0.001, interpolated: 1, achievable: 1, strict: 1),
    Case(.perfect, 0.01, interpolated: 1, achievable: 1, strict: 1),
    Case(.perfect, 0.2, interpolated: 1, achievable: 1, strict: 1),
    Case(.steps, 0.1, interpolated: 0.75, achievable: 0.75, strict: 0.25),
    Case(.steps, 0.2, interpolated: 1, achievable: 1, strict: 0.75),
  ])
  func rateAtAnFPR(_ it: Case) throws {
    let roc = try #require(ROC(Sample(it.data, it.labels).ranking))
    func rate(_ convention: FPRConvention) -> Double? {
      roc.operatingPoint(fpr: it.fpr, convention: convention)?.tpr
    }
    #expect(near(rate(.interpolated) ?? -1, it.interpolated))
    #expect(rate(.achievable) == it.achievable)
    #expect(rate(.strict) == it.strict)
  }

  @Test(arguments: [
    (Sample.tied, 0.78125), (.allTied, 0.5), (.perfect, 1), (.steps, 0.9),
    (Sample([0.9, 0.9, 0.5, 0.1], [1, 0, 1, 0]), 0.625),
  ])
  func area(_ sample: Sample, _ expected: Double) throws {
    let auc = try #require(sample.ranking.auc())
    #expect(near(auc, expected, 1e-15))
    let swapped = Sample(sample.values, sample.labels.map { $0 == .member ? 0 : 1 })
    #expect(near(try #require(swapped.ranking.auc()), 1 - expected, 1e-15))
  }

  @Test func aPointCarriesItsThresholdAndCounts() throws {
    let roc = try #require(ROC(Sample.tied.ranking))
    let point = try #require(roc.operatingPoint(fpr: 0.3))
    #expect(point.threshold == .ordinary(0.8))
    #expect(point.fprAchieved == 0.25)
    #expect(point.truePositives == 3)
    #expect(point.falsePositives == 1)
    #expect(near(point.expectedFalsePositives, 1.2))
    #expect(point.resolution == .weak)
    #expect(point.precision(prior: 0.5) == 0.75)
    #expect(roc.operatingPoint(threshold: .ordinary(0.8)).tpr == 0.75)
    #expect(roc.operatingPoint(threshold: .ordinary(0.81)).tpr == 0.25)
    #expect(roc.operatingPoint(threshold: .ordinary(-1)).fpr == 1)
    #expect(roc.operatingPoint(threshold: Score(.forcedN0, 1)).tpr == 0)
    let nothing = try #require(ROC(Sample.allTied.ranking)?.operatingPoint(fpr: 0.1))
    #expect(nothing.threshold == nil)
    #expect(nothing.precision(prior: 0.5) == nil)
  }

  @Test(arguments: [
    (0.001, 999, Resolution.notResolvable), (0.001, 1000, .weak), (0.001, 9999, .weak),
    (0.001, 10_000, .ok), (1.0 / 49, 49, .weak), (0.1, 100, .ok), (0, 100, .notResolvable),
  ])
  func resolution(_ fpr: Double, _ nonMembers: Int, _ expected: Resolution) throws {
    let sample = Sample(members: 1, nonMembers: nonMembers, shift: 1, seed: 1)
    let roc = try #require(ROC(sample.ranking))
    #expect(roc.operatingPoint(fpr: fpr)?.resolution == expected)
  }

  /// A tenth, a hundredth and the like of any number of non-members count exactly.
  @Test(arguments: [0.001, 0.003, 0.01, 0.05, 0.07, 0.1, 0.29, 0.57, 1])
  func wholeCountsAreNotLostToRounding(_ fpr: Double) throws {
    let thousandths = Int((fpr * 1000).rounded())
    for hundreds in [1, 3, 7, 10] {
      let nonMembers = hundreds * 1000
      let values = (0...nonMembers).map { Double(-$0) }
      let labels = (0...nonMembers).map { $0 == nonMembers ? Label.member : .nonMember }
      let roc = try #require(ROC(Ranking(values: values, labels: labels)))
      let allowed = thousandths * hundreds
      #expect(roc.operatingPoint(fpr: fpr)?.falsePositives == allowed)
      #expect(
        roc.operatingPoint(fpr: fpr, convention: .strict)?.falsePositives == allowed - 1)
    }
  }

  @Test func rowsWithoutAScoreAreNeverDetected() throws {
    let scores: [Score] = [.ordinary(2), .none(.undefined), .ordinary(1), .none(.tooShort)]
    let labels: [Label] = [.member, .member, .nonMember, .nonMember]
    let roc = try #require(ROC(Ranking(scores: scores, labels: labels)))
    for convention in FPRConvention.allCases {
      #expect(roc.operatingPoint(fpr: 1, convention: convention)?.tpr == 0.5)
      #expect(roc.operatingPoint(fpr: 1, convention: convention)?.fprAchieved == 0.5)
    }
    #expect(roc.operatingPoint(threshold: .none(.undefined)).truePositives == 1)
    #expect(roc.ranking.auc() == 0.625)
    #expect(roc.count == 4)
    #expect(roc.reachableCount == 3)
    #expect(roc.vertices.last?.tpr == 1)

    let dropped = try #require(ROC(Ranking(scores: scores, labels: labels, undefined: .drop)))
    #expect(dropped.operatingPoint(fpr: 1)?.tpr == 1)
    #expect(dropped.ranking.auc() == 1)
  }

  @Test func onlyUndefinedRows() throws {
    let scores = [Score](repeating: .none(.missingEvidence), count: 4)
    let ranking = Ranking(scores: scores, labels: [.member, .member, .nonMember, .nonMember])
    let roc = try #require(ROC(ranking))
    #expect(ranking.auc() == 0.5)
    #expect(roc.operatingPoint(fpr: 1)?.tpr == 0)
    #expect(roc.operatingPoint(fpr: 1)?.threshold == nil)
    #expect(roc.advantage == 0)
    let estimate = try #require(DeLong.estimate(ranking))
    #expect(estimate.isDegenerate)
    #expect(estimate.interval.upper - estimate.interval.lower > 0.9)
  }

  @Test(arguments: [[1], [0], [1, 1], [0, 0, 0], [-1, 1], [-1]])
  func oneClassHasNoCurve(_ labels: [Int]) {
    let ranking = Sample(labels.map { Double($0) }, labels).ranking
    #expect(ROC(ranking) == nil)
    #expect(ranking.auc() == nil)
    #expect(DeLong.estimate(ranking) == nil)
  }

  @Test func suspectsDoNotMoveTheCurve() throws {
    let plain = try #require(ROC(Sample.tied.ranking))
    let values = Sample.tied.values + [0.95, 0.85, 0.8, 0.2, 0.01]
    let labels = Sample.tied.labels + [Label](repeating: .unknown, count: 5)
    let mixed = try #require(ROC(Ranking(values: values, labels: labels)))
    #expect(mixed.vertices == plain.vertices)
    #expect(mixed.operatingPoint(fpr: 0.25)?.threshold == .ordinary(0.8))
    #expect(mixed.ranking.auc() == 0.78125)
  }

  @Test func drawingNeedsOnlyTheCorners() throws {
    let steps = try #require(ROC(Sample.steps.ranking))
    #expect(steps.corners().map(\.falsePositives) == [0, 0, 1, 1, 2, 2, 10])
    #expect(steps.corners().map(\.truePositives) == [0, 1, 1, 3, 3, 4, 4])
    #expect(ROC(Sample.allTied.ranking)?.corners().count == 2)
  }
}
