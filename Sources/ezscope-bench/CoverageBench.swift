/// Whether intervals hold what they promise: nominal 95 % against simulated audits.
enum CoverageBench {
  static func run() {
    for row in measureCoverage(trials: 1000, replicates: 500) {
      printRow(
        "\(row.scenario), \(row.figure)", "\(digits(100 * row.covered, 1)) %",
        "± \(digits(100 * row.margin, 1)), mean width \(digits(row.meanWidth, 3))")
    }
  }
}
