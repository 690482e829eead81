import ScoringCore
import Testing

/// Figures of heavily tied data from scikit-learn 1.9.1 (`roc_auc_score`, `roc_curve` without
/// dropped vertices, `numpy.interp`) and from DeLong's formula over SciPy's midranks.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
  /// One digit a row.
  var scores: String
  /// 1 for a member.
  var labels: String
  var auc: Double
  var variance: Double
  /// At FPR 0.02, 0.1 and 0.3.
  var interpolated: [Double]
  var achievable: [Double]
  var strict: [Double]

  var testDescription: String { scores }

  var sample: Sample {
    Sample(
      scores.utf8.map { Double($0) - 48 }, labels.utf8.map { Int($0) - 48 })
  }

  static let all = [
    ReferenceCase(
      scores: "111110211200010122012201012101",
      labels: "100010010000001111101100101000",
      auc: 0.638888888888889, variance: 0.011033537994322308,
      interpolated: [0.07500000000000001, 0.37500000000000006, 0.53],
      achievable: [0.0, 0.0, 0.4166666666666667],
      strict: [0.0, 0.0, 0.4166666666666667]),
    ReferenceCase(
      scores: "3302232330023221322001232434342002442430",
      labels: "0101100110001000001011001100110000111111",
      auc: 0.6892230576441103, variance: 0.006769203013102234,
      interpolated: [0.11052631578947368, 0.3326315789473684, 0.5888157894736842],
      achievable: [0.0, 0.2631578947368421, 0.5789473684210527],
      strict: [0.0, 0.2631578947368421, 0.5789473684210527]),
    ReferenceCase(
      scores: "50937486454487462428115594351587666644265464023766",
      labels: "10101010100100110101000111011010101110001110000100",
      auc: 0.703525641025641, variance: 0.005345382042706457,
      interpolated: [0.14833333333333332, 0.275, 0.49166666666666664],
      achievable: [0.08333333333333333, 0.20833333333333334, 0.2916666666666667],
      strict: [0.08333333333333333, 0.20833333333333334, 0.2916666666666667]),
    ReferenceCase(
      scores: "110101110010110110010010001111110111100111111010011000100001",
      labels: "000111110010010110001011000100010011010101000010111110100001",
      auc: 0.6582491582491581, variance: 0.003754863340301051,
      interpolated: [0.034920634920634915, 0.1746031746031746, 0.5238095238095237],
      achievable: [0.0, 0.0, 0.0],
      strict: [0.0, 0.0, 0.0]),
    ReferenceCase(
      scores: "305593053960335345248776796596266466771323753954859838496293",
      labels: "011101100100000000110010011111001010110100010100101100100100",
      auc: 0.5950226244343892, variance: 0.005772261630659289,
      interpolated: [0.04358974358974359, 0.2076923076923077, 0.4523076923076923],
      achievable: [0.0, 0.19230769230769232, 0.38461538461538464],
      strict: [0.0, 0.19230769230769232, 0.38461538461538464]),
    ReferenceCase(
      scores: "3232221300312302323101121",
      labels: "0010100100010101110111100",
      auc: 0.5512820512820513, variance: 0.013433770645309106,
      interpolated: [0.028888888888888884, 0.14444444444444443, 0.3783333333333333],
      achievable: [0.0, 0.0, 0.3333333333333333],
      strict: [0.0, 0.0, 0.3333333333333333]),
  ]
}

@Suite struct ReferenceTests {
  @Test(arguments: ReferenceCase.all)
  func agreesWithScikitLearn(_ it: ReferenceCase) throws {
    let ranking = it.sample.ranking
    let roc = try #require(ROC(ranking))
    let estimate = try #require(DeLong.estimate(ranking))
    #expect(near(estimate.auc, it.auc, 1e-14))
    #expect(near(try #require(estimate.standardError), it.variance.squareRoot(), 1e-12))
    for (index, fpr) in [0.02, 0.1, 0.3].enumerated() {
      func tpr(_ convention: FPRConvention) -> Double {
        roc.operatingPoint(fpr: fpr, convention: convention)?.tpr ?? -1
      }
      let isSame =
        near(tpr(.interpolated), it.interpolated[index], 1e-12)
        && tpr(.achievable) == it.achievable[index] && tpr(.strict) == it.strict[index]
      #expect(isSame, "FPR \(fpr)")
    }
  }

  /// The order of rows, a monotone transform and doubling every row leave the curve alone;
  /// swapping the classes turns it over.
  @Test(arguments: [0, 0.25, 1], 1...5)
  func invariances(step: Double, round: Int) throws {
    let seed = UInt64(round) &* 1000 &+ UInt64(step * 100)
    print("seed", seed)
    let sample = Sample(members: 120, nonMembers: 170, shift: 0.7, step: step, seed: seed)
    let ranking = sample.ranking
    let auc = try #require(ranking.auc())
    let shape = try #require(ROC(ranking)).vertices.map { SIMD2($0.fpr, $0.tpr) }
    func shapeOf(_ other: Sample) -> [SIMD2<Double>] {
      ROC(other.ranking)?.vertices.map { SIMD2($0.fpr, $0.tpr) } ?? []
    }

    var transformed = sample
    transformed.values = sample.values.map { $0 * $0 * $0 * 7 - 3 }
    #expect(shapeOf(transformed) == shape)

    let shuffled = sample.shuffled(seed: seed)
    #expect(shapeOf(shuffled) == shape)
    #expect(shuffled.ranking.auc() == auc)

    var doubled = sample
    doubled.values += sample.values
    doubled.labels += sample.labels
    #expect(near(try #require(doubled.ranking.auc()), auc, 1e-15))

    var swapped = sample
    swapped.labels = sample.labels.map { $0 == .member ? .nonMember : .member }
    #expect(near(try #require(swapped.ranking.auc()), 1 - auc, 1e-14))
    let errors = [sample, swapped].map { DeLong.estimate($0.ranking)?.standardError ?? 0 }
    #expect(near(errors[0], errors[1], 1e-12))
  }
}
