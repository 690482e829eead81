import Foundation

/// Whether intervals hold what they promise: nominal 95 % against simulated audits.
enum CoverageBench {
  private static let replicates = 500

  static func run(trials: Int) {
    print(
      "\(trials) simulated audits each, \(replicates) replicates; a nominal 95 % is kept from 93 to "
        + "97 %, give or take the simulation's own margin")
    var short: [String] = []
    func show(_ scenario: String, _ rows: [CoverageRow]) {
      print("\n\(scenario)")
      printColumns("interval", ["covers", "margin", "too low", "too high", "width"], "")
      for row in rows {
        let verdict = row.isReported ? row.verdict.rawValue : "(not reported; for contrast)"
        printColumns(
          row.figure,
          [
            "\(digits(100 * row.covered, 1)) %", "± \(digits(100 * row.margin, 1))",
            "\(digits(100 * row.below, 1)) %", "\(digits(100 * row.above, 1)) %",
            digits(row.meanWidth, 4),
          ], verdict)
        guard row.isReported, row.verdict == .short else { continue }
        short.append("\(row.figure) (\(row.scenario))")
      }
      // A scenario takes a while: through a pipe too, each is seen when it is done.
      fflush(nil)
    }
    for scenario in CoverageScenario.standard {
      show(scenario.name, measureCoverage([scenario], trials: trials, replicates: replicates))
    }
    for scenario in GroupScenario.standard {
      show(scenario.name, measureGroups(scenario, trials: trials))
    }
    for scenario in ShareScenario.standard {
      let row = measureShares(scenario, trials: trials, replicates: replicates)
      show(scenario.name, row.map { [$0] } ?? [])
    }
    print(
      "\nReported intervals that fall short: "
        + (short.isEmpty ? "none" : short.joined(separator: "; ")))
  }

  private static func printColumns(
    _ figure: String, _ cells: [String], _ verdict: String
  ) {
    func right(_ text: String, _ cells: Int) -> String {
      String(repeating: " ", count: max(0, cells - text.count)) + text
    }
    let left = figure + String(repeating: " ", count: max(0, 48 - figure.count))
    print("  \(left)\(cells.map { right($0, 9) }.joined())  \(verdict)")
  }
}
