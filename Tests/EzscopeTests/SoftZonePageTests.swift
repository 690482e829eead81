import Foundation
import Testing
import TestSupport

/// The table on the soft error zone's page is what ezscope computes from the sample data.
///
/// `RECORD_TABLES=1 swift test --filter SoftZonePageTests` writes it anew, as after new sample data.
@Suite struct SoftZonePageTests {
  private static let header =
    "| data | run | ez | soft-ez | ref-diff | soft-ez − ez | p (Holm) |\n|---|---|---|---|---|---|---|\n"

  private struct Row {
    var data: String
    var run: String
    var areas: [Double]
    var difference: Double
    var interval: [Double]
    var pValue: Double
  }

  @Test func theTableIsWhatTheSampleDataSay() throws {
    let folders = [
      ("SampleData", Fixture.sampleData),
      ("package descriptions", Fixture.sampleData + "/package-descriptions"),
    ]
    var rows: [Row] = []
    for (data, folder) in folders {
      for run in try Self.runs(folder) { rows.append(try Self.row(data, folder, run)) }
    }
    try #require(rows.count >= 4)
    let adjusted = Self.holm(rows.map(\.pValue))
    try RecordedTable.check(
      "Attacks/soft-ez.md", header: Self.header,
      rows: zip(rows, adjusted).map { Self.line($0, holm: $1) }, suite: "SoftZonePageTests")
  }

  /// The runs that have scores of both attacks.
  private static func runs(_ folder: String) throws -> [String] {
    let outcome = try Program.run([
      "evaluate", folder, "--attack", "ez,soft-ez", "--replicates", "0", "--format", "json",
    ])
    let runs = try #require(Fixture.object(outcome.output)["runs"] as? [[String: Any]])
    return runs.compactMap { run in
      (run["attacks"] as? [[String: Any]])?.count == 2 ? run["name"] as? String : nil
    }
  }

  private static func row(_ data: String, _ folder: String, _ run: String) throws -> Row {
    let outcome = try Program.run([
      "compare", folder, "--runs", run, "--attack", "ez,soft-ez,ref-diff", "--replicates", "0",
      "--format", "json",
    ])
    let attacks = try #require(Fixture.object(outcome.output)["attacks"] as? [[String: Any]])
    let areas = attacks.compactMap { $0["auc"] as? [String: Any] }
    func number(_ place: Int, _ key: String) throws -> Double {
      try #require(areas[place][key] as? Double)
    }
    try #require(attacks.map { $0["attack"] as? String } == ["soft-ez", "ref-diff"])
    return Row(
      data: data, run: run,
      areas: [try number(0, "second"), try number(0, "first"), try number(1, "first")],
      difference: try number(0, "difference"),
      interval: try #require(areas[0]["interval"] as? [Double]), pValue: try number(0, "p"))
  }

  private static func holm(_ pValues: [Double]) -> [Double] {
    var (result, largest) = (pValues, 0.0)
    for (rank, place) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      largest = max(largest, min(1, pValues[place] * Double(pValues.count - rank)))
      result[place] = largest
    }
    return result
  }

  private static func line(_ row: Row, holm: Double) -> String {
    func signed(_ value: Double) -> String {
      (value < 0 ? "−" : "+") + String(format: "%.3f", abs(value))
    }
    let digits = holm < 0.001 ? 4 : holm < 0.1 ? 3 : 2
    let p =
      holm < 0.0001
      ? "< 0.0001" : holm >= 0.995 ? "1" : String(format: "%.\(digits)f", holm)
    let cells =
      [row.data, row.run] + row.areas.map { String(format: "%.3f", $0) }
      + [
        "\(signed(row.difference)) [\(signed(row.interval[0])), \(signed(row.interval[1]))]", p,
      ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}
