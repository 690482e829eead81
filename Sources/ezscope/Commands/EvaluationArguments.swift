import Analysis
import ArgumentParser
import ScoringCore

extension FPRConvention: ExpressibleByArgument {}
extension UndefinedPolicy: ExpressibleByArgument {}

/// Which figures to compute, and how.
struct EvaluationArguments: ParsableArguments {
  @Option(help: "Attacks, commas between, or all; see ezscope attacks.") var attack = "all"

  @Option(help: "False-positive rates at which the TPR is reported, commas between.")
  var fpr = "0.01,0.001"

  @Option(help: "What stands for an FPR: achievable, interpolated or strict.")
  var convention = FPRConvention.achievable

  @Option(help: "Sequences without a score: keep (below all others) or drop.")
  var undefined = UndefinedPolicy.keep

  @Option(help: "Coverage of the intervals.") var level = ShareArgument(0.95)

  @Option(help: "Bootstrap replicates; 0 gives exact, wider intervals instead.")
  var replicates = 1000

  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1

  @Option(help: "Sequences figures are over: primary (those the manifest names) or all.")
  var population = Population.primary

  /// The options the figures are computed with.
  var options: EvaluationOptions {
    get throws(ValidationError) {
      var options = EvaluationOptions()
      options.fprs = try rates
      options.convention = convention
      options.undefined = undefined
      options.level = level.value
      options.replicates = replicates
      options.seed = seed
      return options
    }
  }

  private var rates: [Double] {
    get throws(ValidationError) {
      var rates: [Double] = []
      for word in fpr.split(separator: ",", omittingEmptySubsequences: false) {
        let text = word.filter { $0 != " " }
        let rate = ShareArgument(argument: text)
        try rate.checkRate("--fpr")
        if !rates.contains(rate.value) { rates.append(rate.value) }
      }
      return rates
    }
  }

  func validate() throws {
    _ = try rates
    try level.checkInside("--level", "coverage")
    guard (0...1_000_000).contains(replicates) else {
      throw ValidationError("--replicates: \(replicates) is out of range; give 0 to 1000000")
    }
  }
}
