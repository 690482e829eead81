import Foundation

/// Whether tests keep what they promise: how often they reject between runs that leak alike.
enum SizesBench {
  private static let replicates = 500

  static func run(trials: Int) {
    print(
      "\(trials) simulated pairs of runs that leak alike, \(replicates) replicates; a nominal 5 % is "
        + "kept up to 7 %, give or take the simulation's own margin")
    var broken: [String] = []
    for scenario in SizeScenario.standard {
      print("\n\(scenario.name)")
      for row in measureSizes(scenario, trials: trials, replicates: replicates) {
        let verdict =
          !row.isReported
          ? "(not reported; for contrast)"
          : row.tested == 0
            ? "not tested: the FPR is not resolvable"
            : (row.isKept ? "kept" : "REJECTS TOO OFTEN") + (row.isWeak ? ", weak" : "")
        printRow(row.test, row.tested == 0 ? ["-", ""] : shares(row.size, row.margin), verdict)
        if row.isReported, !row.isKept { broken.append("\(row.test) (\(scenario.name))") }
      }
      fflush(nil)
    }
    print("\nReported tests that reject too often: \(broken.isEmpty ? "none" : "")")
    for test in broken { print("  \(test)") }
    print("\nTPR at an FPR over its truth, less 1, and the true FPR of its threshold")
    for (count, shift) in [(400, 1.0), (400, 2.5), (2000, 1), (2000, 2.5)] {
      print("\n\(count) + \(count), members higher by \(shift) sd")
      for row in measureBias(count: count, shift: shift, trials: 4 * trials) {
        printRow(row.name, shares(row.bias, row.margin), "\(digits(100 * row.trueFPR, 3)) %")
      }
    }
  }

  private static func shares(_ value: Double, _ margin: Double) -> [String] {
    ["\(digits(100 * value, 1)) %", "± \(digits(100 * margin, 1))"]
  }

  private static func printRow(_ name: String, _ cells: [String], _ verdict: String) {
    let left = name + String(repeating: " ", count: max(0, 44 - name.count))
    let right = cells.map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 }
    print("  \(left)\(right.joined())  \(verdict)")
  }
}
