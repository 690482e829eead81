import Analysis
import ArgumentParser
import ScoringCore

extension FPRConvention: ExpressibleByArgument {}
extension UndefinedPolicy: ExpressibleByArgument {}
extension RateIntervals: ExpressibleByArgument {}
extension GroupAggregation: ExpressibleByArgument {}

/// Which figures to compute, and how.
struct EvaluationArguments: ParsableArguments {
  @Option(
    help: """
      Attacks, commas between, or all; auto is ez, or where its evidence is missing the first of \
      soft-ez, min-k++ and min-k that every run feeds. See ezscope attacks.
      """)
  var attack = "all"

  @Option(help: "False-positive rates at which the TPR is reported, commas between.")
  var fpr = "0.01,0.001"

  @Option(help: "What stands for an FPR: achievable, interpolated, strict or conservative.")
  var convention = FPRConvention.achievable

  @Option(help: "Sequences without a score: keep (below all others) or drop.")
  var undefined = UndefinedPolicy.keep

  @Option(
    help: """
      Coverage of the intervals, by default 0.95. With evaluate also the meta key whose groups \
      figures are over: document, subject or any other.
      """)
  var level: [ShareArgument] = []

  @Option(
    help: """
      Replicates of the bootstrap, for intervals over documents and of differences; 0 leaves them \
      out.
      """)
  var replicates = 1000

  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1

  @Option(help: "Sequences figures are over: primary (those the manifest names) or all.")
  var population = Population.primary

  /// The options the figures are computed with.
  var options: EvaluationOptions {
    get throws(ValidationError) {
      var options = EvaluationOptions()
      options.fprs = try FalsePositiveRates.read(fpr)
      options.convention = convention
      options.undefined = undefined
      options.level = coverage.value
      options.replicates = replicates
      options.seed = seed
      return options
    }
  }

  /// The coverage of the intervals.
  var coverage: ShareArgument { level.first { !$0.isWord } ?? ShareArgument(0.95) }

  /// The key whose groups figures are over; nil: sequences.
  var groupKey: String? { level.first(where: \.isWord)?.text }

  func validate() throws {
    _ = try FalsePositiveRates.read(fpr)
    try coverage.checkInside("--level", "coverage")
    guard level.count(where: \.isWord) < 2, level.count(where: { !$0.isWord }) < 2 else {
      throw ValidationError("--level: give one coverage and one meta key at most")
    }
    guard (0...1_000_000).contains(replicates) else {
      throw ValidationError("--replicates: \(replicates) is out of range; give 0 to 1000000")
    }
  }
}

/// A list of false-positive rates, commas between.
enum FalsePositiveRates {
  /// The rates in the order they are listed, each once.
  static func read(_ list: String) throws(ValidationError) -> [Double] {
    var rates: [Double] = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      let rate = ShareArgument(argument: word.filter { $0 != " " })
      try rate.checkRate("--fpr")
      if !rates.contains(rate.value) { rates.append(rate.value) }
    }
    return rates
  }
}
