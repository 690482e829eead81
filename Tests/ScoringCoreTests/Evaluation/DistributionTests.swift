import ScoringCore
import Testing

/// Against SciPy 1.17.1.
@Suite struct DistributionTests {
  static let points: [(Double, Double)] = [
    (Normal.cdf(-8), 6.22096057427178e-16), (Normal.cdf(-3), 0.0013498980316300933),
    (Normal.cdf(-0.5), 0.3085375387259869), (Normal.cdf(1.2), 0.8849303297782918),
    (Normal.quantile(1e-12), -7.034483825301131), (Normal.quantile(0.001), -3.090232306167813),
    (Normal.quantile(0.025), -1.9599639845400545), (Normal.quantile(0.3), -0.5244005127080409),
    (Normal.quantile(0.975), 1.959963984540054), (Normal.quantile(0.5), 0),
    (Normal.twoSidedQuantile(level: 0.95), 1.959963984540054),
    (Gamma.log(0.5), 0.5723649429247004), (Gamma.log(1), 0), (Gamma.log(3.7), 1.4280723266653883),
    (Gamma.log(100), 359.1342053695754), (Gamma.log(1e6), 12815504.569147611),
    (StudentT.twoSided(2, degrees: 5), 0.10193947882985835),
    (StudentT.twoSided(1.3, degrees: 1), 0.41742880032030544),
    (StudentT.twoSided(-4, degrees: 200), 8.913095218593442e-05),
    (StudentT.twoSided(0.01, degrees: 3), 0.992649111412852),
    (StudentT.twoSidedQuantile(level: 0.95, degrees: 5), 2.5705818356363146),
    (StudentT.twoSidedQuantile(level: 0.99, degrees: 1), 63.656741162871526),
    (StudentT.twoSidedQuantile(level: 0.95, degrees: 300), 1.9679030112610865),
  ]

  @Test(arguments: points)
  func normalGammaAndT(_ value: Double, _ expected: Double) {
    #expect(expected == 0 ? abs(value) < 1e-14 : near(value, expected, 1e-12))
  }

  static let areas: [(Double, Double, Double, Double)] = [
    (0.5, 0.5, 0.3, 0.36901011956554536), (2, 3, 0.9, 0.9963),
    (100, 200, 0.3, 0.10884306564490986), (1e6, 2e6, 0.3335, 0.7298824325036775),
    (10, 1e5, 1e-4, 0.5421891404145075), (1.5, 3000, 0.002, 0.9926612967608184),
  ]

  @Test(arguments: areas)
  func incompleteBeta(_ a: Double, _ b: Double, _ x: Double, _ expected: Double) {
    #expect(near(Beta.cdf(x, a, b), expected, 1e-11))
    #expect(near(Beta.quantile(expected, a, b), x, 1e-11))
  }

  static let quantiles: [(Double, Double, Double, Double)] = [
    (0.025, 66, 35, 0.5584667322490411), (1e-8, 3, 7, 0.0004922975191879924),
    (0.975, 11, 9990, 0.0018382641342106199), (0.025, 1e6, 3, 0.9999927753456549),
    (0.0125, 0.5, 2.5, 5.4218295766999686e-05),
  ]

  @Test(arguments: quantiles)
  func betaQuantile(_ p: Double, _ a: Double, _ b: Double, _ expected: Double) {
    #expect(near(Beta.quantile(p, a, b), expected, 1e-11))
  }

  static let tails: [(Int, Int, Double, Double, Double)] = [
    (3, 10, 0.2, 0.8791261183999999, 0.32220047360000015),
    (500, 1000, 0.5, 0.5126125090891802, 0.5126125090891802),
    (990, 1000, 0.999, 1.0742833868464947e-07, 0.9999999904000448),
    (0, 50, 0.01, 0.6050060671375366, 1),
    (5000, 1_000_000, 0.005, 0.5037611795836457, 0.501894779836406),
  ]

  @Test(arguments: tails)
  func binomialTails(_ k: Int, _ n: Int, _ p: Double, _ cdf: Double, _ survival: Double) {
    #expect(near(Binomial.cdf(k, of: n, p: p), cdf, 1e-10))
    #expect(near(Binomial.survival(k, of: n, p: p), survival, 1e-10))
  }
}
